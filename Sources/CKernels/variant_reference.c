// The kernels as one would explain them. The fast variants are tested against these; they run too, only slowly.
#include <math.h>
#include <string.h>
#include "variants.h"

// 1 sign, 5 exponent (bias 15), 10 mantissa bits.
static float half_to_float(uint16_t h) {
    uint32_t sign = (uint32_t)(h >> 15) << 31, exponent = h >> 10 & 31, mantissa = h & 1023, bits;
    if (exponent == 0) return (sign ? -1.0f : 1.0f) * (float)mantissa * 0x1p-24f;
    if (exponent == 31) bits = sign | 0x7f800000u | mantissa << 13;
    else bits = sign | (exponent + 112) << 23 | mantissa << 13;
    float f;
    memcpy(&f, &bits, 4);
    return f;
}

static float number(const void *source, int kind, int64_t i) {
    const char *bytes = (const char *)source + i * ck_number_size(kind);
    float f;
    uint16_t h;
    if (kind == CK_F32) {
        memcpy(&f, bytes, 4);
        return f;
    }
    memcpy(&h, bytes, 2);
    if (kind == CK_F16) return half_to_float(h);
    uint32_t bits = (uint32_t)h << 16;
    memcpy(&f, &bits, 4);
    return f;
}

static void to_float(const void *source, int kind, int64_t count, float *dst) {
    for (int64_t i = 0; i < count; i++) dst[i] = number(source, kind, i);
}

static void product(const panel_product *p) {
    for (int64_t row = 0; row < p->rows; row++) {
        for (int64_t column = 0; column < p->columns; column++) {
            float sum = 0;
            for (int64_t tap = 0; tap < p->taps; tap++) {
                const float *a = p->a + row * p->a_stride + p->tap_offset[tap];
                for (int64_t k = 0; k < p->k; k++) 
                    sum += a[k] * number(p->panel, p->kind, (tap * p->k + k) * CK_PANEL + column);
            }
            sum *= p->scale;
            if (p->bias) sum += p->bias[column];
            if (p->residual) sum += p->residual[row * p->c_stride + column];
            p->c[row * p->c_stride + column] = sum;
        }
    }
}

static void softmax(float *x, int64_t n) {
    float largest = x[0], sum = 0;
    for (int64_t i = 1; i < n; i++) largest = fmaxf(largest, x[i]);
    for (int64_t i = 0; i < n; i++) sum += x[i] = expf(x[i] - largest);
    for (int64_t i = 0; i < n; i++) x[i] /= sum;
}

static void attend(const head_attention *h) {
    for (int64_t t = 0; t < h->length; t++) {
        const float *key = h->keys + t / 16 * h->padded * 16 + t % 16;
        float dot = 0;
        for (int64_t c = 0; c < h->size; c++) dot += h->query[c] * key[c * 16];
        h->scratch[t] = dot / sqrtf((float)h->size);
    }
    softmax(h->scratch, h->length);
    for (int64_t c = 0; c < h->size; c++) {
        float sum = 0;
        for (int64_t t = 0; t < h->length; t++) sum += h->scratch[t] * h->values[t * h->padded + c];
        h->out[c] = sum;
    }
}

static void layer_norm(const float *x, int64_t n, const float *gain, const float *shift, const float *residual, float *y) {
    float mean = 0, variance = 0;
    for (int64_t i = 0; i < n; i++) mean += x[i];
    mean /= (float)n;
    for (int64_t i = 0; i < n; i++) variance += (x[i] - mean) * (x[i] - mean);
    float inverse = 1 / sqrtf(variance / (float)n + 1e-5f);
    for (int64_t i = 0; i < n; i++) y[i] = (x[i] - mean) * inverse * gain[i] + shift[i] + (residual ? residual[i] : 0);
}

static void gelu_gate(const float *x, const float *gate, int64_t n, float *y) {
    for (int64_t i = 0; i < n; i++) y[i] = x[i] * 0.5f * (1 + erff(x[i] * 0.70710678f)) * gate[i];
}

static void channel_sums(const float *x, int64_t pixels, int64_t channels, float *sums, float *squares) {
    memset(sums, 0, (size_t)channels * sizeof *sums);
    memset(squares, 0, (size_t)channels * sizeof *squares);
    for (int64_t i = 0; i < pixels; i++)
        for (int64_t c = 0; c < channels; c++) {
            sums[c] += x[i * channels + c];
            squares[c] += x[i * channels + c] * x[i * channels + c];
        }
}

