#include "CKernels.h"
#include "Parallel.h"
#include "Transcendental.h"

#include <float.h>
#include <math.h>

/// Columns are taken in blocks of `width` and their rows in blocks of `height`, which together fill half of a
/// first-level cache: the maxima bring a block in and the sums find it there.
enum { lanes = 16, width = 64, height = 128, fewest_rows = 16 };

typedef struct {
    float *s;
    int64_t stride, rows, columns, diagonal;
    float inverse_temperature;
    ck_softmax_lines of_rows, of_columns;
    float *positives;
} Tile;

void ck_softmax_open(ck_softmax_lines lines, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        lines.maxima[i] = -FLT_MAX;
        lines.sums[i] = 0;
    }
}

CK_INLINE float row_maximum(const float *restrict s, int64_t count, float least) {
    float most[lanes];
    for (int l = 0; l < lanes; l++) most[l] = least;
    int64_t j = 0;
    for (; j + lanes <= count; j += lanes)
        for (int l = 0; l < lanes; l++) most[l] = s[j + l] > most[l] ? s[j + l] : most[l];
    for (int l = 0; j < count; j++, l++) most[l] = s[j] > most[l] ? s[j] : most[l];
    for (int half = lanes / 2; half; half /= 2)
        for (int l = 0; l < half; l++) most[l] = most[l + half] > most[l] ? most[l + half] : most[l];
    return most[0];
}

/// Σ exp((s - maximum) · inverse) in sixteen fixed lanes.
CK_INLINE float row_sum(const float *restrict s, int64_t count, float maximum, float inverse) {
    float sums[lanes] = {0};
    int64_t j = 0;
    for (; j + lanes <= count; j += lanes)
        for (int l = 0; l < lanes; l++) sums[l] += ck_exp_of_negative((s[j + l] - maximum) * inverse);
    for (int l = 0; j < count; j++, l++) sums[l] += ck_exp_of_negative((s[j] - maximum) * inverse);
    for (int half = lanes / 2; half; half /= 2)
        for (int l = 0; l < half; l++) sums[l] += sums[l + half];
    return sums[0];
}

/// The online softmax of Milakov & Gimelshein (arXiv 1805.02867), a tile's row at a time.
CK_DISPATCHED static void add_rows(void *opaque, int64_t begin, int64_t end) {
    const Tile *o = opaque;
    for (int64_t i = begin; i < end; i++) {
        float *s = o->s + i * o->stride;
        const int64_t own = i + o->diagonal;
        if (own >= 0 && own < o->columns) {
            o->positives[i] = s[own];
            s[own] = -FLT_MAX;
        }
        const float before = o->of_rows.maxima[i], most = row_maximum(s, o->columns, before);
        const double sum = row_sum(s, o->columns, most, o->inverse_temperature);
        o->of_rows.sums[i] = o->of_rows.sums[i] * ck_exp_of_negative((before - most) * o->inverse_temperature) + sum;
        o->of_rows.maxima[i] = most;
    }
}

/// The same for `count` columns over some rows.
CK_INLINE void add_column_block(const Tile *o, const float *s, int64_t rows, int64_t first, int64_t count) {
    float *restrict maxima = o->of_columns.maxima + first;
    double *restrict totals = o->of_columns.sums + first;
    float most[width], sums[width] = {0};
    for (int64_t j = 0; j < count; j++) most[j] = maxima[j];
    for (int64_t i = 0; i < rows; i++) {
        const float *restrict row = s + i * o->stride;
        for (int64_t j = 0; j < count; j++) most[j] = row[j] > most[j] ? row[j] : most[j];
    }
    for (int64_t i = 0; i < rows; i++) {
        const float *restrict row = s + i * o->stride;
        for (int64_t j = 0; j < count; j++) sums[j] += ck_exp_of_negative((row[j] - most[j]) * o->inverse_temperature);
    }
    for (int64_t j = 0; j < count; j++) {
        totals[j] = totals[j] * ck_exp_of_negative((maxima[j] - most[j]) * o->inverse_temperature) + sums[j];
        maxima[j] = most[j];
    }
}

CK_DISPATCHED static void add_columns(void *opaque, int64_t begin, int64_t end) {
    const Tile *o = opaque;
    for (int64_t block = begin; block < end; block++) {
        const int64_t first = block * width, left = o->columns - first;
        for (int64_t i = 0; i < o->rows; i += height) {
            const int64_t rows = o->rows - i < height ? o->rows - i : height;
            const float *s = o->s + i * o->stride + first;
            // A constant count lets the whole blocks stay in registers.
            if (left >= width) add_column_block(o, s, rows, first, width);
            else add_column_block(o, s, rows, first, left);
        }
    }
}

void ck_softmax_add(float *s, int64_t stride, int64_t rows, int64_t columns, int64_t diagonal,
                    float inverse_temperature, ck_softmax_lines of_rows, ck_softmax_lines of_columns,
                    float *positives) {
    Tile o = {s, stride, rows, columns, diagonal, inverse_temperature, of_rows, of_columns, positives};
    ck_parallel(rows, fewest_rows, add_rows, &o);
    ck_parallel((columns + width - 1) / width, 1, add_columns, &o);
}

double ck_softmax_close(ck_softmax_lines lines, const float *positives, double inverse_temperature, int64_t count) {
    double loss = 0;
    for (int64_t i = 0; i < count; i++) {
        const double positive = positives[i], others = lines.maxima[i];
        // Logarithm of the odds of the others against the positive.
        const double odds = log(lines.sums[i]) + (others - positive) * inverse_temperature;
        loss += odds > 0 ? odds + log1p(exp(-odds)) : log1p(exp(odds));
        lines.misses[i] = (float)(1 / (1 + exp(-odds)));
        const double most = others > positive ? others : positive;
        lines.inverse_sums[i] = (float)(1 / (lines.sums[i] * exp((others - most) * inverse_temperature) +
                                             exp((positive - most) * inverse_temperature)));
        lines.maxima[i] = (float)most;
    }
    return loss;
}

CK_DISPATCHED static void weigh_rows(void *opaque, int64_t begin, int64_t end) {
    const Tile *o = opaque;
    const float inverse = o->inverse_temperature;
    const float *restrict maxima = o->of_columns.maxima;
    const float *restrict inverse_sums = o->of_columns.inverse_sums;
    for (int64_t i = begin; i < end; i++) {
        float *restrict s = o->s + i * o->stride;
        const float most = o->of_rows.maxima[i], share = o->of_rows.inverse_sums[i];
        for (int64_t j = 0; j < o->columns; j++)
            s[j] = ck_exp_of_negative((s[j] - most) * inverse) * share +
                   ck_exp_of_negative((s[j] - maxima[j]) * inverse) * inverse_sums[j];
        const int64_t own = i + o->diagonal;
        if (own >= 0 && own < o->columns) s[own] = -(o->of_rows.misses[i] + o->of_columns.misses[own]);
    }
}

void ck_softmax_weigh(float *s, int64_t stride, int64_t rows, int64_t columns, int64_t diagonal,
                      float inverse_temperature, ck_softmax_lines of_rows, ck_softmax_lines of_columns) {
    Tile o = {s, stride, rows, columns, diagonal, inverse_temperature, of_rows, of_columns, 0};
    ck_parallel(rows, fewest_rows, weigh_rows, &o);
}
