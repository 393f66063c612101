#include "CKernels.h"
#include "Parallel.h"
#include "Transcendental.h"

#include <float.h>

enum { lanes = 16, fewest_rows = 16 };

typedef struct {
    const float *x, *y;
    float *g;
    float scale;
    int64_t columns;
    double *divergences;
} Rows;

CK_INLINE float lane_total(float *sums) {
    for (int half = lanes / 2; half; half /= 2)
        for (int l = 0; l < half; l++) sums[l] += sums[l + half];
    return sums[0];
}

CK_DISPATCHED static void softmax(void *opaque, int64_t begin, int64_t end) {
    const Rows *o = opaque;
    for (int64_t i = begin; i < end; i++) {
        const float *x = o->x + i * o->columns;
        float *y = o->g + i * o->columns;
        float most = -FLT_MAX, sums[lanes] = {0};
        for (int64_t j = 0; j < o->columns; j++) most = x[j] > most ? x[j] : most;
        for (int64_t j = 0; j < o->columns; j++) y[j] = ck_exp_of_negative((x[j] - most) * o->scale);
        int64_t j = 0;
        for (; j + lanes <= o->columns; j += lanes)
            for (int l = 0; l < lanes; l++) sums[l] += y[j + l];
        for (int l = 0; j < o->columns; j++, l++) sums[l] += y[j];
        const float inverse = 1.0f / lane_total(sums);
        for (j = 0; j < o->columns; j++) y[j] *= inverse;
    }
}

void ck_softmax_rows(const float *x, float scale, float *y, int64_t rows, int64_t columns) {
    Rows o = {x, 0, y, scale, columns, 0};
    ck_parallel(rows, fewest_rows, softmax, &o);
}

CK_DISPATCHED static void softmax_backward(void *opaque, int64_t begin, int64_t end) {
    const Rows *o = opaque;
    for (int64_t i = begin; i < end; i++) {
        const float *restrict y = o->y + i * o->columns;
        float *restrict g = o->g + i * o->columns;
        float sums[lanes] = {0};
        int64_t j = 0;
        for (; j + lanes <= o->columns; j += lanes)
            for (int l = 0; l < lanes; l++) sums[l] += y[j + l] * g[j + l];
        for (int l = 0; j < o->columns; j++, l++) sums[l] += y[j] * g[j];
        const float mean = lane_total(sums);
        for (j = 0; j < o->columns; j++) g[j] = y[j] * (g[j] - mean);
    }
}

void ck_softmax_rows_backward(const float *y, float *g, int64_t rows, int64_t columns) {
    Rows o = {0, y, g, 0, columns, 0};
    ck_parallel(rows, fewest_rows, softmax_backward, &o);
}

/// log(a / m) with m = ½ (a + b): from the difference where the ratio is near 1, for there its logarithm is small.
CK_INLINE float log_of_ratio(float a, float b) {
    const float sum = a + b, inverse = 1.0f / (sum > FLT_MIN ? sum : FLT_MIN);
    const float f = (a - b) * inverse, ratio = 2.0f * a * inverse;
    const float far = ck_log_of(ratio > FLT_MIN ? ratio : FLT_MIN);
    const int near = f > -0.29f && f < 0.41f;
    return near ? ck_log1p_near_zero(f) : far;
}

CK_DISPATCHED static void divergence(void *opaque, int64_t begin, int64_t end) {
    const Rows *o = opaque;
    const float half = 0.5f * o->scale;
    for (int64_t i = begin; i < end; i++) {
        const float *restrict p = o->x + i * o->columns;
        const float *restrict q = o->y + i * o->columns;
        float *restrict g = o->g + i * o->columns;
        float sums[lanes] = {0};
        int64_t j = 0;
        for (; j + lanes <= o->columns; j += lanes)
            for (int l = 0; l < lanes; l++) {
                const float of_q = log_of_ratio(q[j + l], p[j + l]);
                sums[l] += p[j + l] * log_of_ratio(p[j + l], q[j + l]) + q[j + l] * of_q;
                g[j + l] = half * of_q;
            }
        for (int l = 0; j < o->columns; j++, l++) {
            const float of_q = log_of_ratio(q[j], p[j]);
            sums[l] += p[j] * log_of_ratio(p[j], q[j]) + q[j] * of_q;
            g[j] = half * of_q;
        }
        o->divergences[i] = 0.5 * lane_total(sums);
    }
}

void ck_jensen_shannon(const float *p, const float *q, float weight, float *g, double *divergences,
                       int64_t rows, int64_t columns) {
    Rows o = {p, q, g, weight, columns, divergences};
    ck_parallel(rows, fewest_rows, divergence, &o);
}
