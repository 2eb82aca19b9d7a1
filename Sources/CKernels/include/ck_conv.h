// 2-D convolution with 3 x 3 taps over pictures stored as [height][width][channels], and what surrounds it in a VQGAN.
//
// A convolution reads a padded picture [height + 2][width + 2][channels] whose border is zero; ck_pad_* writes one.
#ifndef CK_CONV_H
#define CK_CONV_H

#include <stdint.h>
#include "ck_pool.h"

typedef struct {
    const float *padded;    // [height + 2][width + 2][inputs]
    const float *weights;   // packed [outputs][9 * inputs], taps row by row
    const float *bias;      // outputs, or NULL
    const float *residual;  // [height][width][outputs], or NULL; may be result itself
    float *result;          // [height][width][outputs]
    int64_t height, width, inputs, outputs;
} ck_conv3x3;

void ck_conv3x3_run(ck_pool *pool, const ck_conv3x3 *conv);

/// padded [height + 2][width + 2][channels] = source [height][width][channels] with a border of zeros.
void ck_pad_copy(ck_pool *pool, const float *source, int64_t height, int64_t width, int64_t channels, float *padded);
/// padded [2 * height + 2][2 * width + 2][channels] = source with every pixel twice in both directions, and a border of zeros.
void ck_pad_upsampled(ck_pool *pool, const float *source, int64_t height, int64_t width, int64_t channels, float *padded);

#endif
