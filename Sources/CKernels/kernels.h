// What the kernels share.
#pragma once
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) && defined(__gnu_linux__)
#define WIDEST __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define WIDEST
#endif
#define INLINE static inline __attribute__((always_inline))

// exp(x) by Cody and Waite's reduction x = n ln 2 + r with |r| <= ln 2 / 2, a polynomial of degree 11 in r (relative
// error below 1e-14), and n added to the exponent bits. Clamped to [exp(-708), exp(709)]; NaN is not kept.
INLINE double exp_double(double x) {
    double low = x < -708.0 ? -708.0 : x, bounded = low > 709.0 ? 709.0 : low;
    // Adding 1.5 * 2^52 rounds to an integer and leaves it in the low bits.
    double shifted = bounded * 1.4426950408889634 + 6755399441055744.0;
    double whole = shifted - 6755399441055744.0;
    double r = (bounded - whole * 0.6931471803691238) - whole * 1.9082149292705877e-10;
    double r2 = r * r, r4 = r2 * r2;
    double first = (1 + r) + r2 * (0.5 + r * (1.0 / 6));
    double second = (1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720 + r * (1.0 / 5040));
    double third = (1.0 / 40320 + r * (1.0 / 362880)) + r2 * (1.0 / 3628800 + r * (1.0 / 39916800));
    double value = first + r4 * (second + r4 * third);
    uint64_t bits, exponent;
    memcpy(&bits, &value, sizeof bits);
    memcpy(&exponent, &shifted, sizeof exponent);
    bits += exponent << 52;
    memcpy(&value, &bits, sizeof value);
    return value;
}
