// What low-rank adapters (LoRA) add to a layer's result, each row by an adapter of its own.
#ifndef CK_ADAPTERS_H
#define CK_ADAPTERS_H

#include <stdint.h>
#include "ck_pool.h"

enum { CK_RANK_LIMIT = 512 };

typedef struct {
    const float *input;   // inputs
    const void *first;    // [rank][inputs]
    const void *second;   // [outputs][rank]
    int first_kind, second_kind;  // CK_F32, CK_F16, CK_BF16, at any address
    float *result;        // outputs
    int64_t rank, inputs, outputs;
    float scale;
} ck_adapted_row;

/// result += scale * second * (first * input), for each row. No two rows have the same result.
void ck_adapted_rows(ck_pool *pool, const ck_adapted_row *rows, int64_t count);

#endif
