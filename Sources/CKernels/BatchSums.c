#include "CKernels.h"
#include "Parallel.h"

#include <string.h>

enum { lanes = 16 };

CK_DISPATCHED double ck_dot(const float *a, const float *b, int64_t count) {
    double sums[lanes] = {0}, sum = 0;
    int64_t i = 0;
    for (; i + lanes <= count; i += lanes)
        for (int l = 0; l < lanes; l++) sums[l] += (double)a[i + l] * (double)b[i + l];
    for (int l = 0; i < count; i++, l++) sums[l] += (double)a[i] * (double)b[i];
    for (int l = 0; l < lanes; l++) sum += sums[l];
    return sum;
}

typedef struct {
    const float *x, *shares;
    const int32_t *groups;
    int64_t rows, channels, group_count;
    float scale;
    float *means, *y;
} Deviations;

/// Threads share out the channels, each walking over all rows, so that every mean is summed in the order of rows.
/// A group of one row deviates by exactly 0: its share is 1.
CK_DISPATCHED static void add_deviations(void *opaque, int64_t begin, int64_t end) {
    const Deviations *o = opaque;
    const size_t bytes = sizeof(float) * (size_t)(end - begin);
    for (int64_t g = 0; g < o->group_count; g++) memset(o->means + g * o->channels + begin, 0, bytes);
    for (int64_t i = 0; i < o->rows; i++) {
        const float *restrict x = o->x + i * o->channels;
        float *restrict mean = o->means + o->groups[i] * o->channels;
        for (int64_t c = begin; c < end; c++) mean[c] += x[c];
    }
    for (int64_t g = 0; g < o->group_count; g++)
        for (int64_t c = begin; c < end; c++) o->means[g * o->channels + c] *= o->shares[g];
    for (int64_t i = 0; i < o->rows; i++) {
        const float *restrict x = o->x + i * o->channels;
        const float *restrict mean = o->means + o->groups[i] * o->channels;
        float *restrict y = o->y + i * o->channels;
        for (int64_t c = begin; c < end; c++) y[c] += o->scale * (x[c] - mean[c]);
    }
}

void ck_add_group_deviations(const float *x, const int32_t *groups, const float *shares, int64_t rows,
                             int64_t channels, int64_t group_count, float scale, float *means, float *y) {
    Deviations o = {x, shares, groups, rows, channels, group_count, scale, means, y};
    ck_parallel(channels, 64, add_deviations, &o);
}
