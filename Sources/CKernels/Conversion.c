#include "CKernels.h"

#include <string.h>

static uint32_t bits_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, 4);
    return bits;
}

static float float_of(uint32_t bits) {
    float x;
    memcpy(&x, &bits, 4);
    return x;
}

/// Written for any processor: F16C is no part of the x86-64 baseline.
void ck_float16_to_float32(const uint16_t *x, float *y, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        const uint32_t sign = (uint32_t)(x[i] & 0x8000) << 16, magnitude = x[i] & 0x7FFF;
        // The exponent is re-biased by a product, which also brings subnormals into the normal range.
        const float scaled = float_of(magnitude << 13) * float_of(0x77800000);
        const uint32_t special = magnitude >= 0x7C00 ? 0x7F800000 : 0;
        y[i] = float_of(bits_of(scaled) | special | sign);
    }
}

void ck_bfloat16_to_float32(const uint16_t *x, float *y, int64_t count) {
    for (int64_t i = 0; i < count; i++) y[i] = float_of((uint32_t)x[i] << 16);
}

void ck_float32_to_float16(const float *x, uint16_t *y, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        const uint32_t bits = bits_of(x[i]), sign = bits >> 16 & 0x8000, magnitude = bits & 0x7FFFFFFF;
        uint32_t half;
        if (magnitude > 0x7F800000) half = 0x7E00;
        else if (magnitude >= 0x477FF000) half = 0x7C00;
        else if (magnitude < 0x38800000) half = bits_of(float_of(magnitude) + 0.5f) - 0x3F000000;
        else half = (magnitude + 0xFFF + (magnitude >> 13 & 1) - 0x38000000) >> 13;
        y[i] = (uint16_t)(sign | half);
    }
}

int ck_all_finite(const float *x, int64_t count) {
    uint32_t worst = 0;
    for (int64_t i = 0; i < count; i++) {
        const uint32_t magnitude = bits_of(x[i]) & 0x7FFFFFFF;
        worst = magnitude > worst ? magnitude : worst;
    }
    return worst < 0x7F800000;
}

int ck_all_finite16(const uint16_t *x, uint16_t exponent, int64_t count) {
    uint16_t worst = 0;
    for (int64_t i = 0; i < count; i++) {
        const uint16_t magnitude = x[i] & 0x7FFF;
        worst = magnitude > worst ? magnitude : worst;
    }
    return worst < exponent;
}
