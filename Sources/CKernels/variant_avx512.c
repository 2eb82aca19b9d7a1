// The kernels for AVX-512: simd_kernels.h over the words of simd_avx512.h.
#include "variants.h"
#if defined(__x86_64__)
#include "simd_avx512.h"
#define VARIANT ck_variant_avx512
#include "simd_kernels.h"
#pragma clang attribute pop
#endif
