// Cuts a product into chunks. Few rows (a decoding step): each chunk is some panels, so that every weight is read by one thread
// only. Many rows: each chunk is a block of rows, for which the panels pass by one after the other.
#include "variants.h"

enum { ROWS_FEW = 64, ROWS_BLOCK = 96, CHUNKS_A_THREAD = 4 };

typedef struct {
    const ck_matmul *product;
    const kernel_variant *variant;
    int64_t row_step, panel_step, row_chunks;
} cut;

static void chunk_job(void *context, int chunk) {
    const cut *c = context;
    const ck_matmul *p = c->product;
    static const int64_t no_offset = 0;
    int64_t row = chunk % c->row_chunks * c->row_step, rows = p->m - row < c->row_step ? p->m - row : c->row_step;
    int64_t first = chunk / c->row_chunks * c->panel_step;
    for (int64_t panel = first; panel < first + c->panel_step && panel * CK_PANEL < p->n; panel++) {
        int64_t column = panel * CK_PANEL;
        c->variant->product(&(panel_product){
            .a = p->a + row * p->a_stride, .a_stride = p->a_stride, .tap_offset = &no_offset, .taps = 1, .k = p->k,
            .panel = (const char *)p->b + column * p->k * ck_number_size(p->kind), .kind = p->kind, .bias = p->bias ? p->bias + column : 0,
            .residual = p->residual ? p->residual + row * p->c_stride + column : 0,
            .c = p->c + row * p->c_stride + column, .c_stride = p->c_stride, .rows = rows,
            .columns = p->n - column < CK_PANEL ? p->n - column : CK_PANEL, .scale = p->scale,
        });
    }
}

void ck_matmul_run(ck_pool *pool, const ck_matmul *p) {
    if (p->m <= 0 || p->n <= 0) return;
    int64_t panels = (p->n + CK_PANEL - 1) / CK_PANEL;
    cut c = {.product = p, .variant = ck_variant(ck_pool_level(pool)), .row_step = p->m, .panel_step = panels, .row_chunks = 1};
    if (p->m > ROWS_FEW) {
        c.row_step = ROWS_BLOCK;
        c.row_chunks = (p->m + ROWS_BLOCK - 1) / ROWS_BLOCK;
    } else {
        int64_t chunks = (int64_t)ck_pool_threads(pool) * CHUNKS_A_THREAD;
        c.panel_step = (panels + chunks - 1) / chunks;
    }
    int64_t panel_chunks = (panels + c.panel_step - 1) / c.panel_step;
    ck_pool_run(pool, (int)(c.row_chunks * panel_chunks), chunk_job, &c);
}
