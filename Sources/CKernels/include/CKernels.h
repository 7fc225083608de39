// Kernels whose speed hangs on the processor's widest vectors: compiled for several x86 levels and chosen when the
// program starts, which Swift cannot do yet.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Bounds of the entropy, in nats, of `rows` next-token distributions from their top `width` log-probabilities.
///
/// `logprobs` is [rows][width]; `others` is the number of tokens not reported. `isPlain[row]` is 0 where the row is not
/// a complete, finite distribution (padding, NaN, mass above 1): its bounds mean nothing then. Exponentials are single
/// precision, sums and logarithms double.
void assay_entropy_bounds(
    const float *logprobs, ptrdiff_t rows, ptrdiff_t width, double others, double *lower, double *upper,
    uint8_t *isPlain);

/// exp(-d) - 1 + d per token with d = logprob - reference clamped to +-`differenceLimit`, the value at most `valueLimit`.
/// Returns 0 when some difference is not finite.
int assay_kl_k3(
    const double *logprobs, const double *reference, ptrdiff_t count, double differenceLimit, double valueLimit,
    double *values);
