// Top-k sampling. The k-th largest logit is found by selection (expected linear time), the draw is one pass over the kept ones.
#include <math.h>
#include <string.h>
#include "CKernels.h"

void ck_guide(const float *unconditioned, const float *conditioned, int64_t n, float scale, float *guided) {
    for (int64_t i = 0; i < n; i++) guided[i] = unconditioned[i] * (1 - scale) + conditioned[i] * scale;
}

// The k-th largest (k from 1) of x, which is reordered. Three-way partition: many equal numbers do no harm.
static float kth_largest(float *x, int64_t n, int64_t k) {
    int64_t low = 0, high = n - 1, wanted = k - 1;
    while (low < high) {
        float a = x[low], b = x[low + (high - low) / 2], c = x[high];
        float pivot = fmaxf(fminf(a, b), fminf(fmaxf(a, b), c));
        int64_t larger = low, at = low, smaller = high;
        while (at <= smaller) {
            float v = x[at];
            if (v > pivot) {
                x[at++] = x[larger];
                x[larger++] = v;
            } else if (v < pivot) {
                x[at] = x[smaller];
                x[smaller--] = v;
            } else at++;
        }
        if (wanted < larger) high = larger - 1;
        else if (wanted > smaller) low = smaller + 1;
        else return pivot;
    }
    return x[wanted];
}

int32_t ck_sample_top_k(const float *logits, int64_t n, int64_t top_k, float temperature, double u, float *scratch) {
    int64_t largest = 0;
    for (int64_t i = 0; i < n; i++) {
        if (!isfinite(logits[i])) return -1;
        if (logits[i] > logits[largest]) largest = i;
    }
    if (top_k <= 1 || n == 1) return (int32_t)largest;
    float bound = -INFINITY;
    if (top_k < n) {
        memcpy(scratch, logits, (size_t)n * sizeof *scratch);
        bound = kth_largest(scratch, n, top_k);
    }
    double total = 0;
    for (int64_t i = 0; i < n; i++) {
        scratch[i] = logits[i] >= bound ? expf((logits[i] - logits[largest]) / temperature) : 0;
        total += scratch[i];
    }
    double rest = u * total;
    for (int64_t i = 0; i < n; i++) {
        if (scratch[i] == 0) continue;
        rest -= scratch[i];
        if (rest < 0) return (int32_t)i;
    }
    return (int32_t)largest;  // only rounding leads here
}
