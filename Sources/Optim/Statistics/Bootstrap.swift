import Dispatch
import Numbers

/// Intervals that resample problems, the unit that was drawn, with replacement.
public enum Bootstrap {
    /// A mean with its uncertainty over problems.
    public struct Mean: Sendable, Hashable, Codable {
        /// The mean of the per-problem values.
        public var mean: Double
        /// Sample standard deviation over the square root of the number of problems; nil for one problem.
        public var standardError: Double?
        /// Percentile interval of the resampled means.
        public var interval: Interval
        /// Standard deviation of the resampled means.
        public var deviation: Double
        /// Number of problems.
        public var count: Int
    }

    /// The mean of `values_P` (one per problem) and its percentile interval.
    ///
    /// Resample b draws problem `SplitMix64(seed).next() % P` P times. Quantiles interpolate linearly.
    /// Undefined with `noData` for no problems, with
    /// `tooLarge` where a sum or a square is beyond a Double. Cost O(resamples * P).
    public static func mean(
        of values_P: [Double], resamples: Int = 2000, level: Double = 0.95, seed: UInt64 = 0
    ) throws -> Statistic<Mean> {
        if let row = values_P.firstIndex(where: { !$0.isFinite }) {
            throw OptimError("non-finite value \(values_P[row]) in a bootstrap", row: row)
        }
        guard (1...1_000_000).contains(resamples), level > 0, level < 1 else {
            throw OptimError("bootstrap: resamples must be in 1...1000000 and level in (0, 1)")
        }
        guard !values_P.isEmpty else { return .failure(.noData) }
        let moments = Moments(values_P)
        var means = resampledMeans(of: values_P, resamples: resamples, seed: seed)
        let spread = Moments(means)
        means.sort()
        let deviations = [moments.deviation(ddof: 0), spread.deviation(ddof: 0)]
        guard deviations.allSatisfy({ $0?.isFinite ?? false }) else { return .failure(.tooLarge) }
        let tail = (1 - level) / 2
        return .success(
            Mean(
                mean: moments.mean,
                standardError: moments.deviation(ddof: 1).map { $0 / Double(values_P.count).squareRoot() },
                interval: Interval(lower: quantile(sorted: means, tail), upper: quantile(sorted: means, 1 - tail)),
                deviation: spread.deviation(ddof: 1) ?? 0, count: values_P.count))
    }

    /// The mean of each resample, on all cores: where a resample's draws begin in the seed's stream is known beforehand.
    private static func resampledMeans(of values_P: [Double], resamples: Int, seed: UInt64) -> [Double] {
        let problems = Remainder(by: UInt64(values_P.count))
        let share = 128
        return [Double](unsafeUninitializedCapacity: resamples) { means_R, count in
            // Each iteration writes elements of its own.
            nonisolated(unsafe) let means_R = means_R
            DispatchQueue.concurrentPerform(iterations: (resamples + share - 1) / share) { part in
                let range = part * share..<min(resamples, (part + 1) * share)
                var random = SplitMix64(seed: seed, skipping: UInt64(range.lowerBound) * UInt64(values_P.count))
                values_P.withUnsafeBufferPointer { values_P in
                    for resample in range {
                        var sum = 0.0
                        for _ in 0..<values_P.count { sum += values_P[Int(problems.of(random.next()))] }
                        means_R[resample] = sum / Double(values_P.count)
                    }
                }
            }
            count = resamples
        }
    }

    /// The quantile of an ascending, non-empty sample, interpolated linearly between neighbours.
    static func quantile(sorted: [Double], _ level: Double) -> Double {
        let position = level * Double(sorted.count - 1)
        let below = Int(clamping: position, to: 0...sorted.count - 1, .down)
        guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
        return sorted[below] + (sorted[below + 1] - sorted[below]) * (position - Double(below))
    }
}

/// `n % divisor` by multiplications, exact for every n: a division per draw is most of a bootstrap's time.
private struct Remainder {
    private let divisor: UInt64
    private let inverse: UInt64

    init(by divisor: UInt64) {
        self.divisor = divisor
        inverse = divisor == 1 ? .max : UInt64((UInt128(1) << 64) / UInt128(divisor))
    }

    /// The quotient by the rounded-down inverse is too small by at most one.
    func of(_ number: UInt64) -> UInt64 {
        let rest = number &- number.multipliedFullWidth(by: inverse).high &* divisor
        return rest >= divisor ? rest &- divisor : rest
    }
}
