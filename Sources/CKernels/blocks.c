// Packing of block weights, activations in 8 bits, and the cut of their product into chunks.
#include <string.h>
#include "product_cut.h"

enum { ROWS_A_CHUNK = 4 };

int64_t ck_blocks_size(int kind, int64_t n, int64_t k) {
    return (n + CK_PANEL - 1) / CK_PANEL * (k / CK_BLOCK) * block_format_of(kind).record;
}

void ck_blocks_pack(int kind, int64_t k, int64_t at, const uint8_t *numbers, const float *scales, const float *minima, void *dst) {
    block_format f = block_format_of(kind);
    uint8_t *record = (uint8_t *)dst + at / CK_PANEL * (k / CK_BLOCK) * f.record;
    int64_t column = at % CK_PANEL;
    for (int64_t block = 0; block < k / CK_BLOCK; block++, record += f.record, numbers += CK_BLOCK) {
        uint16_t *halves = (uint16_t *)record;
        for (int i = 0; i < f.scales; i++) halves[i * CK_PANEL + column] = ck_half(scales[block * f.scales + i]);
        if (f.minima) halves[f.scales * CK_PANEL + column] = ck_half(minima[block]);
        uint8_t *quads = record + f.head;
        for (int i = 0; i < CK_BLOCK; i++) {
            int quad = i / 4;
            if (f.bits == 8) quads[(quad * CK_PANEL + column) * 4 + i % 4] = numbers[i];
            else {
                uint8_t *byte = &quads[(quad % 4 * CK_PANEL + column) * 4 + i % 4];
                *byte = quad < 4 ? (*byte & 0xf0) | numbers[i] : (uint8_t)((*byte & 0x0f) | numbers[i] << 4);
            }
        }
    }
}

typedef struct {
    const float *x;
    int64_t rows, k;
    const ck_activations *into;
    const kernel_variant *variant;
} quantise_cut;

static void quantise_job(void *context, int chunk) {
    const quantise_cut *q = context;
    for (int64_t row = chunk * ROWS_A_CHUNK; row < (chunk + 1) * ROWS_A_CHUNK && row < q->rows; row++)
        q->variant->quantise(q->x + row * q->k, q->k, q->into->numbers + row * q->k, q->into->scales + row * (q->k / CK_BLOCK),
                             q->into->sums + row * (q->k / 16));
}

void ck_blocks_quantise(ck_pool *pool, const float *x, int64_t rows, int64_t k, const ck_activations *into) {
    quantise_cut q = {x, rows, k, into, ck_variant(ck_pool_level(pool))};
    ck_pool_run(pool, (int)((rows + ROWS_A_CHUNK - 1) / ROWS_A_CHUNK), quantise_job, &q);
}

typedef struct {
    const ck_blocks *product;
    const kernel_variant *variant;
    product_cut cut;
    int64_t panel_size;
} blocks_job;

static void chunk_job(void *context, int chunk) {
    const blocks_job *job = context;
    const ck_blocks *p = job->product;
    product_part part = part_of(&job->cut, chunk);
    int64_t row = part.row, blocks = p->k / CK_BLOCK;
    for (int64_t panel = part.first_panel; panel < part.end_panel; panel++) {
        int64_t column = panel * CK_PANEL;
        job->variant->block_product(&(block_panel){
            .numbers = p->a.numbers + row * p->k, .scales = p->a.scales + row * blocks, .sums = p->a.sums + row * 2 * blocks,
            .panel = (const uint8_t *)p->b + panel * job->panel_size, .kind = p->kind, .blocks = blocks,
            .bias = p->bias ? p->bias + column : 0, .residual = p->residual ? p->residual + row * p->c_stride + column : 0,
            .c = p->c + row * p->c_stride + column, .c_stride = p->c_stride, .rows = part.rows, .columns = columns_of(&job->cut, panel),
        });
    }
}

void ck_blocks_run(ck_pool *pool, const ck_blocks *p) {
    if (p->m <= 0 || p->n <= 0) return;
    blocks_job job = {p, ck_variant(ck_pool_level(pool)), cut_product(pool, p->m, p->n), p->k / CK_BLOCK * block_format_of(p->kind).record};
    ck_pool_run(pool, job.cut.chunks, chunk_job, &job);
}
