#ifndef CKernels_h
#define CKernels_h

#include "AdapterTraining.h"

#include <stdint.h>

#include "ContrastiveLoss.h"

/// Element-wise loops, normalisations and fused attention over plain float buffers.
///
/// Every routine gives the same bits at any thread count: threads share out whole rows,
/// and no sum crosses a row, except group_norm's, which adds fixed blocks in a fixed order.
/// exp, tanh and erf are polynomials of our own: libm's stay scalar and vary by version.
/// Counts are non-negative and have been checked by the caller.

typedef enum {
    ck_relu, ck_relu6, ck_gelu, ck_gelu_tanh, ck_quick_gelu, ck_silu, ck_sigmoid, ck_hard_swish
} ck_activation;

/// y = activation(x); x and y may be the same.
void ck_activate(ck_activation activation, const float *x, float *y, int64_t count);

void ck_add(const float *a, const float *b, float *y, int64_t count);
/// y = max(a + b, 0)
void ck_add_relu(const float *a, const float *b, float *y, int64_t count);
void ck_subtract(const float *a, const float *b, float *y, int64_t count);
/// y = a * scale + offset
void ck_scale(const float *a, float scale, float offset, float *y, int64_t count);

/// y = x * (1 + scale) + shift, with scale and shift [channels] for the whole of x [rows, channels].
void ck_modulate(const float *x, const float *shift, const float *scale, float *y, int64_t rows, int64_t channels);
/// y = x + gate * branch, with gate [channels] for the whole of x and branch [rows, channels].
void ck_gated_add(const float *x, const float *branch, const float *gate, float *y, int64_t rows, int64_t channels);

/// y = x's first half times GELU of its second, row by row: x is [rows, 2 · channels], y [rows, channels].
void ck_gelu_gate(const float *x, float *y, int64_t rows, int64_t channels);
/// y = SiLU of x's first half times its second, with shapes alike.
void ck_silu_gate(const float *x, float *y, int64_t rows, int64_t channels);

/// Layer normalisation of each row; weight and bias [channels] or NULL.
void ck_layer_norm(const float *x, const float *weight, const float *bias, float epsilon,
                   float *y, int64_t rows, int64_t channels);
/// x / sqrt(mean(x²) + epsilon) · weight of each row; weight [channels].
void ck_rms_norm(const float *x, const float *weight, float epsilon, float *y, int64_t rows, int64_t channels);
/// Group normalisation of one picture [pixels, channels]; `silu` applies x·sigmoid(x) afterwards.
/// Returns 0, or -1 when memory ran out.
int ck_group_norm(const float *x, const float *weight, const float *bias, float epsilon, int silu,
                  float *y, int64_t pixels, int64_t channels, int64_t groups);

/// softmax(q·kᵀ / sqrt(head_size) + bias) · v for each head of one item, with no score matrix in memory.
/// q and y are [queries, heads · head_size], k and v [keys, heads · head_size]; keys ≥ 1.
/// bias is [heads, queries, keys], or NULL for none.
/// With `causal`, a query sees the keys up to its own place only, and the queries are as many as the keys.
/// Returns 0, or -1 when memory ran out.
int ck_attention(const float *q, const float *k, const float *v, const float *bias, float *y,
                 int64_t queries, int64_t keys, int64_t heads, int64_t head_size, int causal);

/// Nearest-neighbour enlargement by two of one picture [height, width, channels].
void ck_upsample_nearest(const float *x, float *y, int64_t height, int64_t width, int64_t channels);
/// Every second pixel of every second row of y [2 · height, 2 · width, channels], from those at `row` and `column` (0 or
/// 1 each) on, becomes that of x [height, width, channels].
void ck_place_phase(const float *x, float *y, int64_t height, int64_t width, int64_t channels, int64_t row,
                    int64_t column);

/// Copies x [rows, channels] into rows of `stride` floats.
void ck_place_columns(const float *x, float *y, int64_t rows, int64_t channels, int64_t stride);

void ck_float16_to_float32(const uint16_t *x, float *y, int64_t count);
void ck_bfloat16_to_float32(const uint16_t *x, float *y, int64_t count);
/// Whether every float is finite: neither infinite nor NaN.
int ck_all_finite(const float *x, int64_t count);
/// The same of floats of 16 bits, whose exponent are the bits of `exponent`.
int ck_all_finite16(const uint16_t *x, uint16_t exponent, int64_t count);
/// Rounds to nearest, ties to even.
void ck_float32_to_float16(const float *x, uint16_t *y, int64_t count);

#endif
