// The words of simd_kernels.h in AVX-512, with VNNI where WITH_VNNI says so.
#include <immintrin.h>
#if WITH_VNNI
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma,f16c"))), apply_to = function)
// sums + the four products of bytes in each lane; weights are unsigned, activations signed
#define v_dot(sums, weights, activations) _mm512_dpbusd_epi32(sums, weights, activations)
#else
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,f16c"))), apply_to = function)
#endif

#define LANES 16
#define TILE_ROWS 12
typedef __m512 vec;
static inline vec v_zero(void) { return _mm512_setzero_ps(); }
static inline vec v_all(float x) { return _mm512_set1_ps(x); }
static inline vec v_load(const float *p) { return _mm512_loadu_ps(p); }
static inline void v_store(float *p, vec x) { _mm512_storeu_ps(p, x); }
static inline vec v_fma(vec a, vec b, vec c) { return _mm512_fmadd_ps(a, b, c); }
static inline vec v_max(vec a, vec b) { return _mm512_max_ps(a, b); }
static inline vec v_min(vec a, vec b) { return _mm512_min_ps(a, b); }
static inline vec v_round(vec x) { return _mm512_roundscale_ps(x, 8); }
// x * 2^n for whole n
static inline vec v_scale(vec x, vec n) { return _mm512_scalef_ps(x, n); }
static inline float v_sum(vec x) { return _mm512_reduce_add_ps(x); }
static inline float v_largest(vec x) { return _mm512_reduce_max_ps(x); }
static inline vec v_from_half(const void *p) { return _mm512_cvtph_ps(_mm256_loadu_si256(p)); }
static inline vec v_from_bfloat(const void *p) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256(p)), 16));
}
#define HAS_HALF 1