static void scale_shift(const float *x, int64_t pixels, int64_t channels, const float *scale, const float *shift, int swish, float *y) {
    for (int64_t i = 0; i < pixels; i++)
        for (int64_t c = 0; c < channels; c++) {
            float v = x[i * channels + c] * scale[c] + shift[c];
            y[i * channels + c] = swish ? v / (1 + expf(-v)) : v;
        }
}

static void rms_norm(const float *x, int64_t n, const float *gain, float epsilon, float *y) {
    float squares = 0;
    for (int64_t i = 0; i < n; i++) squares += x[i] * x[i];
    float inverse = 1 / sqrtf(squares / (float)n + epsilon);
    for (int64_t i = 0; i < n; i++) y[i] = x[i] * inverse * gain[i];
}

static void silu_gate(const float *x, const float *gate, int64_t n, float *y) {
    for (int64_t i = 0; i < n; i++) y[i] = x[i] / (1 + expf(-x[i])) * gate[i];
}

// Twice over the positions: sums of exponentials, then the values.
static void attend_pages(const paged_tile *t) {
    for (int64_t i = 0; i < t->count; i++) {
        float largest = -INFINITY, sum = 0, out[CK_HEAD_LIMIT] = {0};
        for (int pass = 0; pass < 2; pass++)
            for (int64_t at = t->begin[i]; at < t->end[i]; at++) {
                const float *keys = t->pages[at / CK_PAGE] + t->offset, *values = keys + CK_PAGE * t->padded;
                int64_t position = at % CK_PAGE;
                float dot = 0;
                for (int64_t c = 0; c < t->size; c++) dot += t->query[i][c] * keys[(position / 16 * t->padded + c) * 16 + position % 16];
                dot = dot * t->scale - t->slope[i] * (float)(t->end[i] - 1 - at);
                if (pass == 0) {
                    largest = fmaxf(largest, dot);
                    continue;
                }
                float e = expf(dot - largest);
                sum += e;
                for (int64_t c = 0; c < t->size; c++) out[c] += e * values[position * t->padded + c];
            }
        for (int64_t c = 0; c < t->size; c++) t->out[i][c] = out[c] / sum;
    }
}

static void quantise(const float *x, int64_t k, int8_t *numbers, float *scales, int32_t *sums) {
    for (int64_t block = 0; block < k / CK_BLOCK; block++) {
        float largest = 0;
        for (int i = 0; i < CK_BLOCK; i++) largest = fmaxf(largest, fabsf(x[block * CK_BLOCK + i]));
        scales[block] = largest / 127;
        sums[block * 2] = sums[block * 2 + 1] = 0;
        for (int i = 0; i < CK_BLOCK; i++) {
            int32_t n = largest > 0 ? (int32_t)rintf(x[block * CK_BLOCK + i] * (127 / largest)) : 0;
            numbers[block * CK_BLOCK + i] = (int8_t)n;
            sums[block * 2 + i / 16] += n;
        }
    }
}

static void block_product(const block_panel *p) {
    block_format f = block_format_of(p->kind);
    for (int64_t row = 0; row < p->rows; row++)
        for (int64_t column = 0; column < p->columns; column++) {
            float result = 0;
            for (int64_t block = 0; block < p->blocks; block++) {
                const uint8_t *record = p->panel + block * f.record;
                int32_t sum[2] = {0, 0}, *sums = (int32_t *)p->sums + (row * p->blocks + block) * 2;
                for (int i = 0; i < CK_BLOCK; i++) {
                    int quad = i / 4, stored = f.bits == 4 ? quad % 4 : quad;
                    int byte = record[f.head + (stored * CK_PANEL + column) * 4 + i % 4];
                    int weight = f.bits == 8 ? byte : quad < 4 ? byte & 15 : byte >> 4;
                    sum[f.scales == 2 ? i / 16 : 0] += weight * p->numbers[(row * p->blocks + block) * CK_BLOCK + i];
                }
                float activation = p->scales[row * p->blocks + block];
                for (int part = 0; part < f.scales; part++) {
                    int32_t taken = f.offset * (f.scales == 2 ? sums[part] : sums[0] + sums[1]);
                    result += (float)(sum[part] - taken) * (number(record + part * CK_PANEL * 2, CK_F16, column) * activation);
                }
                if (f.minima)
                    result -= activation * (float)(sums[0] + sums[1]) * number(record + f.scales * CK_PANEL * 2, CK_F16, column);
            }
            if (p->bias) result += p->bias[column];
            if (p->residual) result += p->residual[row * p->c_stride + column];
            p->c[row * p->c_stride + column] = result;
        }
}

