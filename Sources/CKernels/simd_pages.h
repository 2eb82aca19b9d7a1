// Part of simd_kernels.h: attention over pages. Pages pass by once; each query keeps the largest score so far, the sum of
// exponentials under it, and the values they weigh, and rescales them when a larger score comes.

enum { PAGE_VECTORS = CK_PAGE / LANES, KEY_VECTORS = LANES == 4 ? 4 : 2, VALUE_VECTORS = 2 };

// Scores of `count` queries (a constant) against a page's first `positions` keys, rounded up to whole vectors.
ALWAYS void page_scores(const int count, const paged_tile *t, const float *keys, int64_t positions, float scores[][CK_PAGE]) {
    for (int64_t v = 0; v * LANES < positions; v += KEY_VECTORS) {
        const float *key[KEY_VECTORS];
        vec sum[TILE_QUERIES][KEY_VECTORS];
        UNROLL for (int j = 0; j < KEY_VECTORS; j++) key[j] = keys + (v + j) * LANES / 16 * t->padded * 16 + (v + j) * LANES % 16;
        UNROLL for (int i = 0; i < count; i++) UNROLL for (int j = 0; j < KEY_VECTORS; j++) sum[i][j] = v_zero();
        for (int64_t c = 0; c < t->size; c++) {
            vec k[KEY_VECTORS];
            UNROLL for (int j = 0; j < KEY_VECTORS; j++) k[j] = v_load(key[j] + c * 16);
            UNROLL for (int i = 0; i < count; i++) {
                vec q = v_all(t->query[i][c]);
                UNROLL for (int j = 0; j < KEY_VECTORS; j++) sum[i][j] = v_fma(q, k[j], sum[i][j]);
            }
        }
        UNROLL for (int i = 0; i < count; i++)
            UNROLL for (int j = 0; j < KEY_VECTORS; j++) v_store(scores[i] + (v + j) * LANES, sum[i][j] * v_all(t->scale));
    }
}

// Turns one query's scores into weights, zero outside low ..< high. Returns what its older values are to be multiplied by.
static float page_weights(float *scores, int64_t low, int64_t high, float *largest, float *sum) {
    if (low >= high) {
        for (int64_t i = 0; i < CK_PAGE; i++) scores[i] = 0;
        return 1;
    }
    for (int64_t i = 0; i < low; i++) scores[i] = -INFINITY;
    for (int64_t i = high; i < CK_PAGE; i++) scores[i] = -INFINITY;
    vec most = v_load(scores);
    for (int64_t i = LANES; i < CK_PAGE; i += LANES) most = v_max(most, v_load(scores + i));
    float before = *largest, now = v_largest(most) > before ? v_largest(most) : before;
    vec total = v_zero();
    for (int64_t i = 0; i < CK_PAGE; i += LANES) {
        vec e = v_exp(v_load(scores + i) - v_all(now));
        v_store(scores + i, e);
    }
    for (int64_t i = 0; i < low; i++) scores[i] = 0;
    for (int64_t i = high; i < CK_PAGE; i++) scores[i] = 0;
    for (int64_t i = 0; i < CK_PAGE; i += LANES) total += v_load(scores + i);
    float factor = before > -INFINITY ? expf(before - now) : 0;
    *largest = now;
    *sum = *sum * factor + v_sum(total);
    return factor;
}

// out [count][padded] = out * factor + weights * values
ALWAYS void page_values(const int count, const paged_tile *t, const float *values, int64_t positions, float weights[][CK_PAGE],
                        const float *factor, float out[][CK_HEAD_LIMIT]) {
    for (int64_t c = 0; c < t->padded; c += VALUE_VECTORS * LANES) {
        const int64_t second = c + LANES < t->padded ? LANES : 0;  // an odd last vector is done twice
        vec sum[TILE_QUERIES][VALUE_VECTORS];
        UNROLL for (int i = 0; i < count; i++) {
            sum[i][0] = v_load(out[i] + c) * v_all(factor[i]);
            sum[i][1] = v_load(out[i] + c + second) * v_all(factor[i]);
        }
        const float *value = values + c;
        for (int64_t p = 0; p < positions; p++, value += t->padded) {
            vec v0 = v_load(value), v1 = v_load(value + second);
            UNROLL for (int i = 0; i < count; i++) {
                vec w = v_all(weights[i][p]);
                sum[i][0] = v_fma(w, v0, sum[i][0]);
                sum[i][1] = v_fma(w, v1, sum[i][1]);
            }
        }
        UNROLL for (int i = 0; i < count; i++) {
            v_store(out[i] + c, sum[i][0]);
            v_store(out[i] + c + second, sum[i][1]);
        }
    }
}

ALWAYS void attend_tile(const int count, const paged_tile *t) {
    float scores[TILE_QUERIES][CK_PAGE], out[TILE_QUERIES][CK_HEAD_LIMIT];
    float largest[TILE_QUERIES], sum[TILE_QUERIES], factor[TILE_QUERIES];
    int64_t first = t->begin[0], last = t->end[0];
    for (int i = 0; i < count; i++) {
        largest[i] = -INFINITY;
        sum[i] = 0;
        memset(out[i], 0, (size_t)t->padded * sizeof(float));
        first = t->begin[i] < first ? t->begin[i] : first;
        last = t->end[i] > last ? t->end[i] : last;
    }
    for (int64_t base = first / CK_PAGE * CK_PAGE; base < last; base += CK_PAGE) {
        const float *keys = t->pages[base / CK_PAGE] + t->offset, *values = keys + CK_PAGE * t->padded;
        int64_t positions = last - base < CK_PAGE ? last - base : CK_PAGE;
        page_scores(count, t, keys, positions, scores);
        for (int i = 0; i < count; i++) {
            int64_t low = t->begin[i] - base, high = t->end[i] - base;
            if (t->slope[i] != 0)
                for (int64_t p = 0; p < positions; p++) scores[i][p] += t->slope[i] * (float)(p + 1 - high);
            factor[i] = page_weights(scores[i], low > 0 ? low : 0, high < CK_PAGE ? high : CK_PAGE, &largest[i], &sum[i]);
        }
        page_values(count, t, values, positions, scores, factor, out);
    }
    for (int i = 0; i < count; i++)
        for (int64_t c = 0; c < t->size; c++) t->out[i][c] = out[i][c] / sum[i];
}

static void attend_pages(const paged_tile *t) {
    switch (t->count) {
    case 4: attend_tile(4, t); break;
    case 3: attend_tile(3, t); break;
    case 2: attend_tile(2, t); break;
    default: attend_tile(1, t); break;
    }
}
