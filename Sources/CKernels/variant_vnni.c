// The kernels for AVX-512 with VNNI: those of AVX-512, and whole numbers of 8 bits four at a time.
#include "variants.h"
#if defined(__x86_64__)
#define WITH_VNNI 1
#include "simd_avx512.h"
#define VARIANT ck_variant_vnni
#include "simd_kernels.h"
#pragma clang attribute pop
#endif
