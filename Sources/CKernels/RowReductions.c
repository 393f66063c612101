#include "CKernels.h"
#include "Parallel.h"

#include <math.h>
#include <stdlib.h>

enum { grain = 1 << 14, lanes = 16, block = 64 };

/// Σ a·b in sixteen fixed lanes, so that the order of addition never depends on the vector width.
CK_INLINE float lane_dot(const float *restrict a, const float *restrict b, int64_t count) {
    float sums[lanes] = {0};
    int64_t i = 0;
    for (; i + lanes <= count; i += lanes)
        for (int l = 0; l < lanes; l++) sums[l] += a[i + l] * b[i + l];
    for (int l = 0; i < count; i++, l++) sums[l] += a[i] * b[i];
    for (int width = lanes / 2; width; width /= 2)
        for (int l = 0; l < width; l++) sums[l] += sums[l + width];
    return sums[0];
}

/// Mean and reciprocal standard deviation of a row, as ck_layer_norm takes them.
CK_INLINE void row_statistics(const float *restrict x, int64_t count, float epsilon, float *mean, float *inverse) {
    float sums[lanes] = {0}, squares[lanes] = {0};
    int64_t i = 0;
    for (; i + lanes <= count; i += lanes)
        for (int l = 0; l < lanes; l++) sums[l] += x[i + l];
    for (int l = 0; i < count; i++, l++) sums[l] += x[i];
    for (int width = lanes / 2; width; width /= 2)
        for (int l = 0; l < width; l++) sums[l] += sums[l + width];
    const float centre = sums[0] / (float)count;
    for (i = 0; i + lanes <= count; i += lanes)
        for (int l = 0; l < lanes; l++) squares[l] += (x[i + l] - centre) * (x[i + l] - centre);
    for (int l = 0; i < count; i++, l++) squares[l] += (x[i] - centre) * (x[i] - centre);
    for (int width = lanes / 2; width; width /= 2)
        for (int l = 0; l < width; l++) squares[l] += squares[l + width];
    *mean = centre;
    *inverse = 1.0f / sqrtf(squares[0] / (float)count + epsilon);
}

typedef struct {
    const float *x, *weight, *d;
    float epsilon;
    int accumulate;
    float *dx;
    int64_t rows, channels;
    /// [blocks, sums a row]: each block's own sums.
    float *partial;
} Blocks;

CK_INLINE int64_t block_end(const Blocks *o, int64_t index) {
    const int64_t end = (index + 1) * block;
    return end < o->rows ? end : o->rows;
}

CK_DISPATCHED static void sum_columns(void *opaque, int64_t begin, int64_t end) {
    const Blocks *o = opaque;
    for (int64_t b = begin; b < end; b++) {
        float *restrict sums = o->partial + b * o->channels;
        for (int64_t c = 0; c < o->channels; c++) sums[c] = 0;
        for (int64_t row = b * block; row < block_end(o, b); row++) {
            const float *restrict x = o->x + row * o->channels;
            for (int64_t c = 0; c < o->channels; c++) sums[c] += x[c];
        }
    }
}

CK_DISPATCHED static void layer_norm_backward(void *opaque, int64_t begin, int64_t end) {
    const Blocks *o = opaque;
    const int64_t n = o->channels;
    const float *restrict weight = o->weight;
    for (int64_t b = begin; b < end; b++) {
        float *restrict dweight = o->partial + b * 2 * n;
        float *restrict dbias = dweight + n;
        for (int64_t c = 0; c < 2 * n; c++) dweight[c] = 0;
        for (int64_t row = b * block; row < block_end(o, b); row++) {
            const float *restrict x = o->x + row * n;
            const float *restrict d = o->d + row * n;
            float *restrict dx = o->dx + row * n;
            float mean, inverse, sums[lanes] = {0}, products[lanes] = {0};
            row_statistics(x, n, o->epsilon, &mean, &inverse);
            int64_t c = 0;
            for (; c + lanes <= n; c += lanes)
                for (int l = 0; l < lanes; l++) {
                    const float unit = (x[c + l] - mean) * inverse, weighted = d[c + l] * weight[c + l];
                    sums[l] += weighted;
                    products[l] += weighted * unit;
                    dweight[c + l] += d[c + l] * unit;
                    dbias[c + l] += d[c + l];
                }
            for (int l = 0; c < n; c++, l++) {
                const float unit = (x[c] - mean) * inverse, weighted = d[c] * weight[c];
                sums[l] += weighted;
                products[l] += weighted * unit;
                dweight[c] += d[c] * unit;
                dbias[c] += d[c];
            }
            for (int width = lanes / 2; width; width /= 2)
                for (int l = 0; l < width; l++) {
                    sums[l] += sums[l + width];
                    products[l] += products[l + width];
                }
            const float sum = sums[0] / (float)n, product = products[0] / (float)n;
            if (o->accumulate)
                for (c = 0; c < n; c++)
                    dx[c] += inverse * (d[c] * weight[c] - sum - (x[c] - mean) * inverse * product);
            else
                for (c = 0; c < n; c++)
                    dx[c] = inverse * (d[c] * weight[c] - sum - (x[c] - mean) * inverse * product);
        }
    }
}

