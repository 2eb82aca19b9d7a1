// Learning's inner kernels over the words of simd_*.h; see ck_train.h for what they compute.

static void dots(const float *a, const float *rows, int64_t stride, int64_t count, int64_t size, float *out) {
    int64_t whole = size / LANES * LANES, pairs = size / (2 * LANES) * (2 * LANES);
    for (int64_t j = 0; j < count; j++) {
        const float *row = rows + j * stride;
        vec even = v_zero(), odd = v_zero();
        int64_t c = 0;
        for (; c < pairs; c += 2 * LANES) {
            even = v_fma(v_load(a + c), v_load(row + c), even);
            odd = v_fma(v_load(a + c + LANES), v_load(row + c + LANES), odd);
        }
        if (c < whole) even = v_fma(v_load(a + c), v_load(row + c), even);
        float sum = whole ? v_sum(even + odd) : 0;
        for (c = whole; c < size; c++) sum += a[c] * row[c];
        out[j] = sum;
    }
}

// out[c] += sum over j of weights[j] * rows[j * stride + c]; `vectors` of them stay in registers.
ALWAYS void blend_some(const int vectors, const float *weights, const float *rows, int64_t stride, int64_t count, float *out) {
    vec sum[4];
    UNROLL for (int v = 0; v < vectors; v++) sum[v] = v_load(out + v * LANES);
    for (int64_t j = 0; j < count; j++) {
        vec weight = v_all(weights[j]);
        UNROLL for (int v = 0; v < vectors; v++) sum[v] = v_fma(weight, v_load(rows + j * stride + v * LANES), sum[v]);
    }
    UNROLL for (int v = 0; v < vectors; v++) v_store(out + v * LANES, sum[v]);
}

static void blend(const float *weights, const float *rows, int64_t stride, int64_t count, int64_t size, float *out) {
    int64_t c = 0;
    for (; c + 4 * LANES <= size; c += 4 * LANES) blend_some(4, weights, rows + c, stride, count, out + c);
    for (; c + LANES <= size; c += LANES) blend_some(1, weights, rows + c, stride, count, out + c);
    for (; c < size; c++)
        for (int64_t j = 0; j < count; j++) out[c] += weights[j] * rows[j * stride + c];
}

static void spread(const float *weights, const float *a, int64_t size, int64_t count, float *rows, int64_t stride) {
    int64_t whole = size / LANES * LANES;
    for (int64_t j = 0; j < count; j++) {
        float *row = rows + j * stride;
        vec weight = v_all(weights[j]);
        for (int64_t c = 0; c < whole; c += LANES) v_store(row + c, v_fma(weight, v_load(a + c), v_load(row + c)));
        for (int64_t c = whole; c < size; c++) row[c] += weights[j] * a[c];
    }
}

// 0.5 x (1 + tanh u) = x / (1 + e^(-2 u)), u = slope (x + cube x^3)
#define GELU_SLOPE 1.59576912f
#define GELU_CUBE 0.044715f

ALWAYS vec gelu_share(vec x) {
    vec twice = x * v_all(GELU_SLOPE) * v_fma(x * x, v_all(GELU_CUBE), v_all(1.0f));
    return v_all(1.0f) / (v_all(1.0f) + v_exp(v_zero() - twice));
}

ALWAYS vec gelu_slope(vec x) {
    vec share = gelu_share(x), inner = v_fma(x * x, v_all(3 * GELU_CUBE), v_all(1.0f)) * v_all(GELU_SLOPE);
    return v_fma(x * share * (v_all(1.0f) - share), inner, share);
}

static void tanh_gelu(const float *x, int64_t n, float *y) {
    int64_t whole = n / LANES * LANES;
    for (int64_t i = 0; i < whole; i += LANES) v_store(y + i, v_load(x + i) * gelu_share(v_load(x + i)));
    if (whole < n) ck_variant_reference.tanh_gelu(x + whole, n - whole, y + whole);
}

