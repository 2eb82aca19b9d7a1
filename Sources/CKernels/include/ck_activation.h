// Gated feed-forward activation, and the few elementwise helpers.
#ifndef CK_ACTIVATION_H
#define CK_ACTIVATION_H

#include <stdint.h>
#include "ck_pool.h"

/// y[r][i] = gelu(x[r][i]) * x[r][n + i] for rows of 2 n; the exact GELU, x / 2 * (1 + erf(x / sqrt 2)). Rows of y have n numbers.
void ck_gelu_gate(ck_pool *pool, const float *x, int64_t rows, int64_t n, float *y);

/// x[i] = gelu(x[i]) for `rows` rows of n: the exact one, or x * sigmoid(1.702 x) where `quick` is 1.
void ck_gelu(ck_pool *pool, float *x, int64_t rows, int64_t n, int quick);
/// y[i] = a[i] + b[i]
void ck_add(const float *a, const float *b, int64_t count, float *y);

/// bytes = clip(x, 0, 1) * 255, rounded.
void ck_to_bytes(const float *x, int64_t count, uint8_t *bytes);

#endif
