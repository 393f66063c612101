#include "CKernels.h"
#include "Parallel.h"
#include "Transcendental.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

/// Keys a tile: its slice of transposed keys stays in the second-level cache.
enum { tile = 128 };

typedef struct {
    const float *q, *k, *v, *bias;
    float *y;
    int64_t queries, keys, heads, size, rows_a_task, tasks_a_head;
    float scale;
    int causal;
    atomic_int failed;
} Attention;

/// Rows of one head whose products go together, so that a key or value is fetched once for all of them.
enum { block = 4 };

/// Scores of a block of queries, scaled and transposed to [size, block], against `width` keys of a tile that lies
/// transposed, [size, tile].
CK_INLINE void score_strip(const float *restrict q, const float *restrict keys, int64_t size, float *restrict s,
                           const int width) {
    float sums[block][32] = {{0}};
    for (int64_t d = 0; d < size; d++)
        for (int i = 0; i < block; i++)
            for (int j = 0; j < width; j++) sums[i][j] += q[d * block + i] * keys[d * tile + j];
    for (int i = 0; i < block; i++)
        for (int j = 0; j < width; j++) s[i * tile + j] = sums[i][j];
}

/// Takes `count` scores of one query into its running maximum and denominator: the online softmax of Milakov & Gimelshein
/// (arXiv 1805.02867), tiled as in FlashAttention (arXiv 2205.14135). Returns what the numerator so far shrinks by; the
/// scores become their weights, those from `count` on 0.
CK_INLINE float weigh(float *restrict s, int64_t count, float *restrict maximum, float *restrict denominator) {
    float greatest[16], sums[16] = {0};
    for (int64_t j = count; j < tile; j++) s[j] = -INFINITY;
    for (int l = 0; l < 16; l++) greatest[l] = *maximum;
    for (int64_t j = 0; j < tile; j += 16)
        for (int l = 0; l < 16; l++) greatest[l] = s[j + l] > greatest[l] ? s[j + l] : greatest[l];
    float most = *maximum;
    for (int l = 0; l < 16; l++) most = greatest[l] > most ? greatest[l] : most;
    const float shrink = ck_exp(*maximum - most);
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
    return shrink;
}

/// Adds `width` channels of `count` weighed values to the numerators of a block, y.
CK_INLINE void gather_strip(const float *restrict s, const float *restrict shrink, int64_t count,
                            const float *restrict v, int64_t stride, float *const *y, int64_t d, const int width) {
    float sums[block][32];
    for (int i = 0; i < block; i++)
        for (int l = 0; l < width; l++) sums[i][l] = y[i][d + l] * shrink[i];
    for (int64_t j = 0; j < count; j++)
        for (int i = 0; i < block; i++)
            for (int l = 0; l < width; l++) sums[i][l] += s[i * tile + j] * v[j * stride + d + l];
    for (int i = 0; i < block; i++)
        for (int l = 0; l < width; l++) y[i][d + l] = sums[i][l];
}

CK_INLINE void gather(const float *restrict s, const float *restrict shrink, int64_t count, const float *restrict v,
                      int64_t stride, int64_t size, float *const *y) {
    int64_t d = 0;
    for (; d + 32 <= size; d += 32) gather_strip(s, shrink, count, v, stride, y, d, 32);
    for (; d + 8 <= size; d += 8) gather_strip(s, shrink, count, v, stride, y, d, 8);
    for (; d < size; d++) gather_strip(s, shrink, count, v, stride, y, d, 1);
}

/// What one thread works with: a tile of transposed keys, the scaled queries of a task, each block transposed, and the
/// scores of a block.
typedef struct {
    float *keys, *q, *s, *spare, *maxima, *denominators;
} Desk;

/// Lays the task's queries out in blocks, [size, block] each; rows that a last block lacks are 0.
CK_INLINE void lay_out_queries(const Attention *o, const float *restrict q, int64_t rows, float *restrict blocks) {
    const int64_t stride = o->heads * o->size;
    for (int64_t row = 0; row < rows; row += block)
        for (int i = 0; i < block; i++)
            for (int64_t d = 0; d < o->size; d++)
                blocks[row * o->size + d * block + i] = row + i < rows ? q[(row + i) * stride + d] * o->scale : 0;
}

/// Lays a tile of `count` keys out transposed, [size, tile]; keys that a last tile lacks are 0. Sixteen keys go together, so
/// that what is written lies in a line.
CK_INLINE void lay_out_keys(const Attention *o, const float *restrict k, int64_t count, float *restrict keys) {
    const int64_t stride = o->heads * o->size;
    for (int64_t j = 0; j < tile; j += 16)
        for (int64_t d = 0; d < o->size; d++)
            for (int64_t l = j; l < j + 16; l++) keys[d * tile + l] = l < count ? k[l * stride + d] : 0;
}

