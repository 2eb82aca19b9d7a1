// What the processor can do. The compiler's runtime asks once and remembers.
#include "ck_levels.h"

int ck_best_level(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512dq"))
        return __builtin_cpu_supports("avx512vnni") ? CK_VNNI : CK_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c")) return CK_AVX2;
#endif
    return CK_VECTOR;
}

const char *ck_level_name(int level) {
    static const char *const names[CK_LEVELS] = {"reference", "vector", "avx2", "avx512", "avx512-vnni"};
    return level >= 0 && level < CK_LEVELS ? names[level] : "unknown";
}
