#include "CKernels.h"
#include "Parallel.h"

#include <math.h>

enum { grain = 1 << 15, lanes = 16 };

/// Sums in sixteen fixed lanes, so that the order of addition never depends on the vector width.
CK_INLINE float lane_sum(const float *restrict x, int64_t count, float centre, int squared) {
    float sums[lanes] = {0};
    int64_t i = 0;
    for (; i + lanes <= count; i += lanes)
        for (int l = 0; l < lanes; l++) {
            const float v = x[i + l] - centre;
            sums[l] += squared ? v * v : v;
        }
    for (int l = 0; i < count; i++, l++) {
        const float v = x[i] - centre;
        sums[l] += squared ? v * v : v;
    }
    for (int width = lanes / 2; width; width /= 2)
        for (int l = 0; l < width; l++) sums[l] += sums[l + width];
    return sums[0];
}

typedef struct {
    const float *x, *weight, *bias;
    float *y;
    float epsilon;
    int64_t channels;
} Rows;

CK_DISPATCHED static void layer_norm(void *opaque, int64_t begin, int64_t end) {
    const Rows *o = opaque;
    for (int64_t row = begin; row < end; row++) {
        const float *x = o->x + row * o->channels;
        float *y = o->y + row * o->channels;
        const float mean = lane_sum(x, o->channels, 0, 0) / (float)o->channels;
        const float variance = lane_sum(x, o->channels, mean, 1) / (float)o->channels;
        const float inverse = 1.0f / sqrtf(variance + o->epsilon);
        for (int64_t c = 0; c < o->channels; c++) y[c] = (x[c] - mean) * inverse;
        if (o->weight)
            for (int64_t c = 0; c < o->channels; c++) y[c] *= o->weight[c];
        if (o->bias)
            for (int64_t c = 0; c < o->channels; c++) y[c] += o->bias[c];
    }
}

CK_DISPATCHED static void rms_norm(void *opaque, int64_t begin, int64_t end) {
    const Rows *o = opaque;
    for (int64_t row = begin; row < end; row++) {
        const float *x = o->x + row * o->channels;
        float *y = o->y + row * o->channels;
        const float inverse = 1.0f / sqrtf(lane_sum(x, o->channels, 0, 1) / (float)o->channels + o->epsilon);
        for (int64_t c = 0; c < o->channels; c++) y[c] = x[c] * inverse * o->weight[c];
    }
}

static void run(ck_range_body body, Rows rows, int64_t count) {
    ck_parallel(count, 1 + grain / (rows.channels + 1), body, &rows);
}

void ck_layer_norm(const float *x, const float *weight, const float *bias, float epsilon,
                   float *y, int64_t rows, int64_t channels) {
    run(layer_norm, (Rows){x, weight, bias, y, epsilon, channels}, rows);
}

void ck_rms_norm(const float *x, const float *weight, float epsilon, float *y, int64_t rows, int64_t channels) {
    run(rms_norm, (Rows){x, weight, 0, y, epsilon, channels}, rows);
}
