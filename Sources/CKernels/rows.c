// Drivers of the row kernels: a chunk is some rows.
#include "variants.h"

enum { ROWS_A_CHUNK = 8 };

typedef struct {
    const ck_rms_norm_rows *norm;
    const kernel_variant *variant;
} norm_cut;

static int chunks_of(int64_t rows) { return (int)((rows + ROWS_A_CHUNK - 1) / ROWS_A_CHUNK); }
static int64_t end_of(int chunk, int64_t rows) { return (chunk + 1) * ROWS_A_CHUNK < rows ? (chunk + 1) * ROWS_A_CHUNK : rows; }

static void norm_job(void *context, int chunk) {
    const norm_cut *cut = context;
    const ck_rms_norm_rows *n = cut->norm;
    for (int64_t row = chunk * ROWS_A_CHUNK; row < end_of(chunk, n->rows); row++)
        cut->variant->rms_norm(n->x + row * n->x_stride, n->n, n->gain, n->epsilon, n->y + row * n->y_stride);
}

void ck_rms_norm(ck_pool *pool, const ck_rms_norm_rows *norm) {
    norm_cut cut = {norm, ck_variant(ck_pool_level(pool))};
    ck_pool_run(pool, chunks_of(norm->rows), norm_job, &cut);
}

typedef struct {
    float *x;
    int64_t stride, rows, heads, size;
    const float *cosines, *sines;
} rotation;

static void rotate_job(void *context, int chunk) {
    const rotation *r = context;
    int64_t half = r->size / 2;
    for (int64_t row = chunk * ROWS_A_CHUNK; row < end_of(chunk, r->rows); row++) {
        const float *cosines = r->cosines + row * half, *sines = r->sines + row * half;
        for (int64_t head = 0; head < r->heads; head++) {
            float *a = r->x + row * r->stride + head * r->size, *b = a + half;
            for (int64_t i = 0; i < half; i++) {
                float u = a[i], v = b[i];
                a[i] = u * cosines[i] - v * sines[i];
                b[i] = v * cosines[i] + u * sines[i];
            }
        }
    }
}

void ck_rotate(ck_pool *pool, float *x, int64_t stride, int64_t rows, int64_t heads, int64_t size, const float *cosines,
               const float *sines) {
    rotation r = {x, stride, rows, heads, size, cosines, sines};
    ck_pool_run(pool, chunks_of(rows), rotate_job, &r);
}

typedef struct {
    const float *x;
    int64_t rows, n;
    float *y;
    const kernel_variant *variant;
} gate_cut;

static void gate_job(void *context, int chunk) {
    const gate_cut *g = context;
    for (int64_t row = chunk * ROWS_A_CHUNK; row < end_of(chunk, g->rows); row++) {
        const float *x = g->x + row * 2 * g->n;
        g->variant->silu_gate(x, x + g->n, g->n, g->y + row * g->n);
    }
}

void ck_silu_gate(ck_pool *pool, const float *x, int64_t rows, int64_t n, float *y) {
    gate_cut g = {x, rows, n, y, ck_variant(ck_pool_level(pool))};
    ck_pool_run(pool, chunks_of(rows), gate_job, &g);
}
