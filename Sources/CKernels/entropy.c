#include "CKernels.h"
#include "kernels.h"
#include <math.h>

// Rows worked on together, so that each step is one loop over arrays that stay in the first cache.
enum { BLOCK = 64, CHUNK = 4096 };

typedef float float4 __attribute__((vector_size(16)));
typedef double double4 __attribute__((vector_size(32)));

// exp(x) = 2^n 2^r with n = round(x / ln 2) and |r| <= 1/2: a minimax polynomial of degree 5 in r (relative error 2e-7
// with the rounding of x / ln 2) and n added to the exponent bits. Clamped to at least exp(-87).
INLINE float exp_single(float x) {
    float scaled = (x < -87.0f ? -87.0f : x) * 1.44269504f;
    // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits.
    float shifted = scaled + 12582912.0f;
    float r = scaled - (shifted - 12582912.0f);
    float square = r * r;
    float high = (1.3276471992e-3f * r + 9.6758735878e-3f) * square + (5.5507063482e-2f * r + 0.24022243503f);
    float value = high * square + (0.69314682f * r + 1.0f);
    uint32_t bits, exponent;
    memcpy(&bits, &value, sizeof bits);
    memcpy(&exponent, &shifted, sizeof exponent);
    bits += exponent << 23;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// ln(x) for normal x > 0, relative error below 1e-13: x = 2^e m with m in [1/sqrt 2, sqrt 2), and
// ln m = 2 artanh((m - 1) / (m + 1)).
INLINE double log_double(double x) {
    uint64_t bits, exponentBits, mantissaBits;
    memcpy(&bits, &x, sizeof bits);
    // The exponent as a double, by way of the low bits of 2^52.
    exponentBits = (bits >> 52) | 0x4330000000000000u;
    mantissaBits = (bits & 0x000FFFFFFFFFFFFFu) | 0x3FF0000000000000u;
    double exponent, mantissa;
    memcpy(&exponent, &exponentBits, sizeof exponent);
    memcpy(&mantissa, &mantissaBits, sizeof mantissa);
    exponent -= 4503599627371519.0;
    int isHigh = mantissa > 1.414213562373095;
    double m = isHigh ? mantissa * 0.5 : mantissa;
    double e = isHigh ? exponent + 1 : exponent;
    double f = (m - 1) / (m + 1), f2 = f * f, f4 = f2 * f2;
    double low = (1 + f2 * (1.0 / 3)) + f4 * (1.0 / 5 + f2 * (1.0 / 7));
    double high = (1.0 / 9 + f2 * (1.0 / 11)) + f4 * (1.0 / 13 + f2 * (1.0 / 15));
    return e * 0.6931471805599453 + 2 * f * (low + f4 * f4 * (high + f4 * f4 * (1.0 / 17)));
}

// What the bounds are made of, for each row of a block.
struct sums {
    double mass[BLOCK], reported[BLOCK], lowest[BLOCK], atom[BLOCK];
};

// Adds `count` columns of one row to its sums.
INLINE void add(
    struct sums *sums, ptrdiff_t row, const float *logprobs, const float *probabilities, const float *products,
    ptrdiff_t count) {
    double4 mass = {0}, reported = {0};
    float4 lowest = {INFINITY, INFINITY, INFINITY, INFINITY};
    ptrdiff_t slot = 0;
    for (; slot + 4 <= count; slot += 4) {
        float4 p, t, x;
        memcpy(&p, probabilities + slot, sizeof p);
        memcpy(&t, products + slot, sizeof t);
        memcpy(&x, logprobs + slot, sizeof x);
        mass += __builtin_convertvector(p, double4);
        reported += __builtin_convertvector(t, double4);
        lowest = __builtin_elementwise_min(lowest, x);
    }
    double rowMass = (mass[0] + mass[1]) + (mass[2] + mass[3]);
    double rowReported = (reported[0] + reported[1]) + (reported[2] + reported[3]);
    float first = lowest[0] < lowest[1] ? lowest[0] : lowest[1];
    float second = lowest[2] < lowest[3] ? lowest[2] : lowest[3];
    float rowLowest = first < second ? first : second;
    for (; slot < count; slot++) {
        rowMass += probabilities[slot];
        rowReported += products[slot];
        rowLowest = logprobs[slot] < rowLowest ? logprobs[slot] : rowLowest;
    }
    sums->mass[row] += rowMass;
    sums->reported[row] -= rowReported;
    if (rowLowest < sums->lowest[row]) sums->lowest[row] = rowLowest;
}

// The bounds, by the formulas of TokenEntropy, without a branch.
INLINE void bound(const struct sums *sums, double others, double *lower, double *upper) {
    int hasOthers = others >= 1;
    double spread = hasOthers ? 1 / others : 1;
    for (int row = 0; row < BLOCK; row++) {
        double missing = 1 - sums->mass[row];
        int isOpen = hasOthers && missing > 1e-300;
        double mass = isOpen ? missing : 1e-300;
        double atom = sums->atom[row], reported = sums->reported[row];
        // Whole atoms of the smallest probability; from 2^51 on the remainder is below rounding.
        double ratio = mass / atom;
        double rounded = (ratio + 6755399441055744.0) - 6755399441055744.0;
        double whole = (rounded > ratio ? rounded - 1 : rounded) * atom;
        double held = ratio < 2251799813685248.0 ? whole : mass;
        double rest = mass - held > 1e-300 ? mass - held : 1e-300;
        double high = reported - mass * log_double(mass * spread);
        double low = reported - held * sums->lowest[row] - rest * log_double(rest);
        upper[row] = isOpen ? high : reported;
        lower[row] = isOpen ? (low < high ? low : high) : reported;
    }
}

WIDEST void assay_entropy_bounds(
    const float *logprobs, ptrdiff_t rows, ptrdiff_t width, double others, double *lower, double *upper,
    uint8_t *isPlain) {
    float probabilities[CHUNK], products[CHUNK];
    struct sums sums;
    double low[BLOCK], high[BLOCK];
    for (ptrdiff_t start = 0; start < rows; start += BLOCK) {
        ptrdiff_t count = rows - start < BLOCK ? rows - start : BLOCK;
        const float *block = logprobs + start * width;
        for (int row = 0; row < BLOCK; row++) {
            sums.mass[row] = 0;
            sums.reported[row] = 0;
            sums.lowest[row] = INFINITY;
        }
        // As many rows at a time as fit the chunk; a row that is longer than the chunk goes through it in pieces.
        ptrdiff_t together = width <= CHUNK ? CHUNK / width : 1;
        for (ptrdiff_t row = 0; row < count; row += together) {
            ptrdiff_t taken = count - row < together ? count - row : together;
            for (ptrdiff_t first = 0; first < width; first += CHUNK) {
                ptrdiff_t columns = width - first < CHUNK ? width - first : CHUNK;
                const float *piece = block + row * width + first;
                for (ptrdiff_t index = 0; index < taken * columns; index++) {
                    float probability = exp_single(piece[index]);
                    probabilities[index] = probability;
                    products[index] = probability * piece[index];
                }
                for (ptrdiff_t next = 0; next < taken; next++) {
                    ptrdiff_t at = next * columns;
                    add(&sums, row + next, piece + at, probabilities + at, products + at, columns);
                }
            }
        }
        for (int row = 0; row < BLOCK; row++) sums.atom[row] = exp_single((float)sums.lowest[row]);
        bound(&sums, others, low, high);
        memcpy(lower + start, low, (size_t)count * sizeof *low);
        memcpy(upper + start, high, (size_t)count * sizeof *high);
        // NaN fails every comparison.
        for (ptrdiff_t row = 0; row < count; row++)
            isPlain[start + row] = sums.mass[row] <= 1.001 && sums.lowest[row] > -80;
    }
}