/// Runs `body` over blocks of rows and adds what it left in `partial`, `width` sums a block, to `sums` in order.
static int reduce(ck_range_body body, Blocks o, float *const *sums, int64_t count) {
    const int64_t blocks = (o.rows + block - 1) / block, width = count * o.channels;
    if (blocks == 0) return 0;
    o.partial = malloc(sizeof(float) * (size_t)(blocks * width));
    if (!o.partial) return -1;
    ck_parallel(blocks, 1 + grain / (block * o.channels + 1), body, &o);
    for (int64_t s = 0; s < count; s++)
        for (int64_t b = 0; b < blocks; b++) {
            const float *restrict partial = o.partial + b * width + s * o.channels;
            float *restrict sum = sums[s];
            for (int64_t c = 0; c < o.channels; c++) sum[c] += partial[c];
        }
    free(o.partial);
    return 0;
}

int ck_add_column_sums(const float *x, float *sums, int64_t rows, int64_t channels) {
    return reduce(sum_columns, (Blocks){.x = x, .rows = rows, .channels = channels}, &sums, 1);
}

int ck_layer_norm_backward(const float *x, const float *weight, float epsilon, const float *d, int accumulate,
                           float *dx, float *dweight, float *dbias, int64_t rows, int64_t channels) {
    float *sums[] = {dweight, dbias};
    return reduce(layer_norm_backward, (Blocks){x, weight, d, epsilon, accumulate, dx, rows, channels, 0}, sums, 2);
}

typedef struct {
    const float *x, *d;
    float *y, *inverse_lengths;
    int64_t channels;
} Units;

CK_DISPATCHED static void normalize(void *opaque, int64_t begin, int64_t end) {
    const Units *o = opaque;
    for (int64_t row = begin; row < end; row++) {
        const float *x = o->x + row * o->channels;
        float *y = o->y + row * o->channels;
        const float length = sqrtf(lane_dot(x, x, o->channels)), inverse = 1.0f / (length > 1e-12f ? length : 1e-12f);
        o->inverse_lengths[row] = inverse;
        for (int64_t c = 0; c < o->channels; c++) y[c] = x[c] * inverse;
    }
}

CK_DISPATCHED static void normalize_backward(void *opaque, int64_t begin, int64_t end) {
    const Units *o = opaque;
    for (int64_t row = begin; row < end; row++) {
        const float *x = o->x + row * o->channels, *d = o->d + row * o->channels;
        float *y = o->y + row * o->channels;
        const float along = lane_dot(x, d, o->channels), inverse = o->inverse_lengths[row];
        for (int64_t c = 0; c < o->channels; c++) y[c] = (d[c] - x[c] * along) * inverse;
    }
}

void ck_normalize_rows(const float *x, float *y, float *inverse_lengths, int64_t rows, int64_t channels) {
    Units o = {x, 0, y, inverse_lengths, channels};
    ck_parallel(rows, 1 + grain / (channels + 1), normalize, &o);
}

void ck_normalize_rows_backward(const float *y, const float *inverse_lengths, const float *d, float *dx,
                                int64_t rows, int64_t channels) {
    Units o = {y, d, dx, (float *)inverse_lengths, channels};
    ck_parallel(rows, 1 + grain / (channels + 1), normalize_backward, &o);
}
