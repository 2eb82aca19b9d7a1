// The table of kernels that differ by instruction set. Each variant_*.c fills one; the drivers (matmul.c, norm.c, ...) cut work
// into chunks and call through the table of the pool's level. Inner kernels know no threads.
#ifndef VARIANTS_H
#define VARIANTS_H

#include <stdint.h>
#include "CKernels.h"

// The product behind matrices and convolutions: c[row][column] = scale * sum over taps and k of
// a[row * a_stride + tap_offset[tap] + k] * b[...], for `rows` rows and the 32 columns of one panel, of which `columns` exist.
typedef struct {
    const float *a;
    int64_t a_stride;
    const int64_t *tap_offset;
    int64_t taps, k;           // k is per tap
    const void *panel;         // [taps * k][32]
    int kind;                  // what the panel's numbers are: CK_F32, CK_F16, CK_BF16
    const float *bias;         // of this panel's columns, or NULL
    const float *residual;     // row i at residual + i * c_stride, or NULL
    float *c;                  // row i at c + i * c_stride
    int64_t c_stride, rows, columns;
    float scale;
} panel_product;

// One query of one head; see ck_attention.h for the layout. out has `size` numbers; scratch has capacity for `length` rounded up.
typedef struct {
    const float *query, *keys, *values;
    int64_t size, padded, length;
    float *out, *scratch;
} head_attention;

// Up to TILE_QUERIES queries that share keys and values; see ck_pages.h for the layout. Query i sees positions begin ..< end.
enum { TILE_QUERIES = 4 };
typedef struct {
    const float *query[TILE_QUERIES];
    float *out[TILE_QUERIES];
    int64_t begin[TILE_QUERIES], end[TILE_QUERIES];
    int64_t count;
    const float *const *pages;
    int64_t offset;            // floats from a page's start to this head
    int64_t size, padded;
    float scale;
    float slope[TILE_QUERIES];
} paged_tile;

// How a block format lies in memory; see ck_blocks.h.
typedef struct {
    int bits;                  // 4 or 8
    int scales;                // scales for 32 inputs: 1 or 2
    int minima;                // 1: has minima
    int offset;                // what is taken from each whole number where there are no minima
    int head;                  // bytes of scales and minima
    int record;                // bytes of a block of 32 outputs
} block_format;

static inline block_format block_format_of(int kind) {
    switch (kind) {
    case CK_Q8: return (block_format){8, 1, 0, 128, 64, 64 + 1024};
    case CK_Q4: return (block_format){4, 1, 0, 8, 64, 64 + 512};
    case CK_Q4_MIN: return (block_format){4, 1, 1, 0, 128, 128 + 512};
    case CK_Q5_MIN: return (block_format){8, 1, 1, 0, 128, 128 + 1024};
    default: return (block_format){8, 2, 0, 32, 128, 128 + 1024};
    }
}

// The product for one panel of 32 outputs, of which `columns` exist.
typedef struct {
    const int8_t *numbers;     // [rows][32 * blocks]
    const float *scales;       // [rows][blocks]
    const int32_t *sums;       // [rows][2 * blocks]
    const uint8_t *panel;
    int kind;
    int64_t blocks;
    const float *bias, *residual;
    float *c;                  // row i at c + i * c_stride, residual alike
    int64_t c_stride, rows, columns;
} block_panel;

typedef struct {
    void (*product)(const panel_product *);
    void (*attend)(const head_attention *);
    void (*softmax)(float *x, int64_t n);
    void (*layer_norm)(const float *x, int64_t n, const float *gain, const float *shift, const float *residual, float *y);
    void (*gelu_gate)(const float *x, const float *gate, int64_t n, float *y);
    // sums[c] and squares[c] over `pixels` rows of channels (a multiple of 16)
    void (*channel_sums)(const float *x, int64_t pixels, int64_t channels, float *sums, float *squares);
    // y = x * scale[c] + shift[c], then y * sigmoid(y) if swish
    void (*scale_shift)(const float *x, int64_t pixels, int64_t channels, const float *scale, const float *shift, int swish, float *y);
    void (*to_float)(const void *source, int kind, int64_t count, float *dst);
    void (*rms_norm)(const float *x, int64_t n, const float *gain, float epsilon, float *y);
    void (*silu_gate)(const float *x, const float *gate, int64_t n, float *y);
    void (*attend_pages)(const paged_tile *);
    void (*quantise)(const float *x, int64_t k, int8_t *numbers, float *scales, int32_t *sums);
    void (*block_product)(const block_panel *);
    // out[j] = a . rows[j]
    void (*dots)(const float *a, const float *rows, int64_t stride, int64_t count, int64_t size, float *out);
    // out += weights[j] * rows[j], over all j
    void (*blend)(const float *weights, const float *rows, int64_t stride, int64_t count, int64_t size, float *out);
    // rows[j] += weights[j] * a
    void (*spread)(const float *weights, const float *a, int64_t size, int64_t count, float *rows, int64_t stride);
    void (*tanh_gelu)(const float *x, int64_t n, float *y);
    void (*tanh_gelu_back)(const float *x, int64_t n, float *dy);
    void (*layer_norm_back)(const float *x, const float *gain, const float *dy, int64_t n, float *dx);
    void (*rms_norm_back)(const float *x, const float *gain, const float *dy, int64_t n, float epsilon, float *dx);
    void (*silu_gate_back)(const float *x, const float *gate, const float *dy, int64_t n, float *dx, float *dgate);
} kernel_variant;

static inline int64_t ck_number_size(int kind) { return kind == CK_F32 ? 4 : 2; }

extern const kernel_variant ck_variant_reference, ck_variant_vector;
#if defined(__x86_64__)
extern const kernel_variant ck_variant_avx2, ck_variant_avx512, ck_variant_vnni;
#endif

static inline const kernel_variant *ck_variant(int level) {
    switch (level) {
#if defined(__x86_64__)
    case CK_VNNI: return &ck_variant_vnni;
    case CK_AVX512: return &ck_variant_avx512;
    case CK_AVX2: return &ck_variant_avx2;
#endif
    case CK_VECTOR: return &ck_variant_vector;
    default: return &ck_variant_reference;
    }
}

#endif
