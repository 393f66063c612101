#ifndef ContrastiveLoss_h
#define ContrastiveLoss_h

#include <stdint.h>

/// The element-wise parts of contrastive losses over tiles of a similarity matrix s = x · yᵀ of unit rows.
///
/// A tile is [rows, columns] with `stride` floats from row to row. `diagonal` is the column of the tile in which its
/// first row meets itself, so that row i meets itself in column i + diagonal, when that lies inside the tile.
/// Every routine gives the same bits at any thread count: threads share out whole rows or whole columns. Sums over a
/// batch are kept in double; the few logarithms a row takes at the end are libm's, in double.

/// How a row or column of similarities stands to its softmax at a temperature.
typedef struct {
    /// Largest similarity so far, the positive's own excepted; once closed, the largest of all.
    float *maxima;
    /// Sum of exp((s - maximum) / temperature), the positive's own excepted.
    double *sums;
    /// Once closed: one over the sum with the positive in it.
    float *inverse_sums;
    /// Once closed: the share of the softmax that is not the positive's, 1 - p.
    float *misses;
} ck_softmax_lines;

/// Puts `count` lines at their start.
void ck_softmax_open(ck_softmax_lines lines, int64_t count);
/// Takes a tile into its rows and columns. The diagonal moves into `positives`, one a row, and is lost in the tile.
void ck_softmax_add(float *s, int64_t stride, int64_t rows, int64_t columns, int64_t diagonal,
                    float inverse_temperature, ck_softmax_lines of_rows, ck_softmax_lines of_columns,
                    float *positives);
/// Ends the sums; returns the sum over the lines of -log p, p the positive's share of its softmax. Both are computed
/// from the odds of the others against the positive, so that neither loses its digits when p is close to 1.
double ck_softmax_close(ck_softmax_lines lines, const float *positives, double inverse_temperature, int64_t count);
/// s = p of its row + p of its column, and that minus 2 on the diagonal: the gradient of both lines' -log p with
/// respect to s, times the temperature.
void ck_softmax_weigh(float *s, int64_t stride, int64_t rows, int64_t columns, int64_t diagonal,
                      float inverse_temperature, ck_softmax_lines of_rows, ck_softmax_lines of_columns);

/// -log sigmoid(z · (scale · s + bias)) with z = 1 where the labels of row and column are equal, else -1.
/// Adds each row's losses to `losses` and its gradients with respect to the logit to `slopes`; s becomes these.
void ck_sigmoid_loss(float *s, int64_t stride, int64_t rows, int64_t columns, const int32_t *row_labels,
                     const int32_t *column_labels, float scale, float bias, double *losses, double *slopes);

/// y += scale · (x - the mean of x over the rows of the same group). `groups` says the group of each row and `shares`
/// [group_count] one over the number of its rows; `means` is [group_count, channels] of scratch.
void ck_add_group_deviations(const float *x, const int32_t *groups, const float *shares, int64_t rows,
                             int64_t channels, int64_t group_count, float scale, float *means, float *y);

/// Σ a · b
double ck_dot(const float *a, const float *b, int64_t count);

/// y = softmax(scale · x) of each row of [rows, columns]; x and y may be the same.
void ck_softmax_rows(const float *x, float scale, float *y, int64_t rows, int64_t columns);
/// The gradient with respect to scale · x, from the softmax y and the gradient g with respect to it, into g.
void ck_softmax_rows_backward(const float *y, float *g, int64_t rows, int64_t columns);
/// The Jensen–Shannon divergence ½ KL(p ‖ m) + ½ KL(q ‖ m) of each row, in nats, with m = ½ (p + q) and p, q > 0;
/// g = weight · its gradient with respect to q.
void ck_jensen_shannon(const float *p, const float *q, float weight, float *g, double *divergences,
                       int64_t rows, int64_t columns);

#endif
