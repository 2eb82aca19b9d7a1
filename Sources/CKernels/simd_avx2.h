// The words of simd_kernels.h in AVX2 with FMA and F16C.
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#define LANES 8
#define TILE_ROWS 6
typedef __m256 vec;
static inline vec v_zero(void) { return _mm256_setzero_ps(); }
static inline vec v_all(float x) { return _mm256_set1_ps(x); }
static inline vec v_load(const float *p) { return _mm256_loadu_ps(p); }
static inline void v_store(float *p, vec x) { _mm256_storeu_ps(p, x); }
static inline vec v_fma(vec a, vec b, vec c) { return _mm256_fmadd_ps(a, b, c); }
static inline vec v_max(vec a, vec b) { return _mm256_max_ps(a, b); }
static inline vec v_min(vec a, vec b) { return _mm256_min_ps(a, b); }
static inline vec v_round(vec x) { return _mm256_round_ps(x, 8); }
// x * 2^n for whole n
static inline vec v_scale(vec x, vec n) {
    __m256i power = _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
    return _mm256_mul_ps(x, _mm256_castsi256_ps(power));
}
static inline __m128 v_halve(vec x, int largest) {
    __m128 a = _mm256_castps256_ps128(x), b = _mm256_extractf128_ps(x, 1);
    return largest ? _mm_max_ps(a, b) : _mm_add_ps(a, b);
}
static inline float v_sum(vec x) {
    __m128 h = v_halve(x, 0);
    h = _mm_add_ps(h, _mm_movehl_ps(h, h));
    return _mm_cvtss_f32(_mm_add_ss(h, _mm_movehdup_ps(h)));
}
static inline float v_largest(vec x) {
    __m128 h = v_halve(x, 1);
    h = _mm_max_ps(h, _mm_movehl_ps(h, h));
    return _mm_cvtss_f32(_mm_max_ss(h, _mm_movehdup_ps(h)));
}
static inline vec v_from_half(const void *p) { return _mm256_cvtph_ps(_mm_loadu_si128(p)); }
static inline vec v_from_bfloat(const void *p) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128(p)), 16));
}
#define HAS_HALF 1
