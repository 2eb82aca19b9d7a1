// Part of simd_kernels.h: RMS norm and the SwiGLU gate.

static void rms_norm(const float *x, int64_t n, const float *gain, float epsilon, float *y) {
    int64_t whole = n / LANES * LANES;
    vec squares = v_zero();
    float square = 0;
    for (int64_t i = 0; i < whole; i += LANES) {
        vec v = v_load(x + i);
        squares = v_fma(v, v, squares);
    }
    for (int64_t i = whole; i < n; i++) square += x[i] * x[i];
    float inverse = 1 / sqrtf((square + v_sum(squares)) / (float)n + epsilon);
    for (int64_t i = 0; i < whole; i += LANES) v_store(y + i, v_load(x + i) * v_all(inverse) * v_load(gain + i));
    for (int64_t i = whole; i < n; i++) y[i] = x[i] * inverse * gain[i];
}

static void silu_gate(const float *x, const float *gate, int64_t n, float *y) {
    int64_t whole = n / LANES * LANES;
    for (int64_t i = 0; i < whole; i += LANES) {
        vec v = v_load(x + i);
        v_store(y + i, v / (v_all(1.0f) + v_exp(v_zero() - v)) * v_load(gate + i));
    }
    for (int64_t i = whole; i < n; i++) y[i] = x[i] / (1 + expf(-x[i])) * gate[i];
}
