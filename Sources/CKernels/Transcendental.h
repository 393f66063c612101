#ifndef Transcendental_h
#define Transcendental_h

#include "Parallel.h"
#include <string.h>

/// e^x within 2 ulp on [-87.3, 88.7], saturated outside it (Cephes expf: Cody–Waite reduction, degree 5).
CK_INLINE float ck_exp(float x) {
    x = x < -87.33654f ? -87.33654f : x;
    x = x > 88.72283f ? 88.72283f : x;
    const float shifter = 12582912.0f;  // 1.5 · 2²³ rounds to an integer in the low bits
    const float shifted = x * 1.44269504088896341f + shifter;
    const float n = shifted - shifter;
    const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    int32_t bits;
    memcpy(&bits, &shifted, 4);
    // 2^n in two factors, for n = 128 has no exponent field of its own.
    const int32_t whole = bits - 0x4B400000, half = whole >> 1;
    const int32_t first = (half + 127) << 23, second = (whole - half + 127) << 23;
    float a, b;
    memcpy(&a, &first, 4);
    memcpy(&b, &second, 4);
    return p * a * b;
}

/// e^x for x ≤ 0 with e^-60 ≈ 9e-27 as the least: nothing beside 1, and no subnormal when it is multiplied on, which
/// some processors compute a hundred times slower.
CK_INLINE float ck_exp_of_negative(float x) { return ck_exp(x < -60.0f ? -60.0f : x); }

CK_INLINE float ck_sigmoid_of(float x) { return 1.0f / (1.0f + ck_exp(-x)); }

/// Near zero 1 − 2/(e^2x + 1) cancels, so there an odd polynomial stands in (Cephes tanhf).
CK_INLINE float ck_tanh_of(float x) {
    const float z = x * x;
    float p = -5.70498872745e-3f;
    p = p * z + 2.06390887954e-2f;
    p = p * z - 5.37397155531e-2f;
    p = p * z + 1.33314422036e-1f;
    p = p * z - 3.33332819422e-1f;
    const float small = p * z * x + x;
    const float large = 1.0f - 2.0f / (ck_exp(2.0f * x) + 1.0f);
    return z < 0.390625f ? small : large;
}

/// erf within 4e-7: a rational function on [-4, 4] (the form Eigen and XLA use), ±1 beyond.
CK_INLINE float ck_erf_of(float x) {
    x = x < -4.0f ? -4.0f : x;
    x = x > 4.0f ? 4.0f : x;
    const float z = x * x;
    float p = -2.72614225801306e-10f;
    p = p * z + 2.77068142495902e-08f;
    p = p * z - 2.10102402082508e-06f;
    p = p * z - 5.69250639462346e-05f;
    p = p * z - 7.34990630326855e-04f;
    p = p * z - 2.95459980854025e-03f;
    p = p * z - 1.60960333262415e-02f;
    float q = -1.45660718464996e-05f;
    q = q * z - 2.13374055278905e-04f;
    q = q * z - 1.68282697438203e-03f;
    q = q * z - 7.37332916720468e-03f;
    q = q * z - 1.42647390514189e-02f;
    return x * p / q;
}

/// log(1 + f) for f in [√½ − 1, √2 − 1] (Cephes logf's polynomial).
CK_INLINE float ck_log1p_near_zero(float f) {
    const float z = f * f;
    float p = 7.0376836292e-2f;
    p = p * f - 1.1514610310e-1f;
    p = p * f + 1.1676998740e-1f;
    p = p * f - 1.2420140846e-1f;
    p = p * f + 1.4249322787e-1f;
    p = p * f - 1.6668057665e-1f;
    p = p * f + 2.0000714765e-1f;
    p = p * f - 2.4999993993e-1f;
    p = p * f + 3.3333331174e-1f;
    return (p * f * z - 0.5f * z) + f;
}

/// log(1 + x) for x in [0, 1], with the relative precision of x.
CK_INLINE float ck_log1p_of(float x) {
    const int large = x > 0.41421356f;
    return ck_log1p_near_zero(large ? 0.5f * x - 0.5f : x) + (large ? 0.69314718f : 0.0f);
}

/// log x for normal x > 0.
CK_INLINE float ck_log_of(float x) {
    int32_t bits;
    memcpy(&bits, &x, 4);
    // The exponent is split off so that the mantissa lies in [√½, √2).
    const int32_t exponent = (bits - 0x3F3504F3) >> 23;
    bits -= exponent << 23;
    float mantissa;
    memcpy(&mantissa, &bits, 4);
    return ck_log1p_near_zero(mantissa - 1.0f) + (float)exponent * 0.69314718f;
}

#endif
