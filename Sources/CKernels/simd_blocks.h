// Part of simd_kernels.h: products with block weights. Within a block sums are whole numbers, held as integers where the
// processor multiplies bytes (v_dot) and else as floats, which hold them exactly too: all variants agree.

#if LANES == 16
enum { BLOCK_ROWS = 6 };
#else
enum { BLOCK_ROWS = 2 };
#endif
enum { PANEL_VECTORS = CK_PANEL / LANES };

typedef int32_t vec_whole __attribute__((vector_size(LANES * 4), aligned(1)));

ALWAYS void scales_to_float(const uint8_t *halves, vec *out) {
#if HAS_HALF
    UNROLL for (int j = 0; j < PANEL_VECTORS; j++) out[j] = v_from_half(halves + j * LANES * 2);
#else
    float numbers[CK_PANEL];
    ck_variant_reference.to_float(halves, CK_F16, CK_PANEL, numbers);
    UNROLL for (int j = 0; j < PANEL_VECTORS; j++) out[j] = v_load(numbers + j * LANES);
#endif
}

#ifdef v_dot
typedef __m512i vec_sum;
ALWAYS vec_sum sum_from(int32_t x) { return _mm512_set1_epi32(x); }
ALWAYS vec sum_to_float(vec_sum x) { return _mm512_cvtepi32_ps(x); }
ALWAYS vec_sum dot_quad(vec_sum sum, vec_whole weights, const int8_t *activations) {
    int32_t four;
    memcpy(&four, activations, 4);
    return v_dot(sum, (__m512i)weights, _mm512_set1_epi32(four));
}
#else
typedef vec vec_sum;
ALWAYS vec_sum sum_from(int32_t x) { return v_all((float)x); }
ALWAYS vec sum_to_float(vec_sum x) { return x; }
ALWAYS vec_sum dot_quad(vec_sum sum, vec_whole weights, const int8_t *activations) {
    UNROLL for (int i = 0; i < 4; i++)
        sum = v_fma((vec)__builtin_convertvector(weights >> 8 * i & 255, vec), v_all((float)activations[i]), sum);
    return sum;
}
#endif

// The sums of the quads first ..< first + quads of a block, for `rows` rows and vector j of the panel.
ALWAYS void dot_block(const int rows, const int bits, const int first, const int quads, const block_panel *p, const uint8_t *record,
                      int64_t row, int64_t block, int j, vec_sum *sum) {
    UNROLL for (int q = first; q < first + quads; q++) {
        const int stored = bits == 4 ? q % 4 : q;
        vec_whole w = *(const vec_whole *)(record + (stored * CK_PANEL + j * LANES) * 4);
        if (bits == 4) w = (q < 4 ? w : w >> 4) & 0x0f0f0f0f;
        UNROLL for (int i = 0; i < rows; i++)
            sum[i] = dot_quad(sum[i], w, p->numbers + ((row + i) * p->blocks + block) * CK_BLOCK + q * 4);
    }
}

ALWAYS void store_block_row(const block_panel *p, int64_t row, const vec *result) {
    int64_t at = row * p->c_stride;
    if (p->columns == CK_PANEL) {
        UNROLL for (int j = 0; j < PANEL_VECTORS; j++) {
            vec v = result[j];
            if (p->bias) v += v_load(p->bias + j * LANES);
            if (p->residual) v += v_load(p->residual + at + j * LANES);
            v_store(p->c + at + j * LANES, v);
        }
        return;
    }
    float numbers[CK_PANEL];
    UNROLL for (int j = 0; j < PANEL_VECTORS; j++) v_store(numbers + j * LANES, result[j]);
    for (int64_t i = 0; i < p->columns; i++) {
        float v = numbers[i] + (p->bias ? p->bias[i] : 0);
        p->c[at + i] = v + (p->residual ? p->residual[at + i] : 0);
    }
}

