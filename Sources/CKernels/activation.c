// Drivers of the elementwise kernels; small, so on the caller.
#include "variants.h"

void ck_gelu_gate(const float *x, int64_t rows, int64_t n, float *y) {
    const kernel_variant *variant = ck_variant();
    for (int64_t row = 0; row < rows; row++) variant->gelu_gate(x + row * 2 * n, x + row * 2 * n + n, n, y + row * n);
}

void ck_add(const float *a, const float *b, int64_t count, float *y) {
    for (int64_t i = 0; i < count; i++) y[i] = a[i] + b[i];
}

void ck_to_bytes(const float *x, int64_t count, uint8_t *bytes) {
    for (int64_t i = 0; i < count; i++) {
        float v = x[i] > 0 ? x[i] < 1 ? x[i] : 1 : 0;  // not a number becomes 0
        bytes[i] = (uint8_t)(v * 255 + 0.5f);
    }
}
