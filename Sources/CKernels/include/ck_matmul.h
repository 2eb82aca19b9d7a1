// c[m][n] = scale * a[m][k] * b[n][k]^T (+ bias[n]) (+ residual[m][n]), b packed as ck_pack.h says.
#ifndef CK_MATMUL_H
#define CK_MATMUL_H

#include <stdint.h>
#include "ck_pool.h"

typedef struct {
    const float *a;         // m rows of k, row i at a + i * a_stride
    int64_t a_stride;
    const void *b;          // packed panels
    int kind;               // of b's numbers: CK_F32, CK_F16, CK_BF16
    const float *bias;      // n, or NULL
    const float *residual;  // m rows of n, row i at residual + i * c_stride, or NULL; may be c itself
    float *c;               // m rows of n, row i at c + i * c_stride
    int64_t c_stride;
    int64_t m, n, k;
    float scale;
} ck_matmul;

void ck_matmul_run(ck_pool *pool, const ck_matmul *product);

#endif
