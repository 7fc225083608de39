#include "CKernels.h"
#include "kernels.h"

WIDEST int assay_kl_k3(
    const double *logprobs, const double *reference, ptrdiff_t count, double differenceLimit, double valueLimit,
    double *values) {
    uint64_t refused = 0;
    for (ptrdiff_t token = 0; token < count; token++) {
        double raw = logprobs[token] - reference[token];
        // 0 for finite numbers alone.
        refused |= raw - raw == 0 ? 0 : 1;
        double low = raw < -differenceLimit ? -differenceLimit : raw;
        double d = low > differenceLimit ? differenceLimit : low;
        double value = exp_double(-d) - 1 + d;
        values[token] = value > valueLimit ? valueLimit : value;
    }
    return refused == 0;
}
