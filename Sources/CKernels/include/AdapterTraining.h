#ifndef AdapterTraining_h
#define AdapterTraining_h

#include <stdint.h>

/// The passes between the matrix products of training an adapter: forward, backward and the optimiser.
///
/// As in CKernels.h, every routine gives the same bits at any thread count: sums that cross rows are made of
/// blocks of 64 rows, which are added in order.

/// Which hidden channels a step drops, from a counter instead of a stored mask: any part of the mask can be made
/// again at any time. A row's channels come in groups of 128. Group g of row r takes the 16 blocks of Philox4x32-10
/// with the counters ((r · groups + g) · 16 + b, … >> 32, time, purpose), b = 0…15, under `key`; channel
/// (2 · word + half) · 16 + b of the group has that half (0 the lower) of that word of block b, and is dropped where
/// those 16 bits are below `threshold`. What stays is multiplied by `scale`.
typedef struct {
    uint32_t key[2], time, purpose;
    /// 65536 times the share that is dropped; 0 draws nothing.
    uint32_t threshold;
    /// 1 / (1 - share)
    float scale;
    /// The batch's row that the call's first row is.
    int64_t first_row;
} ck_dropout;

/// The factors, 0 or `scale`, of rows [first_row, first_row + rows).
void ck_dropout_factors(ck_dropout dropout, float *factors, int64_t rows, int64_t channels);

/// u += bias; h = dropout(gelu(u)).
void ck_bias_gelu_dropout(float *u, const float *bias, ck_dropout dropout, float *h, int64_t rows, int64_t channels);
/// From u as above and the gradient with respect to h: d becomes the gradient with respect to u, and u becomes h.
void ck_gelu_dropout_backward(float *u, float *d, ck_dropout dropout, int64_t rows, int64_t channels);

/// y = x + bias, each row; x and y may be the same.
void ck_add_bias(const float *x, const float *bias, float *y, int64_t rows, int64_t channels);
/// y += scale · x
void ck_add_scaled(const float *x, float scale, float *y, int64_t count);
/// sums += the sum of all rows. Returns 0, or -1 when memory ran out.
int ck_add_column_sums(const float *x, float *sums, int64_t rows, int64_t channels);

/// The backward pass of ck_layer_norm from its input x and the gradient d of its output: its gradient is added to dx
/// where `accumulate` is not 0, else written to it; those of weight and bias are added to dweight and dbias.
/// Returns 0, or -1 when memory ran out.
int ck_layer_norm_backward(const float *x, const float *weight, float epsilon, const float *d, int accumulate,
                           float *dx, float *dweight, float *dbias, int64_t rows, int64_t channels);

/// y = x / max(|x|, 1e-12), each row, with those inverse lengths; x and y may be the same.
void ck_normalize_rows(const float *x, float *y, float *inverse_lengths, int64_t rows, int64_t channels);
/// From the output y and inverse lengths of the above, d: the gradient with respect to y becomes that to x.
void ck_normalize_rows_backward(const float *y, const float *inverse_lengths, const float *d, float *dx,
                                int64_t rows, int64_t channels);

/// y = weights · a + (1 - weights) · b, one weight a row; y may be a or b.
void ck_mix_rows(const float *a, const float *b, const float *weights, float *y, int64_t rows, int64_t channels);

/// One step of AdamW (Loshchilov & Hutter, arXiv 1711.05101) in the form of torch.optim.AdamW.
typedef struct {
    float learning_rate, beta1, beta2, epsilon, weight_decay;
    /// 1 - betaⁿ of this step, the n-th.
    float correction1, correction2;
    /// Decay of the running average of the parameters; used where `average` is given.
    float average_decay;
} ck_adamw;

/// Updates parameters p, moments m and v and, unless NULL, the running average of p; leaves the gradient g zero.
void ck_adamw_step(ck_adamw settings, float *p, float *g, float *m, float *v, float *average, int64_t count);

#endif
