// Learning: the drivers of simd_train.h. Attention is cut by text and head; each chunk writes what no other does, in one order, so
// that the sums do not depend on the number of threads.
#include <math.h>
#include <string.h>
#include "variants.h"

// ---- elementwise ------------------------------------------------------------------------------------------------------------

enum { RUN = 16384 };

typedef struct {
    const kernel_variant *variant;
    const float *x;
    float *y;
    int64_t count;
    int back;
} gelu_cut;

static void gelu_job(void *context, int chunk) {
    const gelu_cut *cut = context;
    int64_t first = (int64_t)chunk * RUN, count = cut->count - first < RUN ? cut->count - first : RUN;
    (cut->back ? cut->variant->tanh_gelu_back : cut->variant->tanh_gelu)(cut->x + first, count, cut->y + first);
}

static void run_gelu(ck_pool *pool, const float *x, int64_t count, float *y, int back) {
    gelu_cut cut = {ck_variant(ck_pool_level(pool)), x, y, count, back};
    if (count > 0) ck_pool_run(pool, (int)((count + RUN - 1) / RUN), gelu_job, &cut);
}

void ck_tanh_gelu(ck_pool *pool, const float *x, int64_t count, float *y) { run_gelu(pool, x, count, y, 0); }
void ck_tanh_gelu_back(ck_pool *pool, const float *x, int64_t count, float *dy) { run_gelu(pool, x, count, dy, 1); }

void ck_layer_norm_back(ck_pool *pool, const float *x, const float *gain, const float *dy, int64_t rows, int64_t n, float *dx) {
    const kernel_variant *variant = ck_variant(ck_pool_level(pool));
    for (int64_t row = 0; row < rows; row++) variant->layer_norm_back(x + row * n, gain, dy + row * n, n, dx + row * n);
}

// ---- attention --------------------------------------------------------------------------------------------------------------

typedef struct {
    const ck_train_attention *attention;
    const kernel_variant *variant;
    int64_t longest;
} attention_cut;

static int64_t longest_text(const ck_train_attention *a) {
    int64_t longest = 1;
    for (int64_t t = 0; t < a->texts; t++)
        if (a->starts[t + 1] - a->starts[t] > longest) longest = a->starts[t + 1] - a->starts[t];
    return longest;
}

int64_t ck_train_attention_scratch(const ck_train_attention *a) { return a->texts * a->heads * 2 * longest_text(a); }

// One head of one text.
typedef struct {
    const float *query, *key, *value;
    int64_t stride, width, length, column, first;
    float *scores, *slopes;
} head_of_text;

static head_of_text head_of(const attention_cut *cut, int chunk) {
    const ck_train_attention *a = cut->attention;
    int64_t text = chunk / a->heads, head = chunk % a->heads, width = a->heads * a->size, first = a->starts[text];
    const float *query = a->wide + first * 3 * width + head * a->size;
    float *scratch = a->scratch + chunk * 2 * cut->longest;
    return (head_of_text){
        query, query + width, query + 2 * width, 3 * width, width, a->starts[text + 1] - first, head * a->size, first, scratch,
        scratch + cut->longest,
    };
}

static void weights_of(const attention_cut *cut, const head_of_text *h, int64_t i) {
    int64_t size = cut->attention->size;
    float scale = 1 / sqrtf((float)size);
    cut->variant->dots(h->query + i * h->stride, h->key, h->stride, i + 1, size, h->scores);
    for (int64_t j = 0; j <= i; j++) h->scores[j] *= scale;
    cut->variant->softmax(h->scores, i + 1);
}

static void attention_job(void *context, int chunk) {
    const attention_cut *cut = context;
    head_of_text h = head_of(cut, chunk);
    int64_t size = cut->attention->size;
    for (int64_t i = 0; i < h.length; i++) {
        float *out = cut->attention->result + (h.first + i) * h.width + h.column;
        weights_of(cut, &h, i);
        memset(out, 0, (size_t)size * sizeof *out);
        cut->variant->blend(h.scores, h.value, h.stride, i + 1, size, out);
    }
}

static void attention_back_job(void *context, int chunk) {
    const attention_cut *cut = context;
    head_of_text h = head_of(cut, chunk);
    int64_t size = cut->attention->size;
    float scale = 1 / sqrtf((float)size);
    float *query_back = cut->attention->wide_back + h.first * h.stride + h.column, *key_back = query_back + h.width;
    float *value_back = key_back + h.width;
    for (int64_t i = 0; i < h.length; i++)
        for (int64_t part = 0; part < 3; part++)
            memset(query_back + i * h.stride + part * h.width, 0, (size_t)size * sizeof *query_back);
    for (int64_t i = 0; i < h.length; i++) {
        const float *back = cut->attention->result_back + (h.first + i) * h.width + h.column;
        weights_of(cut, &h, i);
        cut->variant->spread(h.scores, back, size, i + 1, value_back, h.stride);
        cut->variant->dots(back, h.value, h.stride, i + 1, size, h.slopes);
        float mean = 0;
        for (int64_t j = 0; j <= i; j++) mean += h.scores[j] * h.slopes[j];
        for (int64_t j = 0; j <= i; j++) h.slopes[j] = h.scores[j] * (h.slopes[j] - mean) * scale;
        cut->variant->blend(h.slopes, h.key, h.stride, i + 1, size, query_back + i * h.stride);
        cut->variant->spread(h.slopes, h.query + i * h.stride, size, i + 1, key_back, h.stride);
    }
}

static void run_attention(ck_pool *pool, const ck_train_attention *a, ck_job job) {
    attention_cut cut = {a, ck_variant(ck_pool_level(pool)), longest_text(a)};
    if (a->texts > 0) ck_pool_run(pool, (int)(a->texts * a->heads), job, &cut);
}

void ck_train_attention_run(ck_pool *pool, const ck_train_attention *a) { run_attention(pool, a, attention_job); }
void ck_train_attention_back(ck_pool *pool, const ck_train_attention *a) { run_attention(pool, a, attention_back_job); }
