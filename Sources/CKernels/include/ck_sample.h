// Choosing the next token from two rows of logits.
#ifndef CK_SAMPLE_H
#define CK_SAMPLE_H

#include <stdint.h>

/// guided = unconditioned * (1 - scale) + conditioned * scale
void ck_guide(const float *unconditioned, const float *conditioned, int64_t n, float scale, float *guided);

/// Keeps the top_k largest logits (ties with the last one are kept too), draws one in proportion to exp(logit / temperature),
/// with u in 0 ..< 1 as the only source of chance. scratch: n floats. Returns -1 if a kept logit is not finite.
int32_t ck_sample_top_k(const float *logits, int64_t n, int64_t top_k, float temperature, double u, float *scratch);

#endif
