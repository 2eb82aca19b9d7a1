// How a product of m rows with n outputs is cut into chunks. Few rows (a decoding step): each chunk is some panels, so that
// every weight is read by one thread only. Many rows: blocks of rows, for which some panels pass by one after the other.
#ifndef PRODUCT_CUT_H
#define PRODUCT_CUT_H

#include "variants.h"

enum { ROWS_FEW = 64, ROWS_BLOCK = 96, CHUNKS_A_THREAD = 4 };

typedef struct {
    int64_t m, n, row_chunks, panel_step;
    int chunks;
} product_cut;

typedef struct {
    int64_t row, rows, first_panel, end_panel;
} product_part;

static inline product_cut cut_product(const ck_pool *pool, int64_t m, int64_t n) {
    int64_t panels = (n + CK_PANEL - 1) / CK_PANEL, wanted = (int64_t)ck_pool_threads(pool) * CHUNKS_A_THREAD;
    int64_t row_chunks = m > ROWS_FEW ? (m + ROWS_BLOCK - 1) / ROWS_BLOCK : 1;
    int64_t panel_chunks = (wanted + row_chunks - 1) / row_chunks;
    int64_t step = (panels + panel_chunks - 1) / panel_chunks;
    return (product_cut){m, n, row_chunks, step, (int)(row_chunks * ((panels + step - 1) / step))};
}

static inline product_part part_of(const product_cut *cut, int chunk) {
    int64_t r = chunk % cut->row_chunks, first = chunk / cut->row_chunks * cut->panel_step;
    int64_t row = cut->m * r / cut->row_chunks, panels = (cut->n + CK_PANEL - 1) / CK_PANEL;
    return (product_part){
        row, cut->m * (r + 1) / cut->row_chunks - row, first, first + cut->panel_step < panels ? first + cut->panel_step : panels,
    };
}

static inline int64_t columns_of(const product_cut *cut, int64_t panel) {
    return cut->n - panel * CK_PANEL < CK_PANEL ? cut->n - panel * CK_PANEL : CK_PANEL;
}

#endif
