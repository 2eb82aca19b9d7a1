// Products with weights of 4 to 8 bits in blocks, as GGUF files hold them: a weight is scale * q - minimum, q a small whole
// number, with one scale (and minimum) for 32 neighbouring inputs, or 16. Activations are brought to 8 bits in blocks of 32
// too, so that a block's sum is exact in whole numbers; only the sum over blocks rounds.
//
// A packed matrix with n outputs and k inputs (k a multiple of 32) is ceil(n / 32) panels; a panel is a record for each block:
//   scales [32] as f16 (twice for blocks of 16), minima [32] as f16 (where the format has them), then the whole numbers
//   8 bits: [8 quads][32 outputs][4]      4 bits: [4 quads][32 outputs][4], quad l in the low half, quad l + 4 in the high half
#ifndef CK_BLOCKS_H
#define CK_BLOCKS_H

#include <stdint.h>
#include "ck_pool.h"

enum { CK_BLOCK = 32 };

/// Block formats, by the GGUF type they hold without loss of a weight's whole number.
enum {
    CK_Q8 = 16,         // Q8_0: q - 128, 8 bits
    CK_Q4 = 17,         // Q4_0: q - 8, 4 bits
    CK_Q4_MIN = 18,     // Q4_K: scale * q - minimum, 4 bits
    CK_Q5_MIN = 19,     // Q5_K: scale * q - minimum, kept in 8 bits
    CK_Q6_HALVES = 20,  // Q6_K: q - 32 with a scale for 16 inputs, kept in 8 bits
};

/// A row of k weights as GGUF files hold it becomes its parts: whole numbers [k] from 0, scales [k / 32] or [k / 16], minima
/// [k / 32] (untouched where the format has none). k is a multiple of the format's block: 32, or 256 for the K formats.
void ck_block_unpack(int kind, const void *source, int64_t k, uint8_t *numbers, float *scales, float *minima);
/// The same row as floats, bit for bit what the format's own implementation (ggml) makes of it.
void ck_block_to_float(int kind, const void *source, int64_t k, float *dst);

/// A row of k floats, k a multiple of 32, becomes its parts as ggml brings one to Q8_0: whole numbers [k] from 0, scales [k / 32].
void ck_block_from_float(const float *x, int64_t k, uint8_t *numbers, float *scales);

/// Bytes of a packed matrix.
int64_t ck_blocks_size(int kind, int64_t n, int64_t k);

/// One output's weights become output `at` of the packed matrix dst: whole numbers [k], scales [k / 32] or [k / 16], minima
/// [k / 32] or NULL. Outputs past n must be zeroed before (a scale of zero).
void ck_blocks_pack(int kind, int64_t k, int64_t at, const uint8_t *numbers, const float *scales, const float *minima, void *dst);

/// Activations in 8 bits. All three are written by ck_blocks_quantise for `rows` rows.
typedef struct {
    int8_t *numbers;   // [rows][k]
    float *scales;     // [rows][k / 32]
    int32_t *sums;     // [rows][k / 16], of the numbers
} ck_activations;

/// Rows of x, [k] each, stride k.
void ck_blocks_quantise(ck_pool *pool, const float *x, int64_t rows, int64_t k, const ck_activations *into);

typedef struct {
    ck_activations a;
    const void *b;          // packed panels
    int kind;
    const float *bias;      // n, or NULL
    const float *residual;  // m rows of n, row i at residual + i * c_stride, or NULL; may be c itself
    float *c;               // m rows of n, row i at c + i * c_stride
    int64_t c_stride, m, n, k;
} ck_blocks;

/// c[m][n] = a[m][k] * b[n][k]^T (+ bias[n]) (+ residual[m][n])
void ck_blocks_run(ck_pool *pool, const ck_blocks *product);

#endif
