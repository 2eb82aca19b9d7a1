// Elementwise kernels. A row of the feed-forward is a chunk; the rest is small and stays on the caller.
#include <math.h>
#include "variants.h"

typedef struct {
    const float *x;
    int64_t n;
    float *y;
    const kernel_variant *variant;
} gate_cut;

static void gate_job(void *context, int row) {
    const gate_cut *g = context;
    const float *x = g->x + row * 2 * g->n;
    g->variant->gelu_gate(x, x + g->n, g->n, g->y + row * g->n);
}

void ck_gelu_gate(ck_pool *pool, const float *x, int64_t rows, int64_t n, float *y) {
    gate_cut g = {x, n, y, ck_variant(ck_pool_level(pool))};
    ck_pool_run(pool, (int)rows, gate_job, &g);
}

typedef struct {
    float *x;
    int64_t n;
    int quick;
} gelu_cut;

static void gelu_job(void *context, int row) {
    const gelu_cut *g = context;
    float *x = g->x + row * g->n;
    if (g->quick) {
        for (int64_t i = 0; i < g->n; i++) x[i] = x[i] / (1 + expf(-1.702f * x[i]));
    } else {
        for (int64_t i = 0; i < g->n; i++) x[i] = 0.5f * x[i] * (1 + erff(x[i] * 0.70710678f));
    }
}

void ck_gelu(ck_pool *pool, float *x, int64_t rows, int64_t n, int quick) {
    gelu_cut g = {x, n, quick};
    ck_pool_run(pool, (int)rows, gelu_job, &g);
}

void ck_add(const float *a, const float *b, int64_t count, float *y) {
    for (int64_t i = 0; i < count; i++) y[i] = a[i] + b[i];
}

void ck_to_bytes(const float *x, int64_t count, uint8_t *bytes) {
    for (int64_t i = 0; i < count; i++) {
        float v = x[i] > 0 ? x[i] < 1 ? x[i] : 1 : 0;  // not a number becomes 0
        bytes[i] = (uint8_t)(v * 255 + 0.5f);
    }
}
