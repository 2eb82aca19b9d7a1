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

const kernel_variant ck_variant_reference = {
    product, attend, softmax, layer_norm, gelu_gate, channel_sums, scale_shift, to_float,
};
