#include "CKernels.h"
#include "Parallel.h"
#include "Transcendental.h"

#include <math.h>

enum { grain = 1 << 14, group = 128, blocks_a_group = 16 };

/// Sixteen blocks of Philox4x32-10 (Salmon et al., SC 2011) side by side, as factors of one group of channels.
CK_INLINE void group_factors(const ck_dropout *o, uint64_t first_block, float *restrict factors) {
    uint32_t a[blocks_a_group], b[blocks_a_group], c[blocks_a_group], d[blocks_a_group];
    for (int l = 0; l < blocks_a_group; l++) {
        a[l] = (uint32_t)first_block + (uint32_t)l;
        b[l] = (uint32_t)(first_block >> 32);
        c[l] = o->time;
        d[l] = o->purpose;
    }
    uint32_t k0 = o->key[0], k1 = o->key[1];
    for (int round = 0; round < 10; round++) {
        for (int l = 0; l < blocks_a_group; l++) {
            const uint64_t first = (uint64_t)a[l] * 0xD2511F53u, second = (uint64_t)c[l] * 0xCD9E8D57u;
            a[l] = (uint32_t)(second >> 32) ^ b[l] ^ k0;
            b[l] = (uint32_t)second;
            c[l] = (uint32_t)(first >> 32) ^ d[l] ^ k1;
            d[l] = (uint32_t)first;
        }
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    const uint32_t *words[] = {a, b, c, d};
    for (int w = 0; w < 4; w++)
        for (int l = 0; l < blocks_a_group; l++) {
            factors[2 * w * blocks_a_group + l] = (words[w][l] & 0xFFFF) < o->threshold ? 0 : o->scale;
            factors[(2 * w + 1) * blocks_a_group + l] = words[w][l] >> 16 < o->threshold ? 0 : o->scale;
        }
}

typedef struct {
    ck_dropout dropout;
    float *u, *h;
    const float *bias;
    int64_t channels;
} Hidden;

/// The factors of a row's group that begins at channel `c`.
CK_INLINE void factors_at(const Hidden *o, int64_t row, int64_t c, float *restrict factors) {
    if (!o->dropout.threshold) {
        for (int i = 0; i < group; i++) factors[i] = 1;
        return;
    }
    const uint64_t groups = (uint64_t)(o->channels + group - 1) / group;
    const uint64_t number = (uint64_t)(o->dropout.first_row + row) * groups + (uint64_t)c / group;
    group_factors(&o->dropout, number * blocks_a_group, factors);
}

CK_INLINE int64_t group_length(const Hidden *o, int64_t c) { return o->channels - c < group ? o->channels - c : group; }

CK_DISPATCHED static void write_factors(void *opaque, int64_t begin, int64_t end) {
    const Hidden *o = opaque;
    for (int64_t row = begin; row < end; row++)
        for (int64_t c = 0; c < o->channels; c += group) {
            const int64_t count = group_length(o, c);
            float factors[group];
            factors_at(o, row, c, factors);
            float *restrict h = o->h + row * o->channels + c;
            for (int64_t i = 0; i < count; i++) h[i] = factors[i];
        }
}

CK_INLINE float normal_cdf(float x) { return 0.5f * (1.0f + ck_erf_of(x * 0.70710678118654752f)); }

CK_DISPATCHED static void gelu_forward(void *opaque, int64_t begin, int64_t end) {
    const Hidden *o = opaque;
    for (int64_t row = begin; row < end; row++)
        for (int64_t c = 0; c < o->channels; c += group) {
            const int64_t count = group_length(o, c);
            float factors[group];
            factors_at(o, row, c, factors);
            float *restrict u = o->u + row * o->channels + c;
            float *restrict h = o->h + row * o->channels + c;
            const float *restrict bias = o->bias + c;
            for (int64_t i = 0; i < count; i++) {
                const float x = u[i] + bias[i];
                u[i] = x;
                h[i] = x * normal_cdf(x) * factors[i];
            }
        }
}

CK_DISPATCHED static void gelu_backward(void *opaque, int64_t begin, int64_t end) {
    const Hidden *o = opaque;
    for (int64_t row = begin; row < end; row++)
        for (int64_t c = 0; c < o->channels; c += group) {
            const int64_t count = group_length(o, c);
            float factors[group];
            factors_at(o, row, c, factors);
            float *restrict u = o->u + row * o->channels + c;
            float *restrict d = o->h + row * o->channels + c;
            for (int64_t i = 0; i < count; i++) {
                const float x = u[i], cdf = normal_cdf(x);
                const float density = 0.39894228040143268f * ck_exp(-0.5f * x * x);
                u[i] = x * cdf * factors[i];
                d[i] *= (cdf + x * density) * factors[i];
            }
        }
}

static int64_t row_grain(int64_t channels) { return 1 + grain / (channels + 1); }

void ck_dropout_factors(ck_dropout dropout, float *factors, int64_t rows, int64_t channels) {
    Hidden o = {dropout, 0, factors, 0, channels};
    ck_parallel(rows, row_grain(channels), write_factors, &o);
}

void ck_bias_gelu_dropout(float *u, const float *bias, ck_dropout dropout, float *h, int64_t rows, int64_t channels) {
    Hidden o = {dropout, u, h, bias, channels};
    ck_parallel(rows, row_grain(channels), gelu_forward, &o);
}

void ck_gelu_dropout_backward(float *u, float *d, ck_dropout dropout, int64_t rows, int64_t channels) {
    Hidden o = {dropout, u, d, 0, channels};
    ck_parallel(rows, row_grain(channels), gelu_backward, &o);
}

typedef struct {
    const float *a, *b, *weights;
    float *y;
    int64_t channels;
} Rows;

CK_DISPATCHED static void add_bias(void *opaque, int64_t begin, int64_t end) {
    const Rows *o = opaque;
    const float *restrict bias = o->b;
    for (int64_t row = begin; row < end; row++) {
        const float *x = o->a + row * o->channels;
        float *y = o->y + row * o->channels;
        for (int64_t c = 0; c < o->channels; c++) y[c] = x[c] + bias[c];
    }
}

CK_DISPATCHED static void mix_rows(void *opaque, int64_t begin, int64_t end) {
    const Rows *o = opaque;
    for (int64_t row = begin; row < end; row++) {
        const float weight = o->weights[row], rest = 1.0f - weight;
        const float *a = o->a + row * o->channels, *b = o->b + row * o->channels;
        float *y = o->y + row * o->channels;
        for (int64_t c = 0; c < o->channels; c++) y[c] = weight * a[c] + rest * b[c];
    }
}

void ck_add_bias(const float *x, const float *bias, float *y, int64_t rows, int64_t channels) {
    Rows o = {x, bias, 0, y, channels};
    ck_parallel(rows, row_grain(channels), add_bias, &o);
}

void ck_mix_rows(const float *a, const float *b, const float *weights, float *y, int64_t rows, int64_t channels) {
    Rows o = {a, b, weights, y, channels};
    ck_parallel(rows, row_grain(channels), mix_rows, &o);
}

CK_DISPATCHED static void add_scaled(void *opaque, int64_t begin, int64_t end) {
    const Rows *o = opaque;
    const float scale = *o->weights;
    for (int64_t i = begin; i < end; i++) o->y[i] += scale * o->a[i];
}

void ck_add_scaled(const float *x, float scale, float *y, int64_t count) {
    Rows o = {x, 0, &scale, y, 1};
    ck_parallel(count, grain, add_scaled, &o);
}

typedef struct {
    ck_adamw settings;
    float *p, *g, *m, *v, *average;
} Optimiser;

CK_DISPATCHED static void adamw(void *opaque, int64_t begin, int64_t end) {
    const Optimiser *o = opaque;
    const ck_adamw s = o->settings;
    float *restrict p = o->p, *restrict g = o->g, *restrict m = o->m, *restrict v = o->v;
    const float keep = 1.0f - s.learning_rate * s.weight_decay, step = s.learning_rate / s.correction1;
    const float root = 1.0f / sqrtf(s.correction2);
    for (int64_t i = begin; i < end; i++) {
        const float gradient = g[i];
        const float first = m[i] + (gradient - m[i]) * (1.0f - s.beta1);
        const float second = v[i] * s.beta2 + (1.0f - s.beta2) * gradient * gradient;
        p[i] = p[i] * keep - step * first / (sqrtf(second) * root + s.epsilon);
        m[i] = first;
        v[i] = second;
        g[i] = 0;
    }
    if (!o->average) return;
    float *restrict average = o->average;
    for (int64_t i = begin; i < end; i++) average[i] += (p[i] - average[i]) * (1.0f - s.average_decay);
}

/// A piece stays in the second-level cache, so that the running average finds the parameters there.
enum { piece = 1 << 13 };

typedef struct {
    Optimiser optimiser;
    int64_t count;
} Pieces;

static void adamw_pieces(void *opaque, int64_t begin, int64_t end) {
    Pieces *o = opaque;
    for (int64_t i = begin; i < end; i++) {
        const int64_t last = (i + 1) * piece;
        adamw(&o->optimiser, i * piece, last < o->count ? last : o->count);
    }
}

void ck_adamw_step(ck_adamw settings, float *p, float *g, float *m, float *v, float *average, int64_t count) {
    Pieces o = {{settings, p, g, m, v, average}, count};
    ck_parallel((count + piece - 1) / piece, 4, adamw_pieces, &o);
}
