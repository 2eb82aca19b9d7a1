// The block formats of GGUF files, as ggml defines them: what the bytes of a block mean.
#include <math.h>
#include <string.h>
#include "variants.h"

#pragma STDC FP_CONTRACT OFF

static float half_at(const uint8_t *bytes) {
    float f;
    ck_variant_reference.to_float(bytes, CK_F16, 1, &f);
    return f;
}

// f16 scale, then 32 signed bytes.
static void unpack_q8_0(const uint8_t *block, uint8_t *numbers, float *scales) {
    scales[0] = half_at(block);
    for (int i = 0; i < 32; i++) numbers[i] = block[2 + i] ^ 0x80;
}

// f16 scale, then 16 bytes: numbers 0 ..< 16 in the low halves, 16 ..< 32 in the high ones.
static void unpack_q4_0(const uint8_t *block, uint8_t *numbers, float *scales) {
    scales[0] = half_at(block);
    for (int i = 0; i < 16; i++) {
        numbers[i] = block[2 + i] & 15;
        numbers[16 + i] = block[2 + i] >> 4;
    }
}

// Twelve bytes hold eight scales and eight minima of six bits; both count in steps of the block's f16 scale and minimum.
static void unpack_scales(const uint8_t *block, float *scales, float *minima) {
    float scale = half_at(block), minimum = half_at(block + 2);
    const uint8_t *p = block + 4;
    for (int i = 0; i < 8; i++) {
        int s = i < 4 ? p[i] & 63 : (p[i + 4] & 15) | (p[i - 4] >> 6) << 4;
        int m = i < 4 ? p[i + 4] & 63 : p[i + 4] >> 4 | (p[i] >> 6) << 4;
        scales[i] = scale * (float)s;
        minima[i] = minimum * (float)m;
    }
}

// Scales, then 128 bytes: of each 32, the low halves are one run of 32 numbers, the high halves the next.
static void unpack_q4_k(const uint8_t *block, uint8_t *numbers, float *scales, float *minima) {
    unpack_scales(block, scales, minima);
    for (int i = 0; i < 256; i++) {
        uint8_t byte = block[16 + i / 64 * 32 + i % 32];
        numbers[i] = i / 32 % 2 ? byte >> 4 : byte & 15;
    }
}

// As above, with the fifth bits in 32 bytes before: bit j of byte i belongs to number 32 j + i.
static void unpack_q5_k(const uint8_t *block, uint8_t *numbers, float *scales, float *minima) {
    unpack_scales(block, scales, minima);
    for (int i = 0; i < 256; i++) {
        uint8_t byte = block[48 + i / 64 * 32 + i % 32], high = block[16 + i % 32] >> i / 32 & 1;
        numbers[i] = (uint8_t)((i / 32 % 2 ? byte >> 4 : byte & 15) | high << 4);
    }
}

// 128 bytes of low halves, 64 bytes of high pairs, 16 signed scales, f16 scale.
static void unpack_q6_k(const uint8_t *block, uint8_t *numbers, float *scales) {
    float scale = half_at(block + 208);
    for (int i = 0; i < 16; i++) scales[i] = scale * (float)(int8_t)block[192 + i];
    for (int i = 0; i < 256; i++) {
        int half = i / 128, run = i / 32 % 4, at = i % 32;
        uint8_t low = block[half * 64 + run % 2 * 32 + at], high = block[128 + half * 32 + at] >> run * 2 & 3;
        numbers[i] = (uint8_t)((run < 2 ? low & 15 : low >> 4) | high << 4);
    }
}

void ck_block_unpack(int kind, const void *source, int64_t k, uint8_t *numbers, float *scales, float *minima) {
    const uint8_t *block = source;
    switch (kind) {
    case CK_Q8:
        for (int64_t i = 0; i < k; i += 32, block += 34) unpack_q8_0(block, numbers + i, scales + i / 32);
        break;
    case CK_Q4:
        for (int64_t i = 0; i < k; i += 32, block += 18) unpack_q4_0(block, numbers + i, scales + i / 32);
        break;
    case CK_Q4_MIN:
        for (int64_t i = 0; i < k; i += 256, block += 144) unpack_q4_k(block, numbers + i, scales + i / 32, minima + i / 32);
        break;
    case CK_Q5_MIN:
        for (int64_t i = 0; i < k; i += 256, block += 176) unpack_q5_k(block, numbers + i, scales + i / 32, minima + i / 32);
        break;
    default:
        for (int64_t i = 0; i < k; i += 256, block += 210) unpack_q6_k(block, numbers + i, scales + i / 16);
    }
}

void ck_block_to_float(int kind, const void *source, int64_t k, float *dst) {
    block_format f = block_format_of(kind);
    int64_t step = kind == CK_Q8 || kind == CK_Q4 ? 32 : 256;
    int64_t bytes = kind == CK_Q8 ? 34 : kind == CK_Q4 ? 18 : kind == CK_Q4_MIN ? 144 : kind == CK_Q5_MIN ? 176 : 210;
    uint8_t numbers[256];
    float scales[16], minima[8];
    for (int64_t i = 0; i < k; i += step, source = (const char *)source + bytes) {
        ck_block_unpack(kind, source, step, numbers, scales, minima);
        for (int64_t j = 0; j < step; j++) {
            float scale = scales[j * f.scales / 32];
            dst[i + j] = f.minima ? scale * (float)numbers[j] - minima[j / 32] : scale * (float)(numbers[j] - f.offset);
        }
    }
}

void ck_block_from_float(const float *x, int64_t k, uint8_t *numbers, float *scales) {
    for (int64_t i = 0; i < k; i += 32) {
        float largest = 0;
        for (int j = 0; j < 32; j++) largest = fmaxf(largest, fabsf(x[i + j]));
        float scale = largest / 127, inverse = scale > 0 ? 1 / scale : 0;
        scales[i / 32] = scale;
        for (int j = 0; j < 32; j++) numbers[i + j] = (uint8_t)(128 + (int)roundf(x[i + j] * inverse));
    }
}
