#include "CKernels.h"
#include "Parallel.h"
#include "Transcendental.h"

#include <math.h>
#include <stdlib.h>

/// Pixels are taken in blocks of this many, whatever the thread count: a block's sums go into a row of
/// their own and the rows are added in order, so that the result never depends on who summed what.
enum { block = 256 };

typedef struct {
    const float *x, *weight, *bias;
    float *y;
    int silu;
    int64_t pixels, channels;
    /// [channels]: what is taken off before squaring, then the affine form of the whole normalisation.
    float *mean, *scale, *shift;
    /// [blocks, channels]
    float *sums;
} Groups;

CK_INLINE int64_t block_end(const Groups *o, int64_t index) {
    const int64_t end = (index + 1) * block;
    return end < o->pixels ? end : o->pixels;
}

CK_DISPATCHED static void sum_blocks(void *opaque, int64_t begin, int64_t end) {
    const Groups *o = opaque;
    for (int64_t b = begin; b < end; b++) {
        float *restrict sums = o->sums + b * o->channels;
        for (int64_t c = 0; c < o->channels; c++) sums[c] = 0;
        for (int64_t p = b * block; p < block_end(o, b); p++) {
            const float *restrict x = o->x + p * o->channels;
            for (int64_t c = 0; c < o->channels; c++) sums[c] += x[c];
        }
    }
}

CK_DISPATCHED static void sum_squares_of_blocks(void *opaque, int64_t begin, int64_t end) {
    const Groups *o = opaque;
    const float *restrict mean = o->mean;
    for (int64_t b = begin; b < end; b++) {
        float *restrict sums = o->sums + b * o->channels;
        for (int64_t c = 0; c < o->channels; c++) sums[c] = 0;
        for (int64_t p = b * block; p < block_end(o, b); p++) {
            const float *restrict x = o->x + p * o->channels;
            for (int64_t c = 0; c < o->channels; c++) {
                const float v = x[c] - mean[c];
                sums[c] += v * v;
            }
        }
    }
}

CK_DISPATCHED static void apply_to_blocks(void *opaque, int64_t begin, int64_t end) {
    const Groups *o = opaque;
    const float *restrict scale = o->scale;
    const float *restrict shift = o->shift;
    for (int64_t p = begin * block; p < block_end(o, end - 1); p++) {
        const float *restrict x = o->x + p * o->channels;
        float *restrict y = o->y + p * o->channels;
        if (o->silu)
            for (int64_t c = 0; c < o->channels; c++) {
                const float v = x[c] * scale[c] + shift[c];
                y[c] = v * ck_sigmoid_of(v);
            }
        else
            for (int64_t c = 0; c < o->channels; c++) y[c] = x[c] * scale[c] + shift[c];
    }
}

/// Mean over the blocks and the channels of one group.
static double group_mean(const Groups *o, int64_t blocks, int64_t first, int64_t size) {
    double sum = 0;
    for (int64_t b = 0; b < blocks; b++)
        for (int64_t c = first; c < first + size; c++) sum += o->sums[b * o->channels + c];
    return sum / ((double)o->pixels * (double)size);
}

int ck_group_norm(const float *x, const float *weight, const float *bias, float epsilon, int silu,
                  float *y, int64_t pixels, int64_t channels, int64_t groups) {
    const int64_t blocks = (pixels + block - 1) / block, size = channels / groups;
    float *memory = malloc(sizeof(float) * (size_t)(channels * (blocks + 3)));
    if (!memory) return -1;
    Groups o = {x, weight, bias, y, silu, pixels, channels,
                memory, memory + channels, memory + 2 * channels, memory + 3 * channels};
    const int64_t blocks_a_thread = 1 + (1 << 15) / (block * channels + 1);

    ck_parallel(blocks, blocks_a_thread, sum_blocks, &o);
    for (int64_t g = 0; g < groups; g++) {
        const float mean = (float)group_mean(&o, blocks, g * size, size);
        for (int64_t c = g * size; c < (g + 1) * size; c++) o.mean[c] = mean;
    }
    ck_parallel(blocks, blocks_a_thread, sum_squares_of_blocks, &o);
    for (int64_t g = 0; g < groups; g++) {
        const float inverse = 1.0f / sqrtf((float)group_mean(&o, blocks, g * size, size) + epsilon);
        for (int64_t c = g * size; c < (g + 1) * size; c++) {
            o.scale[c] = inverse * weight[c];
            o.shift[c] = bias[c] - o.mean[c] * o.scale[c];
        }
    }
    ck_parallel(blocks, blocks_a_thread, apply_to_blocks, &o);
    free(memory);
    return 0;
}