// rows and the format are constants after inlining.
ALWAYS void block_tile(const int rows, const int kind, const block_panel *p, int64_t row) {
    const block_format f = block_format_of(kind);
    vec result[BLOCK_ROWS][PANEL_VECTORS];
    UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < PANEL_VECTORS; j++) result[i][j] = v_zero();
    const uint8_t *record = p->panel;
    for (int64_t block = 0; block < p->blocks; block++, record += f.record) {
        vec scale[PANEL_VECTORS], minimum[PANEL_VECTORS];
        if (f.minima) scales_to_float(record + f.scales * CK_PANEL * 2, minimum);
        UNROLL for (int part = 0; part < f.scales; part++) {
            scales_to_float(record + part * CK_PANEL * 2, scale);
            UNROLL for (int j = 0; j < PANEL_VECTORS; j++) {
                vec_sum sum[BLOCK_ROWS];
                UNROLL for (int i = 0; i < rows; i++) {
                    const int32_t *sums = p->sums + ((row + i) * p->blocks + block) * 2;
                    sum[i] = sum_from(-f.offset * (f.scales == 2 ? sums[part] : sums[0] + sums[1]));
                }
                dot_block(rows, f.bits, part * 4, 8 / f.scales, p, record + f.head, row, block, j, sum);
                UNROLL for (int i = 0; i < rows; i++) {
                    vec factor = v_all(p->scales[(row + i) * p->blocks + block]);
                    result[i][j] = v_fma(sum_to_float(sum[i]), scale[j] * factor, result[i][j]);
                }
            }
        }
        if (f.minima)
            UNROLL for (int i = 0; i < rows; i++) {
                const int32_t *sums = p->sums + ((row + i) * p->blocks + block) * 2;
                vec taken = v_all(-p->scales[(row + i) * p->blocks + block] * (float)(sums[0] + sums[1]));
                UNROLL for (int j = 0; j < PANEL_VECTORS; j++) result[i][j] = v_fma(taken, minimum[j], result[i][j]);
            }
    }
    UNROLL for (int i = 0; i < rows; i++) store_block_row(p, row + i, result[i]);
}

ALWAYS void block_product_of_kind(const int kind, const block_panel *p) {
    int64_t tiles = (p->rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
    for (int64_t t = 0; t < tiles; t++) {
        int64_t row = p->rows * t / tiles;
        switch (p->rows * (t + 1) / tiles - row) {
#if LANES == 16
        case 6: block_tile(6, kind, p, row); break;
        case 5: block_tile(5, kind, p, row); break;
        case 4: block_tile(4, kind, p, row); break;
        case 3: block_tile(3, kind, p, row); break;
#endif
        case 2: block_tile(2, kind, p, row); break;
        default: block_tile(1, kind, p, row); break;
        }
    }
}

static void block_product(const block_panel *p) {
    switch (p->kind) {
    case CK_Q8: block_product_of_kind(CK_Q8, p); break;
    case CK_Q4: block_product_of_kind(CK_Q4, p); break;
    case CK_Q4_MIN: block_product_of_kind(CK_Q4_MIN, p); break;
    case CK_Q5_MIN: block_product_of_kind(CK_Q5_MIN, p); break;
    default: block_product_of_kind(CK_Q6_HALVES, p);
    }
}

// Blocks of 32 to -127 ... 127 by their largest magnitude.
static void quantise(const float *x, int64_t k, int8_t *numbers, float *scales, int32_t *sums) {
    for (int64_t block = 0; block < k / CK_BLOCK; block++, x += CK_BLOCK, numbers += CK_BLOCK, sums += 2) {
        vec most = v_zero();
        UNROLL for (int i = 0; i < CK_BLOCK; i += LANES) most = v_max(most, v_max(v_load(x + i), v_zero() - v_load(x + i)));
        float largest = v_largest(most), inverse = largest > 0 ? 127 / largest : 0;
        scales[block] = largest / 127;
        sums[0] = sums[1] = 0;
        UNROLL for (int i = 0; i < CK_BLOCK; i += LANES) {
            float rounded[LANES];
            v_store(rounded, v_round(v_load(x + i) * v_all(inverse)));
            UNROLL for (int j = 0; j < LANES; j++) {
                int32_t n = (int32_t)rounded[j];
                numbers[i + j] = (int8_t)n;
                sums[(i + j) / 16] += n;
            }
        }
    }
}
