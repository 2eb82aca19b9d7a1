// Learning: the drivers of simd_train.h. Attention is cut by text and head of keys; each chunk writes what no other does, in one order, so
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

void ck_layer_norm_learn(const float *x, const float *dy, int64_t rows, int64_t n, float *dgain, float *dshift) {
    for (int64_t row = 0; row < rows; row++, x += n, dy += n) {
        float mean = 0, variance = 0;
        for (int64_t i = 0; i < n; i++) mean += x[i] / (float)n;
        for (int64_t i = 0; i < n; i++) variance += (x[i] - mean) * (x[i] - mean) / (float)n;
        float inverse = 1 / sqrtf(variance + 1e-5f);
        for (int64_t i = 0; i < n; i++) {
            dgain[i] += dy[i] * (x[i] - mean) * inverse;
            dshift[i] += dy[i];
        }
    }
}

typedef struct {
    const kernel_variant *variant;
    const float *x, *dy;
    float *dx;
    int64_t n;
} gate_back_cut;

static void gate_back_job(void *context, int row) {
    const gate_back_cut *cut = context;
    const float *x = cut->x + row * 2 * cut->n;
    float *dx = cut->dx + row * 2 * cut->n;
    cut->variant->silu_gate_back(x, x + cut->n, cut->dy + row * cut->n, cut->n, dx, dx + cut->n);
}

void ck_silu_gate_back(ck_pool *pool, const float *x, const float *dy, int64_t rows, int64_t n, float *dx) {
    gate_back_cut cut = {ck_variant(ck_pool_level(pool)), x, dy, dx, n};
    if (rows > 0) ck_pool_run(pool, (int)rows, gate_back_job, &cut);
}

void ck_rms_norm_back(ck_pool *pool, const ck_rms_norm_back_rows *norm) {
    const kernel_variant *variant = ck_variant(ck_pool_level(pool));
    for (int64_t row = 0; row < norm->rows; row++) {
        int64_t at = row * norm->stride;
        variant->rms_norm_back(norm->x + at, norm->gain, norm->dy + at, norm->n, norm->epsilon, norm->dx + at);
    }
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

int64_t ck_train_attention_scratch(const ck_train_attention *a) { return a->texts * a->kv_heads * 2 * longest_text(a); }

// One query head of one text, with the keys and values that it looks at.
typedef struct {
    const float *query, *key, *value;
    int64_t stride, width, length, column, first;
    float *scores, *slopes;
} head_of_text;

// A chunk is a text and a head of keys and values: of the query heads that share it, the one with this number.
static head_of_text head_of(const attention_cut *cut, int chunk, int64_t number) {
    const ck_train_attention *a = cut->attention;
    int64_t text = chunk / a->kv_heads, shared = chunk % a->kv_heads, head = shared * (a->heads / a->kv_heads) + number;
    int64_t stride = (a->heads + 2 * a->kv_heads) * a->size, first = a->starts[text];
    const float *row = a->wide + first * stride, *key = row + (a->heads + shared) * a->size;
    float *scratch = a->scratch + chunk * 2 * cut->longest;
    return (head_of_text){
        row + head * a->size, key, key + a->kv_heads * a->size, stride, a->heads * a->size, a->starts[text + 1] - first,
        head * a->size, first, scratch, scratch + cut->longest,
    };
}

static int64_t first_seen(const attention_cut *cut, int64_t i) {
    int64_t window = cut->attention->window;
    return window > 0 && i >= window ? i + 1 - window : 0;
}

// scores[0 ..< i + 1 - from] are what query i gives to the positions from ... i.
static void weights_of(const attention_cut *cut, const head_of_text *h, int64_t i, int64_t from) {
    int64_t size = cut->attention->size, count = i + 1 - from;
    float scale = 1 / sqrtf((float)size);
    cut->variant->dots(h->query + i * h->stride, h->key + from * h->stride, h->stride, count, size, h->scores);
    for (int64_t j = 0; j < count; j++) h->scores[j] *= scale;
    cut->variant->softmax(h->scores, count);
}

static void attention_job(void *context, int chunk) {
    const attention_cut *cut = context;
    const ck_train_attention *a = cut->attention;
    for (int64_t number = 0; number < a->heads / a->kv_heads; number++) {
        head_of_text h = head_of(cut, chunk, number);
        for (int64_t i = 0; i < h.length; i++) {
            int64_t from = first_seen(cut, i);
            float *out = a->result + (h.first + i) * h.width + h.column;
            weights_of(cut, &h, i, from);
            memset(out, 0, (size_t)a->size * sizeof *out);
            cut->variant->blend(h.scores, h.value + from * h.stride, h.stride, i + 1 - from, a->size, out);
        }
    }
}

static void clear(float *rows, int64_t stride, int64_t count, int64_t size) {
    for (int64_t i = 0; i < count; i++) memset(rows + i * stride, 0, (size_t)size * sizeof *rows);
}

static void attention_back_job(void *context, int chunk) {
    const attention_cut *cut = context;
    const ck_train_attention *a = cut->attention;
    float scale = 1 / sqrtf((float)a->size);
    for (int64_t number = 0; number < a->heads / a->kv_heads; number++) {
        head_of_text h = head_of(cut, chunk, number);
        float *query_back = a->wide_back + (h.query - a->wide), *key_back = a->wide_back + (h.key - a->wide);
        float *value_back = a->wide_back + (h.value - a->wide);
        clear(query_back, h.stride, h.length, a->size);
        if (number == 0) {
            clear(key_back, h.stride, h.length, a->size);
            clear(value_back, h.stride, h.length, a->size);
        }
        for (int64_t i = 0; i < h.length; i++) {
            const float *back = a->result_back + (h.first + i) * h.width + h.column;
            int64_t from = first_seen(cut, i), count = i + 1 - from, skip = from * h.stride;
            weights_of(cut, &h, i, from);
            cut->variant->spread(h.scores, back, a->size, count, value_back + skip, h.stride);
            cut->variant->dots(back, h.value + skip, h.stride, count, a->size, h.slopes);
            float mean = 0;
            for (int64_t j = 0; j < count; j++) mean += h.scores[j] * h.slopes[j];
            for (int64_t j = 0; j < count; j++) h.slopes[j] = h.scores[j] * (h.slopes[j] - mean) * scale;
            cut->variant->blend(h.slopes, h.key + skip, h.stride, count, a->size, query_back + i * h.stride);
            cut->variant->spread(h.slopes, h.query + i * h.stride, a->size, count, key_back + skip, h.stride);
        }
    }
}

static void run_attention(ck_pool *pool, const ck_train_attention *a, ck_job job) {
    attention_cut cut = {a, ck_variant(ck_pool_level(pool)), longest_text(a)};
    if (a->texts > 0) ck_pool_run(pool, (int)(a->texts * a->kv_heads), job, &cut);
}

void ck_train_attention_run(ck_pool *pool, const ck_train_attention *a) { run_attention(pool, a, attention_job); }
void ck_train_attention_back(ck_pool *pool, const ck_train_attention *a) { run_attention(pool, a, attention_back_job); }
