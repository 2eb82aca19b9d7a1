// The fast kernels, written once over a few words (vec, LANES, v_fma, ...) that simd_*.h define for an instruction set.
// Included by each variant_*.c; see variants.h for what every kernel computes and variant_reference.c for the plain form.
#include <math.h>
#include <string.h>

#define ALWAYS static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

// ---- products ---------------------------------------------------------------------------------------------------------------

enum { TILE_COLUMNS = 2 * LANES };

// LANES weights as floats. Weights of 16 bits stay so in memory: a decoding step is bound by the bytes it reads.
ALWAYS vec v_weights(const char *p, const int kind) {
    if (kind == CK_F32) return v_load((const float *)p);
#if HAS_HALF
    return kind == CK_F16 ? v_from_half(p) : v_from_bfloat(p);
#else
    float numbers[LANES];
    ck_variant_reference.to_float(p, kind, LANES, numbers);
    return v_load(numbers);
#endif
}

// The last columns of a matrix whose width is no multiple of the tile's.
static void store_edge(int rows, float sums[][TILE_COLUMNS], const panel_product *p, int64_t row, int64_t column) {
    for (int i = 0; i < rows; i++)
        for (int64_t j = column; j < p->columns; j++) {
            int64_t at = (row + i) * p->c_stride + j;
            float v = sums[i][j - column] + (p->bias ? p->bias[j] : 0);
            p->c[at] = v + (p->residual ? p->residual[at] : 0);
        }
}

// rows and kind (constants after inlining): rows x 2 vectors of sums stay in registers over the whole depth.
ALWAYS void tile(const int rows, const int kind, const panel_product *p, int64_t row, int64_t column) {
    vec sum[TILE_ROWS][2];
    UNROLL for (int i = 0; i < rows; i++) sum[i][0] = sum[i][1] = v_zero();
    const int64_t size = kind == CK_F32 ? 4 : 2;
    const char *b = (const char *)p->panel + column * size;
    const int64_t stride = p->a_stride;
    for (int64_t tap = 0; tap < p->taps; tap++) {
        // Three rows share a base: base, base + stride, base + 2 * stride are all addresses the processor forms for free.
        const float *base[(TILE_ROWS + 2) / 3];
        UNROLL for (int i = 0; i < (rows + 2) / 3; i++) base[i] = p->a + p->tap_offset[tap] + (row + 3 * i) * stride;
        for (int64_t k = 0; k < p->k; k++, b += CK_PANEL * size) {
            vec b0 = v_weights(b, kind), b1 = v_weights(b + LANES * size, kind);
            UNROLL for (int i = 0; i < rows; i++) {
                vec a = v_all(base[i / 3][k + i % 3 * stride]);
                sum[i][0] = v_fma(a, b0, sum[i][0]);
                sum[i][1] = v_fma(a, b1, sum[i][1]);
            }
        }
    }
    vec scale = v_all(p->scale);
    if (column + TILE_COLUMNS > p->columns) {
        float sums[TILE_ROWS][TILE_COLUMNS];
        UNROLL for (int i = 0; i < rows; i++) {
            v_store(sums[i], sum[i][0] * scale);
            v_store(sums[i] + LANES, sum[i][1] * scale);
        }
        store_edge(rows, sums, p, row, column);
        return;
    }
    UNROLL for (int i = 0; i < rows; i++) {
        int64_t at = (row + i) * p->c_stride + column;
        UNROLL for (int j = 0; j < 2; j++) {
            vec v = sum[i][j] * scale;
            if (p->bias) v += v_load(p->bias + column + j * LANES);
            if (p->residual) v += v_load(p->residual + at + j * LANES);
            v_store(p->c + at + j * LANES, v);
        }
    }
}

