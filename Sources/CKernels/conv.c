// A 3 x 3 convolution is nine products that share their sum: tap (y, x) reads the padded picture shifted by one pixel. No
// unrolled copy of the picture is made. A chunk is some picture rows; all panels of weights pass over it.
#include <string.h>
#include "variants.h"

enum { BLOCK_FLOATS = 1 << 17 };  // half a megabyte of input a chunk: it stays in the second cache while the panels pass

typedef struct {
    const ck_conv3x3 *conv;
    const kernel_variant *variant;
    int64_t rows;  // a chunk
} conv_cut;

static void conv_job(void *context, int chunk) {
    const conv_cut *cut = context;
    const ck_conv3x3 *c = cut->conv;
    int64_t stride = (c->width + 2) * c->inputs, taps[9];
    for (int i = 0; i < 9; i++) taps[i] = i / 3 * stride + i % 3 * c->inputs;
    int64_t first = chunk * cut->rows, last = first + cut->rows < c->height ? first + cut->rows : c->height;
    for (int64_t column = 0; column < c->outputs; column += CK_PANEL)
        for (int64_t y = first; y < last; y++) {
            int64_t at = y * c->width * c->outputs + column;
            cut->variant->product(&(panel_product){
                .a = c->padded + y * stride, .a_stride = c->inputs, .tap_offset = taps, .taps = 9, .k = c->inputs,
                .panel = c->weights + column * 9 * c->inputs, .kind = CK_F32, .bias = c->bias ? c->bias + column : 0,
                .residual = c->residual ? c->residual + at : 0, .c = c->result + at, .c_stride = c->outputs, .rows = c->width,
                .columns = c->outputs - column < CK_PANEL ? c->outputs - column : CK_PANEL, .scale = 1,
            });
        }
}

void ck_conv3x3_run(ck_pool *pool, const ck_conv3x3 *c) {
    int64_t rows = BLOCK_FLOATS / (c->width * c->inputs), share = c->height / (2 * ck_pool_threads(pool));
    if (rows > share) rows = share;
    if (rows < 1) rows = 1;
    conv_cut cut = {c, ck_variant(ck_pool_level(pool)), rows};
    ck_pool_run(pool, (int)((c->height + rows - 1) / rows), conv_job, &cut);
}

typedef struct {
    const float *source;
    int64_t height, width, channels;  // of the result, without its border
    int shift;                        // 1: every source pixel twice
    float *padded;
} pad_cut;

static void pad_job(void *context, int chunk) {
    const pad_cut *p = context;
    int64_t stride = (p->width + 2) * p->channels;
    size_t pixel = (size_t)p->channels * sizeof(float);
    float *out = p->padded + chunk * stride;
    if (chunk == 0 || chunk == p->height + 1) {
        memset(out, 0, (size_t)stride * sizeof *out);
        return;
    }
    const float *in = p->source + (int64_t)((chunk - 1) >> p->shift) * (p->width >> p->shift) * p->channels;
    memset(out, 0, pixel);
    if (p->shift)
        for (int64_t x = 0; x < p->width; x++) memcpy(out + (x + 1) * p->channels, in + (x >> 1) * p->channels, pixel);
    else memcpy(out + p->channels, in, (size_t)p->width * pixel);
    memset(out + (p->width + 1) * p->channels, 0, pixel);
}

void ck_pad_copy(ck_pool *pool, const float *source, int64_t height, int64_t width, int64_t channels, float *padded) {
    pad_cut p = {source, height, width, channels, 0, padded};
    ck_pool_run(pool, (int)height + 2, pad_job, &p);
}

void ck_pad_upsampled(ck_pool *pool, const float *source, int64_t height, int64_t width, int64_t channels, float *padded) {
    pad_cut p = {source, 2 * height, 2 * width, channels, 1, padded};
    ck_pool_run(pool, 2 * (int)height + 2, pad_job, &p);
}
