// Attention of one query over a key/value cache.
//
// One head's cache holds up to `capacity` positions (a multiple of 16) of `size` numbers, padded to `padded` (a multiple of 16):
//   keys   [capacity / 16][padded][16]   position t, number c at  (t / 16 * padded + c) * 16 + t % 16
//   values [capacity][padded]
// so that both passes read memory in order and a vector's lanes are 16 positions, or 16 numbers, never a sum across lanes.
#ifndef CK_ATTENTION_H
#define CK_ATTENTION_H

#include <stdint.h>
#include "ck_pool.h"

enum { CK_ATTENTION_BLOCK = 16, CK_ATTENTION_LIMIT = 4096 };

/// size rounded up to a multiple of 16.
int64_t ck_attention_padded(int64_t size);

/// Appends position t of all heads: key and value are [heads * size]; the head h lies at h * capacity * padded of keys and values.
void ck_attention_append(const float *key, const float *value, int64_t heads, int64_t size, int64_t capacity, int64_t t,
                         float *keys, float *values);

typedef struct {
    const float *queries;          // row r, head h at queries + r * query_stride + h * size
    int64_t query_stride;
    const float *const *keys;      // rows pointers to caches [heads][capacity * padded]
    const float *const *values;
    const int32_t *lengths;        // positions to look at, a row; 1 ... capacity
    float *result;                 // row r, head h at result + r * result_stride + h * size
    int64_t result_stride;
    int64_t rows, heads, size, capacity;
} ck_attention;

/// result = softmax(query * keys / sqrt(size)) * values, for every row and head.
void ck_attention_run(ck_pool *pool, const ck_attention *attention);

/// Softmax over each of `rows` rows of n, in place.
void ck_softmax_rows(ck_pool *pool, float *x, int64_t rows, int64_t n);

#endif