ALWAYS void product_of_kind(const int kind, const panel_product *p) {
    // Rows are shared out evenly: 18 rows are 9 + 9, not 12 + 6.
    int64_t tiles = (p->rows + TILE_ROWS - 1) / TILE_ROWS;
    for (int64_t column = 0; column < p->columns; column += TILE_COLUMNS)
        for (int64_t t = 0; t < tiles; t++) {
            int64_t row = p->rows * t / tiles;
            switch (p->rows * (t + 1) / tiles - row) {
#if TILE_ROWS == 12
            case 12: tile(12, kind, p, row, column); break;
            case 11: tile(11, kind, p, row, column); break;
            case 10: tile(10, kind, p, row, column); break;
            case 9: tile(9, kind, p, row, column); break;
            case 8: tile(8, kind, p, row, column); break;
            case 7: tile(7, kind, p, row, column); break;
#endif
            case 6: tile(6, kind, p, row, column); break;
            case 5: tile(5, kind, p, row, column); break;
            case 4: tile(4, kind, p, row, column); break;
            case 3: tile(3, kind, p, row, column); break;
            case 2: tile(2, kind, p, row, column); break;
            default: tile(1, kind, p, row, column); break;
            }
        }
}

static void product(const panel_product *p) {
    switch (p->kind) {
    case CK_F32: product_of_kind(CK_F32, p); break;
    case CK_F16: product_of_kind(CK_F16, p); break;
    default: product_of_kind(CK_BF16, p);
    }
}

// ---- exponentials -----------------------------------------------------------------------------------------------------------

// e^x to about 1e-7: x = n ln 2 + r with |r| <= ln 2 / 2, then a polynomial in r. Below -87 it stays at e^-87.
ALWAYS vec v_exp(vec x) {
    x = v_min(v_max(x, v_all(-87.0f)), v_all(88.0f));
    vec n = v_round(x * v_all(1.44269504f));
    vec r = v_fma(n, v_all(-0.693359375f), x);
    r = v_fma(n, v_all(2.12194440e-4f), r);
    vec y = v_all(0.00139411085f);
    y = v_fma(y, r, v_all(0.0083751264f));
    y = v_fma(y, r, v_all(0.0416663529f));
    y = v_fma(y, r, v_all(0.166664155f));
    y = v_fma(y, r, v_all(0.5f));
    y = v_fma(y, r, v_all(1.0f));
    y = v_fma(y, r, v_all(1.0f));
    return v_scale(y, n);
}

// erf(x) to 4e-7: x times a polynomial in u = x^2 / 8 - 1, |x| <= 4, fitted at Chebyshev nodes; +-1 beyond.
ALWAYS vec v_erf(vec x) {
    static const float c[15] = {
        0.353531003f, -0.176577374f, 0.131675601f, -0.107667781f, 0.0901910439f, -0.0751835033f, 0.0600787923f, -0.0436383635f,
        0.0321634971f, -0.0274991002f, 0.0164754614f, -0.00241379137f, 0.00222095149f, -0.0062095793f, 0.00285320473f,
    };
    x = v_min(v_max(x, v_all(-4.0f)), v_all(4.0f));
    vec u = v_fma(x * x, v_all(0.125f), v_all(-1.0f)), y = v_all(c[14]);
    UNROLL for (int i = 13; i >= 0; i--) y = v_fma(y, u, v_all(c[i]));
    return v_min(v_max(x * y, v_all(-1.0f)), v_all(1.0f));
}

static void softmax(float *x, int64_t n) {
    int64_t whole = n / LANES * LANES;
    float largest = x[0], sum = 0;
    if (whole) {
        vec most = v_load(x);
        for (int64_t i = LANES; i < whole; i += LANES) most = v_max(most, v_load(x + i));
        largest = v_largest(most);
    }
    for (int64_t i = whole; i < n; i++) largest = x[i] > largest ? x[i] : largest;
    vec sums = v_zero();
    for (int64_t i = 0; i < whole; i += LANES) {
        vec e = v_exp(v_load(x + i) - v_all(largest));
        v_store(x + i, e);
        sums += e;
    }
    for (int64_t i = whole; i < n; i++) sum += x[i] = expf(x[i] - largest);
    float inverse = 1 / (sum + v_sum(sums));
    for (int64_t i = 0; i < whole; i += LANES) v_store(x + i, v_load(x + i) * v_all(inverse));
    for (int64_t i = whole; i < n; i++) x[i] *= inverse;
}

