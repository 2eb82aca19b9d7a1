// The kernels for AVX2: simd_kernels.h over the words of simd_avx2.h.
#include "variants.h"
#if defined(__x86_64__)
#include "simd_avx2.h"
#define VARIANT ck_variant_avx2
#include "simd_kernels.h"
#pragma clang attribute pop
#endif
