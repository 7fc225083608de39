import Synchronization

/// Counts durations in fixed buckets, as Prometheus reads them.
final class Histogram: Sendable {
    /// Upper bounds in seconds.
    static let bounds: [Double] = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120,
    ]

    struct Counts: Sendable {
        var buckets = [Int](repeating: 0, count: Histogram.bounds.count + 1)
        var sum = 0.0
        var count = 0
    }

    private let counts = Mutex(Counts())

    /// Adds `times` durations of `seconds` each.
    func record(_ seconds: Double, times: Int = 1) {
        let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        counts.withLock {
            $0.buckets[bucket] += times
            $0.sum += seconds * Double(times)
            $0.count += times
        }
    }

    /// A consistent copy.
    var snapshot: Counts { counts.withLock { $0 } }
}
