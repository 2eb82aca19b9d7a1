// Which variant of the kernels runs. A pool is made for one level; tests make one for each.
#ifndef CK_LEVELS_H
#define CK_LEVELS_H

enum {
    CK_REFERENCE = 0,  // plain loops, written to be read
    CK_VECTOR = 1,     // the compiler's portable vectors: SSE2, NEON, ...
    CK_AVX2 = 2,       // AVX2 + FMA + F16C
    CK_AVX512 = 3,     // AVX-512 F, BW, VL, DQ
    CK_VNNI = 4,       // the same with VNNI: sums of four products of 8 bits
    CK_LEVELS = 5
};

/// The best level this processor can run.
int ck_best_level(void);
/// A short name for logs: "avx512".
const char *ck_level_name(int level);

#endif
