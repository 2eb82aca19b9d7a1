// Attention drivers: one chunk is one head of one row.
#include <string.h>
#include "variants.h"

int64_t ck_attention_padded(int64_t size) { return (size + 15) / 16 * 16; }

void ck_attention_append(const float *key, const float *value, int64_t heads, int64_t size, int64_t capacity, int64_t t,
                         float *keys, float *values) {
    int64_t padded = ck_attention_padded(size);
    for (int64_t head = 0; head < heads; head++) {
        float *k = keys + head * capacity * padded + t / 16 * padded * 16 + t % 16;
        float *v = values + head * capacity * padded + t * padded;
        for (int64_t c = 0; c < size; c++) k[c * 16] = key[head * size + c];
        memcpy(v, value + head * size, (size_t)size * sizeof *v);
    }
}

typedef struct {
    const ck_attention *attention;
    const kernel_variant *variant;
} attention_cut;

static void attention_job(void *context, int chunk) {
    const attention_cut *cut = context;
    const ck_attention *a = cut->attention;
    int64_t row = chunk / a->heads, head = chunk % a->heads, padded = ck_attention_padded(a->size);
    float scratch[CK_ATTENTION_LIMIT] __attribute__((aligned(64)));
    cut->variant->attend(&(head_attention){
        .query = a->queries + row * a->query_stride + head * a->size,
        .keys = a->keys[row] + head * a->capacity * padded, .values = a->values[row] + head * a->capacity * padded,
        .size = a->size, .padded = padded, .length = a->lengths[row],
        .out = a->result + row * a->result_stride + head * a->size, .scratch = scratch,
    });
}

void ck_attention_run(ck_pool *pool, const ck_attention *a) {
    attention_cut cut = {a, ck_variant(ck_pool_level(pool))};
    ck_pool_run(pool, (int)(a->rows * a->heads), attention_job, &cut);
}

typedef struct {
    float *x;
    int64_t n;
    const kernel_variant *variant;
} softmax_cut;

static void softmax_job(void *context, int row) {
    const softmax_cut *s = context;
    s->variant->softmax(s->x + row * s->n, s->n);
}

void ck_softmax_rows(ck_pool *pool, float *x, int64_t rows, int64_t n) {
    softmax_cut s = {x, n, ck_variant(ck_pool_level(pool))};
    ck_pool_run(pool, (int)rows, softmax_job, &s);
}
