#ifndef COneDNN_h
#define COneDNN_h

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Linear layers, convolutions and plain products over oneDNN: plain float buffers in and out.
///
/// A layer owns its weights, packed once into the layout that oneDNN asks for, and the primitives
/// it has built so far, one for each input shape. Calls on one layer are serialised by a lock of its own.
/// Every function that can fail writes one sentence into `message` and returns NULL or false.

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    odnn_none, odnn_relu, odnn_relu6, odnn_gelu, odnn_gelu_tanh, odnn_quick_gelu, odnn_silu, odnn_sigmoid,
    odnn_hard_swish
} odnn_activation;

typedef struct odnn_linear odnn_linear;
typedef struct odnn_convolution odnn_convolution;

typedef struct {
    int64_t input_channels, output_channels, groups;
    int64_t kernel_height, kernel_width, stride;
    int64_t pad_top, pad_left, pad_bottom, pad_right;
} odnn_convolution_shape;

enum { odnn_message_size = 256 };

/// Whether the processor multiplies bfloat16 natively (AVX-512 BF16 or later).
bool odnn_has_bfloat16(void);

/// Number of threads that later calls from the calling thread use.
void odnn_set_threads(int count);

/// `weight` is [outputs, inputs], `bias` is [outputs] or NULL; both are copied.
odnn_linear *odnn_linear_create(
    const float *weight, const float *bias, int64_t inputs, int64_t outputs,
    bool bfloat16, odnn_activation activation, char message[odnn_message_size]);
/// y[rows, outputs] = activation(x[rows, inputs] · weightᵀ + bias).
bool odnn_linear_run(
    odnn_linear *layer, const float *x, int64_t rows, float *y, char message[odnn_message_size]);
void odnn_linear_destroy(odnn_linear *layer);

/// `weight` is [outputs, inputs / groups, height, width], `bias` is [outputs] or NULL; both are copied.
odnn_convolution *odnn_convolution_create(
    const float *weight, const float *bias, odnn_convolution_shape shape,
    bool bfloat16, odnn_activation activation, char message[odnn_message_size]);
/// One picture: x is [height, width, inputs], y is [outHeight, outWidth, outputs].
bool odnn_convolution_run(
    odnn_convolution *layer, const float *x, int64_t height, int64_t width, float *y,
    char message[odnn_message_size]);
void odnn_convolution_destroy(odnn_convolution *layer);

/// c[m, n] = alpha · op(a)[m, k] · op(b)[k, n] + beta · c, row-major with lda, ldb, ldc floats from row to row;
/// with beta 0, c is not read. c overlaps neither a nor b.
bool odnn_multiply(
    bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, float alpha,
    const float *a, int64_t lda, const float *b, int64_t ldb, float beta, float *c, int64_t ldc,
    char message[odnn_message_size]);

#ifdef __cplusplus
}
#endif
#endif
