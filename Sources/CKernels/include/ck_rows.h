// What a LLaMA does to rows besides products: RMS norm, rotary positions, the SwiGLU gate.
#ifndef CK_ROWS_H
#define CK_ROWS_H

#include <stdint.h>
#include "ck_pool.h"

typedef struct {
    const float *x;      // row i at x + i * x_stride
    int64_t x_stride;
    const float *gain;   // n
    float *y;            // row i at y + i * y_stride; may be x
    int64_t y_stride, rows, n;
    float epsilon;
} ck_rms_norm_rows;

/// y = x / sqrt(mean(x^2) + epsilon) * gain, for each row.
void ck_rms_norm(ck_pool *pool, const ck_rms_norm_rows *norm);

/// Turns the pairs (x[i], x[size / 2 + i]) of every head by the row's angles: row r, head h at x + r * stride + h * size.
/// cosines and sines are [rows][size / 2]; size is even.
void ck_rotate(ck_pool *pool, float *x, int64_t stride, int64_t rows, int64_t heads, int64_t size, const float *cosines,
               const float *sines);

/// y[r][i] = silu(x[r][i]) * x[r][n + i] for rows of 2 n, silu(v) = v / (1 + e^-v). Rows of y have n numbers.
void ck_silu_gate(ck_pool *pool, const float *x, int64_t rows, int64_t n, float *y);

#endif
