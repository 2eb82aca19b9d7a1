// Attention of many queries over key/value caches that lie in pages: a sequence is a list of pages, and two sequences that
// begin alike share theirs.
//
// A page holds CK_PAGE positions of all layers. One head of one layer takes 2 * CK_PAGE * padded floats of it, padded being the
// head's size rounded up to a multiple of 16:
//   keys   [CK_PAGE / 16][padded][16]   then   values [CK_PAGE][padded]
// as in ck_attention.h, so that a vector's lanes are 16 positions, or 16 numbers, never a sum across lanes.
#ifndef CK_PAGES_H
#define CK_PAGES_H

#include <stdint.h>
#include "ck_pool.h"

enum { CK_PAGE = 64, CK_HEAD_LIMIT = 512 };

/// Floats of one head of one layer in a page.
int64_t ck_page_head(int64_t size);

/// Writes one position (0 ..< CK_PAGE) of all heads of a layer, whose part of the page begins at `layer`; key and value are
/// [heads * size].
void ck_page_write(float *layer, int64_t position, const float *key, const float *value, int64_t heads, int64_t size);

/// Consecutive positions of one sequence: rows first_row ..< first_row + rows of the queries stand at first_position and after.
typedef struct {
    const float *const *pages;
    int64_t first_row, rows, first_position;
} ck_page_run;

typedef struct {
    const float *queries;   // row r, head h at queries + r * query_stride + h * size
    int64_t query_stride;
    float *result;          // row r, head h at result + r * result_stride + h * size
    int64_t result_stride;
    const ck_page_run *runs;
    int64_t run_count;
    int64_t layer;          // floats from a page's start to this layer's part
    int64_t heads, kv_heads, size;  // heads: a multiple of kv_heads, which neighbouring query heads share
    int64_t window;         // a query sees this many positions, its own included; 0: all before
    float scale;
    const float *slopes;    // [heads]: what a score loses a position of distance; NULL: nothing
} ck_paged_attention;

/// result = softmax(scale * query * keys - slope * distance) * values for every row and head, over the positions up to the row's own.
void ck_paged_attention_run(ck_pool *pool, const ck_paged_attention *attention);

#endif