static void tanh_gelu_back(const float *x, int64_t n, float *dy) {
    int64_t whole = n / LANES * LANES;
    for (int64_t i = 0; i < whole; i += LANES) v_store(dy + i, v_load(dy + i) * gelu_slope(v_load(x + i)));
    if (whole < n) ck_variant_reference.tanh_gelu_back(x + whole, n - whole, dy + whole);
}

static void layer_norm_back(const float *x, const float *gain, const float *dy, int64_t n, float *dx) {
    int64_t whole = n / LANES * LANES;
    vec v_sums = v_zero(), v_squares = v_zero(), v_straight = v_zero(), v_along = v_zero();
    float sum = 0, square = 0, straight = 0, along = 0;
    for (int64_t i = 0; i < whole; i += LANES) v_sums += v_load(x + i);
    for (int64_t i = whole; i < n; i++) sum += x[i];
    float mean = (sum + v_sum(v_sums)) / (float)n;
    for (int64_t i = 0; i < whole; i += LANES) {
        vec d = v_load(x + i) - v_all(mean), g = v_load(dy + i) * v_load(gain + i);
        v_squares = v_fma(d, d, v_squares);
        v_straight += g;
        v_along = v_fma(g, d, v_along);
    }
    for (int64_t i = whole; i < n; i++) {
        float d = x[i] - mean, g = dy[i] * gain[i];
        square += d * d;
        straight += g;
        along += g * d;
    }
    float inverse = 1 / sqrtf((square + v_sum(v_squares)) / (float)n + 1e-5f);
    straight = (straight + v_sum(v_straight)) / (float)n;
    along = (along + v_sum(v_along)) / (float)n * inverse * inverse;
    for (int64_t i = 0; i < whole; i += LANES) {
        vec d = v_load(x + i) - v_all(mean), g = v_load(dy + i) * v_load(gain + i);
        v_store(dx + i, v_fma(g - v_all(straight) - d * v_all(along), v_all(inverse), v_load(dx + i)));
    }
    for (int64_t i = whole; i < n; i++) dx[i] += (dy[i] * gain[i] - straight - (x[i] - mean) * along) * inverse;
}

static void rms_norm_back(const float *x, const float *gain, const float *dy, int64_t n, float epsilon, float *dx) {
    int64_t whole = n / LANES * LANES;
    vec v_squares = v_zero(), v_along = v_zero();
    float square = 0, along = 0;
    for (int64_t i = 0; i < whole; i += LANES) {
        v_squares = v_fma(v_load(x + i), v_load(x + i), v_squares);
        v_along = v_fma(v_load(dy + i) * v_load(gain + i), v_load(x + i), v_along);
    }
    for (int64_t i = whole; i < n; i++) {
        square += x[i] * x[i];
        along += dy[i] * gain[i] * x[i];
    }
    float inverse = 1 / sqrtf((square + v_sum(v_squares)) / (float)n + epsilon);
    along = (along + v_sum(v_along)) / (float)n * inverse * inverse;
    for (int64_t i = 0; i < whole; i += LANES) {
        vec slope = v_load(dy + i) * v_load(gain + i) - v_load(x + i) * v_all(along);
        v_store(dx + i, v_fma(slope, v_all(inverse), v_load(dx + i)));
    }
    for (int64_t i = whole; i < n; i++) dx[i] += (dy[i] * gain[i] - x[i] * along) * inverse;
}

static void silu_gate_back(const float *x, const float *gate, const float *dy, int64_t n, float *dx, float *dgate) {
    int64_t whole = n / LANES * LANES;
    for (int64_t i = 0; i < whole; i += LANES) {
        vec v = v_load(x + i), back = v_load(dy + i), share = v_all(1.0f) / (v_all(1.0f) + v_exp(v_zero() - v));
        v_store(dx + i, back * v_load(gate + i) * share * v_fma(v, v_all(1.0f) - share, v_all(1.0f)));
        v_store(dgate + i, back * v * share);
    }
    if (whole < n)
        ck_variant_reference.silu_gate_back(x + whole, gate + whole, dy + whole, n - whole, dx + whole, dgate + whole);
}
