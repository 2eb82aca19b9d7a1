// Packing happens once, when a checkpoint is loaded (and for attention over pixels, whose keys act as a weight matrix).
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "variants.h"

int64_t ck_packed_count(int64_t n, int64_t k) { return (n + CK_PANEL - 1) / CK_PANEL * CK_PANEL * k; }

void ck_to_float(int level, const void *source, int kind, int64_t count, float *dst) {
    ck_variant(level)->to_float(source, kind, count, dst);
}

uint16_t ck_half(float x) {
    uint32_t bits;
    memcpy(&bits, &x, 4);
    uint32_t sign = bits >> 16 & 0x8000, size = bits & 0x7fffffff;
    if (size >= 0x477ff000) return (uint16_t)(sign | 0x7bff);
    if (size < 0x38800000) return (uint16_t)(sign | (uint32_t)lrintf(fabsf(x) * 0x1p24f));
    return (uint16_t)(sign | ((size - 0x38000000 + 0xfff + (size >> 13 & 1)) >> 13));
}

void ck_to_half(const float *source, int64_t count, uint16_t *dst) {
    for (int64_t i = 0; i < count; i++) dst[i] = ck_half(source[i]);
}

// Converts in runs of this many numbers on the way.
enum { RUN = 512 };

// The same for numbers of 16 bits that stay as they are.
static void pack_rows_16(const char *source, int64_t rows, int64_t k, int64_t first, uint16_t *dst) {
    for (int64_t row = 0; row < rows; row++) {
        int64_t n = first + row;
        uint16_t *out = dst + n / CK_PANEL * CK_PANEL * k + n % CK_PANEL;
        for (int64_t i = 0; i < k; i++) memcpy(out + i * CK_PANEL, source + (row * k + i) * 2, 2);
    }
}

void ck_pack_rows(const void *source, int kind, int64_t rows, int64_t k, int64_t first, void *dst, int dst_kind) {
    if (dst_kind != CK_F32) {
        pack_rows_16(source, rows, k, first, dst);
        return;
    }
    float run[RUN];
    int level = ck_best_level();
    for (int64_t row = 0; row < rows; row++) {
        int64_t n = first + row;
        float *out = (float *)dst + n / CK_PANEL * CK_PANEL * k + n % CK_PANEL;
        for (int64_t start = 0; start < k; start += RUN) {
            int64_t count = k - start < RUN ? k - start : RUN;
            ck_to_float(level, (const char *)source + (row * k + start) * ck_number_size(kind), kind, count, run);
            for (int64_t i = 0; i < count; i++) out[(start + i) * CK_PANEL] = run[i];
        }
    }
}

void ck_pack_columns(const float *source, int64_t stride, int64_t n, int64_t k, float *dst) {
    for (int64_t panel = 0; panel < n; panel += CK_PANEL) {
        int64_t columns = n - panel < CK_PANEL ? n - panel : CK_PANEL;
        for (int64_t i = 0; i < k; i++, dst += CK_PANEL) {
            memcpy(dst, source + i * stride + panel, (size_t)columns * sizeof *dst);
            memset(dst + columns, 0, (size_t)(CK_PANEL - columns) * sizeof *dst);
        }
    }
}

void ck_pack_columns_as(const void *source, int kind, int64_t n, int64_t k, void *dst) {
    size_t size = (size_t)ck_number_size(kind);
    char *place = dst;
    for (int64_t panel = 0; panel < n; panel += CK_PANEL) {
        size_t columns = (size_t)(n - panel < CK_PANEL ? n - panel : CK_PANEL) * size;
        for (int64_t i = 0; i < k; i++, place += CK_PANEL * size) {
            memcpy(place, (const char *)source + (size_t)(i * n + panel) * size, columns);
            memset(place + columns, 0, CK_PANEL * size - columns);
        }
    }
}

void ck_pack_conv(const void *source, int kind, int64_t n, int64_t inputs, int64_t taps, float *dst) {
    float run[RUN];
    int level = ck_best_level();
    int64_t k = inputs * taps, step = RUN / taps;  // whole inputs a run
    for (int64_t row = 0; row < n; row++) {
        float *out = dst + row / CK_PANEL * CK_PANEL * k + row % CK_PANEL;
        for (int64_t start = 0; start < inputs; start += step) {
            int64_t count = inputs - start < step ? inputs - start : step;
            ck_to_float(level, (const char *)source + (row * k + start * taps) * ck_number_size(kind), kind, count * taps, run);
            for (int64_t i = 0; i < count; i++)
                for (int64_t tap = 0; tap < taps; tap++) out[(tap * inputs + start + i) * CK_PANEL] = run[i * taps + tap];
        }
    }
}
