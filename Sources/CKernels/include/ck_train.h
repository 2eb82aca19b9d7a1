// What learning needs besides products: the ways back through GELU, SwiGLU, the norms and causal attention, and attention over texts
// that lie one after the other, without a cache. Shapes are [rows][...], rows of all texts in one run.
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

/// The gradients of layer norm's own gain and shift: dgain += the sum over rows of dy * norm(x), dshift += that of dy.
void ck_layer_norm_learn(const float *x, const float *dy, int64_t rows, int64_t n, float *dgain, float *dshift);

/// The way back through ck_silu_gate: of rows x of 2 n and the gradient dy of its n results, dx of 2 n, written anew.
void ck_silu_gate_back(ck_pool *pool, const float *x, const float *dy, int64_t rows, int64_t n, float *dx);

typedef struct {
    const float *x, *dy;       // row i at x + i * stride, dy and dx alike; dy is the gradient of the result
    float *dx;                 // added to
    int64_t stride, rows, n;
    const float *gain;         // n
    float epsilon;
} ck_rms_norm_back_rows;

/// dx += the gradient of RMS norm's input.
void ck_rms_norm_back(ck_pool *pool, const ck_rms_norm_back_rows *norm);

typedef struct {
    const float *wide;         // [rows][(heads + 2 * kv_heads) * size]: queries, keys, values
    const int64_t *starts;     // texts + 1 of them: text t has the rows starts[t] ..< starts[t + 1]
    int64_t texts, heads;
    int64_t kv_heads;          // heads of keys and values, each shared by heads / kv_heads neighbouring query heads
    int64_t size;
    int64_t window;            // how many positions a query sees, its own included; 0: all
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
