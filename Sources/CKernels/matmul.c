// The product of matrices: cut into chunks, each chunk a run of panels.
#include "product_cut.h"

typedef struct {
    const ck_matmul *product;
    const kernel_variant *variant;
    product_cut cut;
} matmul_job;

static void chunk_job(void *context, int chunk) {
    const matmul_job *job = context;
    const ck_matmul *p = job->product;
    static const int64_t no_offset = 0;
    product_part part = part_of(&job->cut, chunk);
    for (int64_t panel = part.first_panel; panel < part.end_panel; panel++) {
        int64_t column = panel * CK_PANEL, row = part.row;
        job->variant->product(&(panel_product){
            .a = p->a + row * p->a_stride, .a_stride = p->a_stride, .tap_offset = &no_offset, .taps = 1, .k = p->k,
            .panel = (const char *)p->b + column * p->k * ck_number_size(p->kind), .kind = p->kind, .bias = p->bias ? p->bias + column : 0,
            .residual = p->residual ? p->residual + row * p->c_stride + column : 0,
            .c = p->c + row * p->c_stride + column, .c_stride = p->c_stride, .rows = part.rows,
            .columns = columns_of(&job->cut, panel), .scale = p->scale,
        });
    }
}

void ck_matmul_run(ck_pool *pool, const ck_matmul *p) {
    if (p->m <= 0 || p->n <= 0) return;
    matmul_job job = {p, ck_variant(ck_pool_level(pool)), cut_product(pool, p->m, p->n)};
    ck_pool_run(pool, job.cut.chunks, chunk_job, &job);
}
