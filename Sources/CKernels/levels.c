// Finds the best level once. The choice is a single atomic, so that a forced level is seen by all threads.
#include <stdatomic.h>
#include "ck_levels.h"

static _Atomic int current = -1;

int ck_best_level(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512dq"))
        return CK_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c")) return CK_AVX2;
#endif
    return CK_VECTOR;
}

int ck_level(void) {
    int level = atomic_load_explicit(&current, memory_order_relaxed);
    return level >= 0 ? level : ck_use_level(ck_best_level());
}

int ck_use_level(int level) {
    int best = ck_best_level();
    level = level < 0 ? 0 : level > best ? best : level;
    atomic_store_explicit(&current, level, memory_order_relaxed);
    return level;
}

const char *ck_level_name(int level) {
    static const char *const names[CK_LEVELS] = {"reference", "vector", "avx2", "avx512"};
    return level >= 0 && level < CK_LEVELS ? names[level] : "unknown";
}
