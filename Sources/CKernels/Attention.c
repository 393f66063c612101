#include "CKernels.h"
#include "Parallel.h"
#include "Transcendental.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

/// Keys a tile: its scores and its slice of transposed keys stay in the first-level cache.
enum { tile = 128 };

typedef struct {
    const float *q, *k, *v;
    float *y;
    int64_t queries, keys, heads, size, rows_a_task, tasks_a_head;
    float scale;
    int causal;
    atomic_int failed;
} Attention;

/// Scores of one query against a tile of keys that lies transposed, [size, tile].
CK_INLINE void score(const float *restrict q, const float *restrict keys, int64_t size, float scale, float *restrict s) {
    for (int j = 0; j < tile; j++) s[j] = 0;
    for (int64_t d = 0; d < size; d++) {
        const float qd = q[d] * scale;
        const float *restrict row = keys + d * tile;
        for (int j = 0; j < tile; j++) s[j] += qd * row[j];
    }
}

/// Adds a tile to one query's running (maximum, denominator, numerator): the online softmax of
/// Milakov & Gimelshein (arXiv 1805.02867), tiled as in FlashAttention (arXiv 2205.14135).
CK_INLINE void accumulate(float *restrict s, int64_t count, const float *restrict v, int64_t stride, int64_t size,
                          float *restrict maximum, float *restrict denominator, float *restrict y) {
    float most = *maximum;
    for (int64_t j = 0; j < count; j++) most = s[j] > most ? s[j] : most;
    const float shrink = ck_exp(*maximum - most);
    float sums[16] = {0};
    for (int64_t j = count; j < tile; j++) s[j] = -INFINITY;
    for (int64_t j = 0; j < tile; j += 16)
        for (int l = 0; l < 16; l++) {
            const float e = s[j + l] == -INFINITY ? 0 : ck_exp(s[j + l] - most);
            s[j + l] = e;
            sums[l] += e;
        }
    float sum = 0;
    for (int l = 0; l < 16; l++) sum += sums[l];
    *denominator = *denominator * shrink + sum;
    *maximum = most;
    for (int64_t d = 0; d < size; d++) y[d] *= shrink;
    for (int64_t j = 0; j < count; j++) {
        const float p = s[j];
        const float *restrict row = v + j * stride;
        for (int64_t d = 0; d < size; d++) y[d] += p * row[d];
    }
}

/// One task: some query rows of one head, against all its keys; of causal attention, against those up to its own place.
CK_DISPATCHED static void attend(void *opaque, int64_t begin, int64_t end) {
    Attention *o = opaque;
    const int64_t stride = o->heads * o->size;
    float *keys = malloc(sizeof(float) * (size_t)(o->size * tile + 2 * o->rows_a_task));
    if (!keys) {
        atomic_store(&o->failed, 1);
        return;
    }
    float *maxima = keys + o->size * tile, *denominators = maxima + o->rows_a_task;
    for (int64_t task = begin; task < end; task++) {
        const int64_t head = task / o->tasks_a_head, first = task % o->tasks_a_head * o->rows_a_task;
        const int64_t left = o->queries - first, rows = left < o->rows_a_task ? left : o->rows_a_task;
        const float *q = o->q + first * stride + head * o->size;
        float *y = o->y + first * stride + head * o->size;
        for (int64_t i = 0; i < rows; i++) {
            maxima[i] = -3.0e38f;
            denominators[i] = 0;
            for (int64_t d = 0; d < o->size; d++) y[i * stride + d] = 0;
        }
        for (int64_t start = 0; start < o->keys; start += tile) {
            const int64_t remaining = o->keys - start, count = remaining < tile ? remaining : tile;
            const float *k = o->k + start * stride + head * o->size;
            for (int64_t d = 0; d < o->size; d++)
                for (int64_t j = 0; j < tile; j++) keys[d * tile + j] = j < count ? k[j * stride + d] : 0;
            const float *v = o->v + start * stride + head * o->size;
            for (int64_t i = 0; i < rows; i++) {
                const int64_t up_to = first + i + 1 - start;
                const int64_t seen = o->causal && up_to < count ? up_to : count;
                if (seen <= 0) continue;
                float s[tile];
                score(q + i * stride, keys, o->size, o->scale, s);
                accumulate(s, seen, v, stride, o->size, maxima + i, denominators + i, y + i * stride);
            }
        }
        for (int64_t i = 0; i < rows; i++) {
            const float inverse = 1.0f / denominators[i];
            for (int64_t d = 0; d < o->size; d++) y[i * stride + d] *= inverse;
        }
    }
    free(keys);
}

int ck_attention(const float *q, const float *k, const float *v, float *y,
                 int64_t queries, int64_t keys, int64_t heads, int64_t head_size, int causal) {
    const int64_t rows = 64, tasks = (queries + rows - 1) / rows;
    Attention o = {q, k, v, y, queries, keys, heads, head_size, rows, tasks, 1.0f / sqrtf((float)head_size), causal, 0};
    ck_parallel(heads * tasks, 1, attend, &o);
    return atomic_load(&o.failed) ? -1 : 0;
}
