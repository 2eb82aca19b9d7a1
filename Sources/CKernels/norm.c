// Layer norm, a row at a time. Group norm: one pass for sums a picture row, then one that writes.
#include <math.h>
#include <string.h>
#include "variants.h"

void ck_layer_norm(ck_pool *pool, const ck_layer_norm_rows *norm) {
    const kernel_variant *variant = ck_variant(ck_pool_level(pool));
    for (int64_t row = 0; row < norm->rows; row++) {
        int64_t at = row * norm->n;
        variant->layer_norm(norm->x + at, norm->n, norm->gain, norm->shift, norm->residual ? norm->residual + at : 0, norm->y + at);
    }
}

int64_t ck_group_norm_scratch(int64_t height, int64_t channels) { return (height + 1) * 2 * channels; }

// The norm's scratch: sums and squares a picture row [height][2][channels], then scale and shift [2][channels].
typedef struct {
    const ck_group_norm *norm;
    const kernel_variant *variant;
} norm_cut;

static void sums_job(void *context, int y) {
    const norm_cut *cut = context;
    const ck_group_norm *g = cut->norm;
    float *sums = g->scratch + y * 2 * g->channels;
    cut->variant->channel_sums(g->x + y * g->width * g->channels, g->width, g->channels, sums, sums + g->channels);
}

static void fold_statistics(const ck_group_norm *g) {
    int64_t size = g->channels / g->groups;
    float *scale = g->scratch + g->height * 2 * g->channels, *shift = scale + g->channels;
    for (int64_t group = 0; group < g->groups; group++) {
        double sum = 0, square = 0, count = (double)(g->height * g->width * size);
        for (int64_t y = 0; y < g->height; y++)
            for (int64_t c = group * size; c < (group + 1) * size; c++) {
                sum += g->scratch[y * 2 * g->channels + c];
                square += g->scratch[(y * 2 + 1) * g->channels + c];
            }
        double mean = sum / count, variance = fmax(square / count - mean * mean, 0), inverse = 1 / sqrt(variance + 1e-5);
        for (int64_t c = group * size; c < (group + 1) * size; c++) {
            scale[c] = (float)(inverse * g->gain[c]);
            shift[c] = (float)(g->shift[c] - mean * inverse * g->gain[c]);
        }
    }
}

static void write_job(void *context, int y) {
    const norm_cut *cut = context;
    const ck_group_norm *g = cut->norm;
    const float *scale = g->scratch + g->height * 2 * g->channels, *shift = scale + g->channels;
    const float *x = g->x + y * g->width * g->channels;
    if (!g->padded) {
        cut->variant->scale_shift(x, g->width, g->channels, scale, shift, g->swish, g->result + y * g->width * g->channels);
        return;
    }
    int64_t stride = (g->width + 2) * g->channels;
    size_t row = (size_t)stride * sizeof(float), pixel = (size_t)g->channels * sizeof(float);
    float *out = g->result + (y + 1) * stride;
    if (y == 0) memset(g->result, 0, row);
    if (y == g->height - 1) memset(out + stride, 0, row);
    memset(out, 0, pixel);
    cut->variant->scale_shift(x, g->width, g->channels, scale, shift, g->swish, out + g->channels);
    memset(out + stride - g->channels, 0, pixel);
}

void ck_group_norm_run(ck_pool *pool, const ck_group_norm *g) {
    norm_cut cut = {g, ck_variant(ck_pool_level(pool))};
    ck_pool_run(pool, (int)g->height, sums_job, &cut);
    fold_statistics(g);
    ck_pool_run(pool, (int)g->height, write_job, &cut);
}