static void gelu_gate(const float *x, const float *gate, int64_t n, float *y) {
    int64_t whole = n / LANES * LANES;
    for (int64_t i = 0; i < whole; i += LANES) {
        vec v = v_load(x + i), half = v * v_all(0.5f);
        v_store(y + i, v_fma(half, v_erf(v * v_all(0.70710678f)), half) * v_load(gate + i));
    }
    for (int64_t i = whole; i < n; i++) y[i] = x[i] * 0.5f * (1 + erff(x[i] * 0.70710678f)) * gate[i];
}

// ---- attention --------------------------------------------------------------------------------------------------------------

enum { BLOCK_VECTORS = CK_ATTENTION_BLOCK / LANES, SUMS_AT_ONCE = 4 };

// The numbers first ..< first + vectors * LANES of the result: values weighed by the scores. Lanes are numbers of the head.
ALWAYS void weigh_values(const int vectors, const head_attention *h, int64_t first) {
    vec sum[SUMS_AT_ONCE];
    UNROLL for (int j = 0; j < vectors; j++) sum[j] = v_zero();
    for (int64_t t = 0; t < h->length; t++) {
        vec score = v_all(h->scratch[t]);
        const float *value = h->values + t * h->padded + first;
        UNROLL for (int j = 0; j < vectors; j++) sum[j] = v_fma(score, v_load(value + j * LANES), sum[j]);
    }
    float edge[LANES];
    UNROLL for (int j = 0; j < vectors; j++) {
        int64_t at = first + j * LANES;
        if (at + LANES <= h->size) v_store(h->out + at, sum[j]);
        else if (at < h->size) {
            v_store(edge, sum[j]);
            for (int64_t c = at; c < h->size; c++) h->out[c] = edge[c - at];
        }
    }
}

static void attend(const head_attention *h) {
    float *scores = h->scratch;
    float scale = 1 / sqrtf((float)h->size);
    int64_t vectors = (h->length + CK_ATTENTION_BLOCK - 1) / CK_ATTENTION_BLOCK * BLOCK_VECTORS;
    // Lanes are positions. Four vectors at once hide the latency of the additions.
    for (int64_t v = 0; v < vectors; v += SUMS_AT_ONCE) {
        const float *keys[SUMS_AT_ONCE];
        vec sum[SUMS_AT_ONCE];
        UNROLL for (int j = 0; j < SUMS_AT_ONCE; j++) {
            int64_t at = v + j < vectors ? v + j : vectors - 1;  // past the end: the last one again, not stored
            keys[j] = h->keys + at / BLOCK_VECTORS * h->padded * CK_ATTENTION_BLOCK + at % BLOCK_VECTORS * LANES;
            sum[j] = v_zero();
        }
        for (int64_t c = 0; c < h->size; c++) {
            vec q = v_all(h->query[c]);
            UNROLL for (int j = 0; j < SUMS_AT_ONCE; j++) sum[j] = v_fma(q, v_load(keys[j] + c * CK_ATTENTION_BLOCK), sum[j]);
        }
        UNROLL for (int j = 0; j < SUMS_AT_ONCE; j++)
            if (v + j < vectors) v_store(scores + (v + j) * LANES, sum[j] * v_all(scale));
    }
    softmax(scores, h->length);
    for (int64_t first = 0; first < h->padded; first += SUMS_AT_ONCE * LANES) {
        switch ((h->padded - first) / LANES) {
        case 1: weigh_values(1, h, first); break;
        case 2: weigh_values(2, h, first); break;
        case 3: weigh_values(3, h, first); break;
        default: weigh_values(SUMS_AT_ONCE, h, first);
        }
    }
}

