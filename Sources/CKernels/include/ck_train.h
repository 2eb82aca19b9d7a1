// What learning needs besides products: the ways back through GELU, layer norm and causal attention, and attention over texts that
// lie one after the other, without a cache. Shapes are [rows][...], rows of all texts in one run.
#ifndef CK_TRAIN_H
#define CK_TRAIN_H

#include <stdint.h>
#include "ck_pool.h"

/// GELU by tanh (Hendrycks and Gimpel, 2016): 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))). y may be x.
void ck_tanh_gelu(ck_pool *pool, const float *x, int64_t count, float *y);
/// dy[i] *= gelu'(x[i])
void ck_tanh_gelu_back(ck_pool *pool, const float *x, int64_t count, float *dy);

/// dx += the gradient of layer norm's input (epsilon 1e-5), of rows x and the gradient dy of its result.
void ck_layer_norm_back(ck_pool *pool, const float *x, const float *gain, const float *dy, int64_t rows, int64_t n, float *dx);

typedef struct {
    const float *wide;         // [rows][3 * heads * size]: queries, keys, values
    const int64_t *starts;     // texts + 1 of them: text t has the rows starts[t] ..< starts[t + 1]
    int64_t texts, heads, size;
    float *scratch;            // ck_train_attention_scratch floats
    float *result;             // forward: [rows][heads * size]
    const float *result_back;  // back: the gradient of result
    float *wide_back;          // back: the gradient of wide, written anew
} ck_train_attention;

int64_t ck_train_attention_scratch(const ck_train_attention *attention);
/// Every position looks at itself and those before in its text; scores are scaled by 1 / sqrt(size).
void ck_train_attention_run(ck_pool *pool, const ck_train_attention *attention);
void ck_train_attention_back(ck_pool *pool, const ck_train_attention *attention);

#endif
