import Numbers
import Optim

/// Counts of values in bins of equal width.
public struct Histogram: Codable, Sendable, Hashable {
    /// Lower end of the first bin.
    public var start: Double
    /// Width of a bin; a bin holds its lower end, the last one its upper end too.
    public var width: Double
    /// Values per bin.
    public var counts: [Int]

    /// Number of values.
    public var total: Int { counts.reduce(0, +) }

    /// Empty bins.
    init(start: Double, width: Double, bins: Int) {
        self.start = start
        self.width = width
        counts = Array(repeating: 0, count: bins)
    }

    /// Bins over the range of the finite ones of `values`; nil for none. Equal values are one bin of width 0.
    init?(_ values: [Double], bins: Int = 20) {
        let values = values.filter(\.isFinite)
        guard let lowest = values.min(), let highest = values.max() else { return nil }
        // Halved first: the whole range may be beyond Double.
        let width = (highest / 2 - lowest / 2) / Double(bins) * 2
        self.init(start: lowest, width: width, bins: width > 0 ? bins : 1)
        for value in values { add(value) }
    }

    /// Counts a value; one outside goes to the nearest bin, NaN to none.
    mutating func add(_ value: Double, times: Int = 1) {
        if value.isNaN { return }
        let bin = width > 0 ? (value - start) / width : 0
        counts[Int(clamping: bin, to: 0...counts.count - 1, .down)] += times
    }

    /// The value that `level` of the values do not exceed, interpolated within its bin; nil when empty.
    func quantile(_ level: Double) -> Double? {
        let wanted = level * Double(total)
        var below = 0.0
        for (bin, count) in counts.enumerated() where count > 0 {
            if below + Double(count) >= wanted {
                return start + width * (Double(bin) + (wanted - below) / Double(count))
            }
            below += Double(count)
        }
        return nil
    }
}
