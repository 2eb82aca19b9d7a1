// Adapters at decoding: a row is one chunk, read from where the adapter's file is mapped.
#include "variants.h"

enum { OUTPUTS_AT_ONCE = 64 };

typedef struct {
    const kernel_variant *variant;
    const ck_adapted_row *rows;
} adapted_job;

static void row_job(void *context, int chunk) {
    const adapted_job *job = context;
    const ck_adapted_row *row = job->rows + chunk;
    float inner[CK_RANK_LIMIT], more[OUTPUTS_AT_ONCE];
    job->variant->dots(row->input, row->first, row->inputs, row->rank, row->inputs, inner);
    for (int64_t i = 0; i < row->rank; i++) inner[i] *= row->scale;
    for (int64_t first = 0; first < row->outputs; first += OUTPUTS_AT_ONCE) {
        int64_t count = row->outputs - first < OUTPUTS_AT_ONCE ? row->outputs - first : OUTPUTS_AT_ONCE;
        job->variant->dots(inner, row->second + first * row->rank, row->rank, count, row->rank, more);
        for (int64_t i = 0; i < count; i++) row->result[first + i] += more[i];
    }
}

void ck_adapted_rows(ck_pool *pool, const ck_adapted_row *rows, int64_t count) {
    adapted_job job = {ck_variant(ck_pool_level(pool)), rows};
    if (count > 0) ck_pool_run(pool, (int)count, row_job, &job);
}