// ---- norms ------------------------------------------------------------------------------------------------------------------

static void layer_norm(const float *x, int64_t n, const float *gain, const float *shift, const float *residual, float *y) {
    int64_t whole = n / LANES * LANES;
    vec sums = v_zero(), squares = v_zero();
    float sum = 0, square = 0;
    for (int64_t i = 0; i < whole; i += LANES) sums += v_load(x + i);
    for (int64_t i = whole; i < n; i++) sum += x[i];
    float mean = (sum + v_sum(sums)) / (float)n;
    for (int64_t i = 0; i < whole; i += LANES) {
        vec d = v_load(x + i) - v_all(mean);
        squares = v_fma(d, d, squares);
    }
    for (int64_t i = whole; i < n; i++) square += (x[i] - mean) * (x[i] - mean);
    float inverse = 1 / sqrtf((square + v_sum(squares)) / (float)n + 1e-5f);
    for (int64_t i = 0; i < whole; i += LANES) {
        vec v = v_fma((v_load(x + i) - v_all(mean)) * v_all(inverse), v_load(gain + i), v_load(shift + i));
        if (residual) v += v_load(residual + i);
        v_store(y + i, v);
    }
    for (int64_t i = whole; i < n; i++) y[i] = (x[i] - mean) * inverse * gain[i] + shift[i] + (residual ? residual[i] : 0);
}

static void channel_sums(const float *x, int64_t pixels, int64_t channels, float *sums, float *squares) {
    for (int64_t c = 0; c < channels; c += LANES) {
        vec s0 = v_zero(), s1 = v_zero(), q0 = v_zero(), q1 = v_zero();
        int64_t i = 0;
        for (; i + 2 <= pixels; i += 2) {
            vec a = v_load(x + i * channels + c), b = v_load(x + (i + 1) * channels + c);
            s0 += a;
            s1 += b;
            q0 = v_fma(a, a, q0);
            q1 = v_fma(b, b, q1);
        }
        if (i < pixels) {
            vec a = v_load(x + i * channels + c);
            s0 += a;
            q0 = v_fma(a, a, q0);
        }
        v_store(sums + c, s0 + s1);
        v_store(squares + c, q0 + q1);
    }
}

static void scale_shift(const float *x, int64_t pixels, int64_t channels, const float *scale, const float *shift, int swish, float *y) {
    for (int64_t i = 0; i < pixels; i++)
        for (int64_t c = 0; c < channels; c += LANES) {
            vec v = v_fma(v_load(x + i * channels + c), v_load(scale + c), v_load(shift + c));
            if (swish) v = v / (v_all(1.0f) + v_exp(v_zero() - v));
            v_store(y + i * channels + c, v);
        }
}

// ---- number formats ---------------------------------------------------------------------------------------------------------

static void to_float(const void *source, int kind, int64_t count, float *dst) {
    int64_t i = 0;
    const char *bytes = source;
#if HAS_HALF
    if (kind == CK_F16)
        for (; i + LANES <= count; i += LANES) v_store(dst + i, v_from_half(bytes + i * 2));
    if (kind == CK_BF16)
        for (; i + LANES <= count; i += LANES) v_store(dst + i, v_from_bfloat(bytes + i * 2));
#endif
    ck_variant_reference.to_float(bytes + i * (kind == CK_F32 ? 4 : 2), kind, count - i, dst + i);
}

#include "simd_rows.h"
#include "simd_pages.h"
#include "simd_blocks.h"
#include "simd_train.h"

const kernel_variant VARIANT = {
    product, attend, softmax, layer_norm, gelu_gate, channel_sums, scale_shift, to_float,
    rms_norm, silu_gate, attend_pages, quantise, block_product,
    dots, blend, spread, tanh_gelu, tanh_gelu_back, layer_norm_back, rms_norm_back, silu_gate_back,
};