/// Takes a tile of `count` keys into rows [row, row + block) of a task that begins at query `first`.
CK_INLINE void take_tile(const Attention *o, const Desk *desk, int64_t first, int64_t row, int64_t rows, int64_t start,
                         int64_t count, const float *v, const float *bias, float *y) {
    const int64_t stride = o->heads * o->size;
    float *results[block], shrink[block];
    int64_t seen[block], most = 0;
    for (int i = 0; i < block; i++) {
        const int64_t up_to = first + row + i + 1 - start;
        seen[i] = row + i >= rows ? 0 : o->causal && up_to < count ? up_to : count;
        most = seen[i] > most ? seen[i] : most;
        results[i] = row + i < rows ? y + (row + i) * stride : desk->spare;
    }
    if (most <= 0) return;
    const float *q = desk->q + row * o->size;
    for (int j = 0; j < tile; j += 32) score_strip(q, desk->keys + j, o->size, desk->s + j, 32);
    for (int i = 0; i < block; i++) {
        float *s = desk->s + i * tile;
        shrink[i] = 1;
        if (bias && seen[i] > 0)
            for (int64_t j = 0; j < seen[i]; j++) s[j] += bias[(row + i) * o->keys + start + j];
        if (seen[i] > 0) shrink[i] = weigh(s, seen[i], desk->maxima + row + i, desk->denominators + row + i);
        else for (int j = 0; j < tile; j++) s[j] = 0;
    }
    gather(desk->s, shrink, most, v, stride, o->size, results);
}

/// One task: some query rows of one head, against all its keys; of causal attention, against those up to its own place.
CK_DISPATCHED static void attend(void *opaque, int64_t begin, int64_t end) {
    Attention *o = opaque;
    const int64_t stride = o->heads * o->size;
    float *memory = calloc(
        (size_t)(o->size * (tile + o->rows_a_task + 1) + block * tile + 2 * o->rows_a_task), sizeof(float));
    if (!memory) {
        atomic_store(&o->failed, 1);
        return;
    }
    Desk desk = {.keys = memory};
    desk.q = desk.keys + o->size * tile;
    desk.spare = desk.q + o->size * o->rows_a_task;
    desk.s = desk.spare + o->size;
    desk.maxima = desk.s + block * tile;
    desk.denominators = desk.maxima + o->rows_a_task;
    for (int64_t task = begin; task < end; task++) {
        const int64_t head = task / o->tasks_a_head, first = task % o->tasks_a_head * o->rows_a_task;
        const int64_t left = o->queries - first, rows = left < o->rows_a_task ? left : o->rows_a_task;
        const int64_t keys = o->causal && first + rows < o->keys ? first + rows : o->keys;
        const float *bias = o->bias ? o->bias + (head * o->queries + first) * o->keys : 0;
        float *y = o->y + first * stride + head * o->size;
        for (int64_t i = 0; i < rows; i++) {
            desk.maxima[i] = -3.0e38f;
            desk.denominators[i] = 0;
            for (int64_t d = 0; d < o->size; d++) y[i * stride + d] = 0;
        }
        lay_out_queries(o, o->q + first * stride + head * o->size, rows, desk.q);
        for (int64_t start = 0; start < keys; start += tile) {
            const int64_t remaining = keys - start, count = remaining < tile ? remaining : tile;
            lay_out_keys(o, o->k + start * stride + head * o->size, count, desk.keys);
            const float *v = o->v + start * stride + head * o->size;
            for (int64_t row = 0; row < rows; row += block)
                take_tile(o, &desk, first, row, rows, start, count, v, bias, y);
        }
        for (int64_t i = 0; i < rows; i++) {
            const float inverse = 1.0f / desk.denominators[i];
            for (int64_t d = 0; d < o->size; d++) y[i * stride + d] *= inverse;
        }
    }
    free(memory);
}

int ck_attention(const float *q, const float *k, const float *v, const float *bias, float *y,
                 int64_t queries, int64_t keys, int64_t heads, int64_t head_size, int causal) {
    // Enough rows that laying out the keys costs little beside them, few enough that they stay in the second-level cache.
    const int64_t cached = 16384 / head_size / block * block, rows = cached < 64 ? 64 : cached > 256 ? 256 : cached;
    const int64_t tasks = (queries + rows - 1) / rows;
    Attention o = {q, k, v, bias, y, queries, keys, heads, head_size, rows, tasks, 1.0f / sqrtf((float)head_size), causal, 0};
    ck_parallel(heads * tasks, 1, attend, &o);
    return atomic_load(&o.failed) ? -1 : 0;
}
