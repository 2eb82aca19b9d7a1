// The kernels for any processor: simd_kernels.h over the words of simd_vector.h.
#include "variants.h"
#include "simd_vector.h"
#define VARIANT ck_variant_vector
#include "simd_kernels.h"
