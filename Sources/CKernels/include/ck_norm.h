// Layer norm over rows, group norm over pictures.
#ifndef CK_NORM_H
#define CK_NORM_H

#include <stdint.h>
#include "ck_pool.h"

typedef struct {
    const float *x;             // [rows][n]
    const float *gain, *shift;  // n
    const float *residual;      // [rows][n], or NULL
    float *y;                   // [rows][n]; may be x or residual
    int64_t rows, n;
} ck_layer_norm_rows;

/// y = (x - mean) / sqrt(variance + 1e-5) * gain + shift (+ residual), mean and variance of each row.
void ck_layer_norm(ck_pool *pool, const ck_layer_norm_rows *norm);

typedef struct {
    const float *x;                // [height][width][channels]
    const float *gain, *shift;     // channels
    int64_t height, width, channels, groups;  // channels: a multiple of groups and of 16
    int swish;                     // 1: y * sigmoid(y) afterwards
    int padded;                    // 1: result is [height + 2][width + 2][channels] with a border of zeros
    float *result;
    float *scratch;                // ck_group_norm_scratch floats
} ck_group_norm;

int64_t ck_group_norm_scratch(int64_t height, int64_t channels);
/// Statistics over all pixels of a group of channels, epsilon 1e-5.
void ck_group_norm_run(ck_pool *pool, const ck_group_norm *norm);

#endif
