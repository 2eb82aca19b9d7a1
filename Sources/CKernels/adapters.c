// Adapters at decoding: a row is one chunk, read from where the adapter's file is mapped.
#include "variants.h"

// Numbers of other kinds, and those at odd addresses, become floats in portions that stay in the nearest cache.
enum { OUTPUTS_AT_ONCE = 64, PORTION = 4096 };

typedef struct {
    const kernel_variant *variant;
    const ck_adapted_row *rows;
} adapted_job;

// out[j] = a . rows[j], for rows [count][size] of any kind.
static void dots(const kernel_variant *variant, const float *a, const void *rows, int kind, int64_t count, int64_t size, float *out) {
    if (kind == CK_F32 && (uintptr_t)rows % sizeof(float) == 0) {
        variant->dots(a, rows, size, count, size, out);
        return;
    }
    float portion[PORTION];
    const char *bytes = rows;
    // Either several whole rows are a portion, or part of one.
    int64_t width = ck_number_size(kind), step = size < PORTION ? size : PORTION, fit = PORTION / step;
    for (int64_t first = 0; first < count; first += fit) {
        int64_t some = count - first < fit ? count - first : fit;
        for (int64_t start = 0; start < size; start += step) {
            int64_t part = size - start < step ? size - start : step;
            float more;
            variant->to_float(bytes + (first * size + start) * width, kind, some * part, portion);
            variant->dots(a + start, portion, part, some, part, start > 0 ? &more : out + first);
            if (start > 0) out[first] += more;
        }
    }
}

static void row_job(void *context, int chunk) {
    const adapted_job *job = context;
    const ck_adapted_row *row = job->rows + chunk;
    float inner[CK_RANK_LIMIT], more[OUTPUTS_AT_ONCE];
    dots(job->variant, row->input, row->first, row->first_kind, row->rank, row->inputs, inner);
    for (int64_t i = 0; i < row->rank; i++) inner[i] *= row->scale;
    for (int64_t first = 0; first < row->outputs; first += OUTPUTS_AT_ONCE) {
        int64_t count = row->outputs - first < OUTPUTS_AT_ONCE ? row->outputs - first : OUTPUTS_AT_ONCE;
        const char *second = (const char *)row->second + first * row->rank * ck_number_size(row->second_kind);
        dots(job->variant, inner, second, row->second_kind, count, row->rank, more);
        for (int64_t i = 0; i < count; i++) row->result[first + i] += more[i];
    }
}

void ck_adapted_rows(ck_pool *pool, const ck_adapted_row *rows, int64_t count) {
    adapted_job job = {ck_variant(ck_pool_level(pool)), rows};
    if (count > 0) ck_pool_run(pool, (int)count, row_job, &job);
}