// ---- learning ---------------------------------------------------------------------------------------------------------------

static void dots(const float *a, const float *rows, int64_t stride, int64_t count, int64_t size, float *out) {
    for (int64_t j = 0; j < count; j++) {
        out[j] = 0;
        for (int64_t c = 0; c < size; c++) out[j] += a[c] * rows[j * stride + c];
    }
}

static void blend(const float *weights, const float *rows, int64_t stride, int64_t count, int64_t size, float *out) {
    for (int64_t j = 0; j < count; j++)
        for (int64_t c = 0; c < size; c++) out[c] += weights[j] * rows[j * stride + c];
}

static void spread(const float *weights, const float *a, int64_t size, int64_t count, float *rows, int64_t stride) {
    for (int64_t j = 0; j < count; j++)
        for (int64_t c = 0; c < size; c++) rows[j * stride + c] += weights[j] * a[c];
}

static const float gelu_slope = 0.79788456f, gelu_cube = 0.044715f;

static void tanh_gelu(const float *x, int64_t n, float *y) {
    for (int64_t i = 0; i < n; i++) y[i] = 0.5f * x[i] * (1 + tanhf(gelu_slope * (x[i] + gelu_cube * x[i] * x[i] * x[i])));
}

static void tanh_gelu_back(const float *x, int64_t n, float *dy) {
    for (int64_t i = 0; i < n; i++) {
        float t = tanhf(gelu_slope * (x[i] + gelu_cube * x[i] * x[i] * x[i]));
        dy[i] *= 0.5f * (1 + t) + 0.5f * x[i] * (1 - t * t) * gelu_slope * (1 + 3 * gelu_cube * x[i] * x[i]);
    }
}

static void layer_norm_back(const float *x, const float *gain, const float *dy, int64_t n, float *dx) {
    float mean = 0, variance = 0, straight = 0, along = 0;
    for (int64_t i = 0; i < n; i++) mean += x[i] / (float)n;
    for (int64_t i = 0; i < n; i++) variance += (x[i] - mean) * (x[i] - mean) / (float)n;
    float inverse = 1 / sqrtf(variance + 1e-5f);
    for (int64_t i = 0; i < n; i++) {
        straight += dy[i] * gain[i] / (float)n;
        along += dy[i] * gain[i] * (x[i] - mean) * inverse / (float)n;
    }
    for (int64_t i = 0; i < n; i++) dx[i] += (dy[i] * gain[i] - straight - (x[i] - mean) * inverse * along) * inverse;
}

static void rms_norm_back(const float *x, const float *gain, const float *dy, int64_t n, float epsilon, float *dx) {
    float square = 0, along = 0;
    for (int64_t i = 0; i < n; i++) {
        square += x[i] * x[i] / (float)n;
        along += dy[i] * gain[i] * x[i] / (float)n;
    }
    float inverse = 1 / sqrtf(square + epsilon);
    for (int64_t i = 0; i < n; i++) dx[i] += (dy[i] * gain[i] - x[i] * along * inverse * inverse) * inverse;
}

static void silu_gate_back(const float *x, const float *gate, const float *dy, int64_t n, float *dx, float *dgate) {
    for (int64_t i = 0; i < n; i++) {
        float share = 1 / (1 + expf(-x[i]));
        dx[i] = dy[i] * gate[i] * share * (1 + x[i] * (1 - share));
        dgate[i] = dy[i] * x[i] * share;
    }
}

const kernel_variant ck_variant_reference = {
    product, attend, softmax, layer_norm, gelu_gate, channel_sums, scale_shift, to_float,
    rms_norm, silu_gate, attend_pages, quantise, block_product,
    dots, blend, spread, tanh_gelu, tanh_gelu_back, layer_norm_back, rms_norm_back, silu_gate_back,
};
