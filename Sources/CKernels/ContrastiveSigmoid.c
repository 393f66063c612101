#include "CKernels.h"
#include "Parallel.h"
#include "Transcendental.h"

enum { lanes = 16, fewest_rows = 16 };

typedef struct {
    float *s;
    int64_t stride, columns;
    const int32_t *row_labels, *column_labels;
    float scale, bias;
    double *losses, *slopes;
} Tile;

/// -log sigmoid(z · logit) and its gradient with respect to the logit.
CK_INLINE void pair(float logit, int positive, float *loss, float *slope) {
    const float z = positive ? 1.0f : -1.0f, u = z * logit, size = u < 0 ? -u : u;
    const float e = ck_exp_of_negative(-size), wrong = (u < 0 ? 1.0f : e) / (1.0f + e);
    *loss = (u < 0 ? size : 0.0f) + ck_log1p_of(e);
    *slope = -z * wrong;
}

CK_DISPATCHED static void weigh_rows(void *opaque, int64_t begin, int64_t end) {
    const Tile *o = opaque;
    const int32_t *restrict labels = o->column_labels;
    const float scale = o->scale, bias = o->bias;
    for (int64_t i = begin; i < end; i++) {
        float *restrict s = o->s + i * o->stride;
        const int32_t label = o->row_labels[i];
        float losses[lanes] = {0}, slopes[lanes] = {0};
        int64_t j = 0;
        for (; j + lanes <= o->columns; j += lanes)
            for (int l = 0; l < lanes; l++) {
                float loss, slope;
                pair(s[j + l] * scale + bias, labels[j + l] == label, &loss, &slope);
                losses[l] += loss;
                slopes[l] += slope;
                s[j + l] = slope;
            }
        for (int l = 0; j < o->columns; j++, l++) {
            float loss, slope;
            pair(s[j] * scale + bias, labels[j] == label, &loss, &slope);
            losses[l] += loss;
            slopes[l] += slope;
            s[j] = slope;
        }
        for (int l = 0; l < lanes; l++) {
            o->losses[i] += losses[l];
            o->slopes[i] += slopes[l];
        }
    }
}

void ck_sigmoid_loss(float *s, int64_t stride, int64_t rows, int64_t columns, const int32_t *row_labels,
                     const int32_t *column_labels, float scale, float bias, double *losses, double *slopes) {
    Tile o = {s, stride, columns, row_labels, column_labels, scale, bias, losses, slopes};
    ck_parallel(rows, fewest_rows, weigh_rows, &o);
}
