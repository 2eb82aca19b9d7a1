// Weights in the order in which the product reads them.
//
// A packed matrix with n outputs and k inputs is ceil(n / 32) panels; a panel is [k][32] numbers: for each input the weights
// of 32 neighbouring outputs. Outputs past n are zero. Sources are little-endian bytes at any alignment. Numbers of 16 bits may
// stay as they are (the product reads them as floats, without loss) or become float32.
#ifndef CK_PACK_H
#define CK_PACK_H

#include <stdint.h>

enum { CK_PANEL = 32 };
enum { CK_F32 = 0, CK_F16 = 1, CK_BF16 = 2 };

/// Numbers a packed matrix takes.
int64_t ck_packed_count(int64_t n, int64_t k);

/// dst[i] = source[i] as float, count elements of the given kind, computed at a level of ck_levels.h.
void ck_to_float(int level, const void *source, int kind, int64_t count, float *dst);

/// x as CK_F16, rounded to nearest, ties to even; what is too large becomes the largest.
uint16_t ck_half(float x);

/// dst[i] = source[i] as CK_F16.
void ck_to_half(const float *source, int64_t count, uint16_t *dst);

/// source [rows][k] becomes the outputs first ..< first + rows of the packed matrix dst [n][k], whose numbers are float32 or of
/// the source's kind.
void ck_pack_rows(const void *source, int kind, int64_t rows, int64_t k, int64_t first, void *dst, int dst_kind);
/// source [k][n] (inputs first) becomes the packed float32 matrix dst [n][k].
void ck_pack_columns(const float *source, int64_t stride, int64_t n, int64_t k, float *dst);
/// The same of numbers of any kind, which stay as they are.
void ck_pack_columns_as(const void *source, int kind, int64_t n, int64_t k, void *dst);
/// source [n][inputs][taps] (a convolution) becomes the packed float32 matrix dst [n][taps * inputs].
void ck_pack_conv(const void *source, int kind, int64_t n, int64_t inputs, int64_t taps, float *dst);

#endif
