#include "CKernels.h"
#include "Parallel.h"
#include "Transcendental.h"

enum { grain = 1 << 15 };

typedef struct {
    const float *a, *b;
    float *y;
    float scale, offset;
} Operands;

#define CK_LOOP(name, expression)                                                   \
    CK_DISPATCHED static void name(void *opaque, int64_t begin, int64_t end) {      \
        const Operands *o = opaque;                                                 \
        const float *restrict a = o->a;                                             \
        const float *restrict b = o->b;                                             \
        float *y = o->y;                                                            \
        const float scale = o->scale, offset = o->offset;                           \
        (void)b, (void)scale, (void)offset;                                         \
        for (int64_t i = begin; i < end; i++) y[i] = (expression);                  \
    }

CK_LOOP(add, a[i] + b[i])
CK_LOOP(subtract, a[i] - b[i])
CK_LOOP(scale_offset, a[i] * scale + offset)
CK_LOOP(add_relu, a[i] + b[i] > 0 ? a[i] + b[i] : 0)
CK_LOOP(relu, a[i] > 0 ? a[i] : 0)
CK_LOOP(relu6, a[i] > 6 ? 6 : a[i] > 0 ? a[i] : 0)
CK_LOOP(gelu, 0.5f * a[i] * (1.0f + ck_erf_of(a[i] * 0.70710678118654752f)))
CK_LOOP(gelu_tanh, 0.5f * a[i] * (1.0f + ck_tanh_of(0.79788456080286536f * (a[i] + 0.044715f * a[i] * a[i] * a[i]))))
CK_LOOP(quick_gelu, a[i] * ck_sigmoid_of(1.702f * a[i]))
CK_LOOP(silu, a[i] * ck_sigmoid_of(a[i]))
CK_LOOP(sigmoid, ck_sigmoid_of(a[i]))
CK_LOOP(hard_swish, a[i] <= -3 ? 0 : a[i] >= 3 ? a[i] : a[i] * (a[i] + 3) / 6)

static void run(ck_range_body body, const float *a, const float *b, float scale, float offset, float *y, int64_t count) {
    Operands operands = {a, b, y, scale, offset};
    ck_parallel(count, grain, body, &operands);
}

void ck_activate(ck_activation activation, const float *x, float *y, int64_t count) {
    static const ck_range_body bodies[] = {relu, relu6, gelu, gelu_tanh, quick_gelu, silu, sigmoid, hard_swish};
    run(bodies[activation], x, 0, 0, 0, y, count);
}

void ck_add(const float *a, const float *b, float *y, int64_t count) { run(add, a, b, 0, 0, y, count); }
void ck_add_relu(const float *a, const float *b, float *y, int64_t count) { run(add_relu, a, b, 0, 0, y, count); }
void ck_subtract(const float *a, const float *b, float *y, int64_t count) { run(subtract, a, b, 0, 0, y, count); }
void ck_scale(const float *a, float scale, float offset, float *y, int64_t count) {
    run(scale_offset, a, 0, scale, offset, y, count);
}

typedef struct {
    const float *x, *u, *v;
    float *y;
    int64_t channels;
} Rows;

CK_DISPATCHED static void modulate(void *opaque, int64_t begin, int64_t end) {
    const Rows *o = opaque;
    for (int64_t row = begin; row < end; row++) {
        const float *restrict x = o->x + row * o->channels;
        const float *restrict shift = o->u;
        const float *restrict scale = o->v;
        float *y = o->y + row * o->channels;
        for (int64_t c = 0; c < o->channels; c++) y[c] = x[c] * (1.0f + scale[c]) + shift[c];
    }
}

CK_DISPATCHED static void gated_add(void *opaque, int64_t begin, int64_t end) {
    const Rows *o = opaque;
    for (int64_t row = begin; row < end; row++) {
        const float *restrict x = o->x + row * o->channels;
        const float *restrict branch = o->u + row * o->channels;
        const float *restrict gate = o->v;
        float *y = o->y + row * o->channels;
        for (int64_t c = 0; c < o->channels; c++) y[c] = x[c] + gate[c] * branch[c];
    }
}

void ck_modulate(const float *x, const float *shift, const float *scale, float *y, int64_t rows, int64_t channels) {
    Rows o = {x, shift, scale, y, channels};
    ck_parallel(rows, 1 + grain / (channels + 1), modulate, &o);
}

void ck_gated_add(const float *x, const float *branch, const float *gate, float *y, int64_t rows, int64_t channels) {
    Rows o = {x, branch, gate, y, channels};
    ck_parallel(rows, 1 + grain / (channels + 1), gated_add, &o);
}

CK_DISPATCHED static void gelu_gate(void *opaque, int64_t begin, int64_t end) {
    const Rows *o = opaque;
    for (int64_t row = begin; row < end; row++) {
        const float *restrict x = o->x + row * 2 * o->channels;
        const float *restrict gate = x + o->channels;
        float *y = o->y + row * o->channels;
        for (int64_t c = 0; c < o->channels; c++)
            y[c] = x[c] * 0.5f * gate[c] * (1.0f + ck_erf_of(gate[c] * 0.70710678118654752f));
    }
}

void ck_gelu_gate(const float *x, float *y, int64_t rows, int64_t channels) {
    Rows o = {x, 0, 0, y, channels};
    ck_parallel(rows, 1 + grain / (channels + 1), gelu_gate, &o);
}

CK_DISPATCHED static void silu_gate(void *opaque, int64_t begin, int64_t end) {
    const Rows *o = opaque;
    for (int64_t row = begin; row < end; row++) {
        const float *restrict x = o->x + row * 2 * o->channels;
        const float *restrict other = x + o->channels;
        float *y = o->y + row * o->channels;
        for (int64_t c = 0; c < o->channels; c++) y[c] = x[c] * ck_sigmoid_of(x[c]) * other[c];
    }
}

void ck_silu_gate(const float *x, float *y, int64_t rows, int64_t channels) {
    Rows o = {x, 0, 0, y, channels};
    ck_parallel(rows, 1 + grain / (channels + 1), silu_gate, &o);
}
