// The words of simd_kernels.h in the compiler's own vectors: four lanes, which every 64-bit processor has.
#include <string.h>

#define LANES 4
#define TILE_ROWS 6
typedef float vec __attribute__((vector_size(16), aligned(4)));
typedef int32_t vec_int __attribute__((vector_size(16)));
static inline vec v_all(float x) { return (vec){x, x, x, x}; }
static inline vec v_zero(void) { return v_all(0); }
static inline vec v_load(const float *p) { return *(const vec *)p; }
static inline void v_store(float *p, vec x) { *(vec *)p = x; }
static inline vec v_fma(vec a, vec b, vec c) {
#pragma clang fp contract(fast)
    return a * b + c;
}
static inline vec v_max(vec a, vec b) { return __builtin_elementwise_max(a, b); }
static inline vec v_min(vec a, vec b) { return __builtin_elementwise_min(a, b); }
static inline vec v_round(vec x) {
    vec magic = v_all(0x1.8p23f);  // adding it leaves no room for a fraction
    return (x + magic) - magic;
}
// x * 2^n for whole n
static inline vec v_scale(vec x, vec n) {
    vec_int power = (__builtin_convertvector(n, vec_int) + 127) << 23;
    vec factor;
    memcpy(&factor, &power, sizeof factor);
    return x * factor;
}
static inline float v_sum(vec x) { return (x[0] + x[2]) + (x[1] + x[3]); }
static inline float v_largest(vec x) {
    float a = x[0] > x[1] ? x[0] : x[1], b = x[2] > x[3] ? x[2] : x[3];
    return a > b ? a : b;
}
#define HAS_HALF 0
