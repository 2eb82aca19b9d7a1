// Drivers of paged attention: a chunk is some neighbouring rows of one sequence and the query heads that share a key head.
#include <string.h>
#include "variants.h"

enum { QUERIES_A_CHUNK = 32 };

int64_t ck_page_head(int64_t size) { return 2 * CK_PAGE * ck_attention_padded(size); }

void ck_page_write(float *layer, int64_t position, const float *key, const float *value, int64_t heads, int64_t size) {
    int64_t padded = ck_attention_padded(size);
    for (int64_t head = 0; head < heads; head++, layer += 2 * CK_PAGE * padded) {
        float *k = layer + position / 16 * padded * 16 + position % 16;
        for (int64_t c = 0; c < size; c++) k[c * 16] = key[head * size + c];
        memcpy(layer + CK_PAGE * padded + position * padded, value + head * size, (size_t)size * sizeof *value);
    }
}

typedef struct {
    const ck_paged_attention *attention;
    const kernel_variant *variant;
    int64_t row_step;  // rows of a chunk
} pages_cut;

static int64_t chunks_of(const pages_cut *cut, const ck_page_run *run) {
    return (run->rows + cut->row_step - 1) / cut->row_step * cut->attention->kv_heads;
}

static void pages_job(void *context, int chunk) {
    const pages_cut *cut = context;
    const ck_paged_attention *a = cut->attention;
    const ck_page_run *run = a->runs;
    int64_t at = chunk;
    for (; at >= chunks_of(cut, run); run++) at -= chunks_of(cut, run);
    int64_t kv_head = at % a->kv_heads, first = at / a->kv_heads * cut->row_step;
    int64_t last = first + cut->row_step < run->rows ? first + cut->row_step : run->rows;
    int64_t group = a->heads / a->kv_heads, queries = (last - first) * group;
    paged_tile tile = {
        .pages = run->pages, .offset = a->layer + kv_head * ck_page_head(a->size), .size = a->size,
        .padded = ck_attention_padded(a->size), .scale = a->scale,
    };
    for (int64_t q = 0; q < queries; q += tile.count) {
        tile.count = queries - q < TILE_QUERIES ? queries - q : TILE_QUERIES;
        for (int64_t i = 0; i < tile.count; i++) {
            int64_t row = first + (q + i) / group, head = kv_head * group + (q + i) % group, position = run->first_position + row;
            tile.query[i] = a->queries + (run->first_row + row) * a->query_stride + head * a->size;
            tile.out[i] = a->result + (run->first_row + row) * a->result_stride + head * a->size;
            tile.begin[i] = a->window > 0 && position + 1 > a->window ? position + 1 - a->window : 0;
            tile.end[i] = position + 1;
            tile.slope[i] = a->slopes ? a->slopes[head] : 0;
        }
        cut->variant->attend_pages(&tile);
    }
}

void ck_paged_attention_run(ck_pool *pool, const ck_paged_attention *a) {
    int64_t step = QUERIES_A_CHUNK / (a->heads / a->kv_heads), chunks = 0;
    pages_cut cut = {a, ck_variant(ck_pool_level(pool)), step > 0 ? step : 1};
    for (int64_t i = 0; i < a->run_count; i++) chunks += chunks_of(&cut, a->runs + i);
    ck_pool_run(pool, (int)chunks, pages_job, &cut);
}
