/// The paired permutation test: if two runs are alike, the sign of each problem's difference could as well be the other.
///
/// Two-sided, by the absolute sum of the differences, sizes and all; signs with the same sum count half (mid-p), as sums of a few
/// sizes have many ties. For differences of one size, as of one completion a problem, it is the exact sign test.
public enum SignFlipTest {
    /// Up to this many problems that differ all signs are tried.
    private static let enumerated = 16
    private static let draws = 20_000
    /// Above this many the sum is normal to more digits than are shown.
    private static let drawn = 5000

    /// The chance of a sum at least as extreme; nil when nothing differs.
    ///
    /// Up to 16 problems that differ all signs are tried; up to 5,000 there are 20,000 draws, (more extreme + (equal + 1) / 2) /
    /// 20,001: the bits of SplitMix64 seeded with 0, lowest first, a new number for each draw and every 64 problems; above that
    /// the normal distribution.
    public static func pValue(_ differences_P: [Double]) throws -> Double? {
        if let row = differences_P.firstIndex(where: { !$0.isFinite }) {
            throw OptimError("non-finite difference \(differences_P[row])", row: row)
        }
        let differences = differences_P.filter { $0 != 0 }
        guard let size = differences.first.map(abs) else { return nil }
        if differences.allSatisfy({ abs(abs($0) - size) <= 1e-12 * size }) {
            let positive = differences.count { $0 > 0 }
            return signTest(positive, differences.count - positive)
        }
        if differences.count > drawn {
            let squares = differences.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return 2 * Normal.cumulative(-abs(differences.reduce(0, +)) / squares)
        }
        return flips(differences)
    }

    /// P(X <= min(wins, losses)) for a fair coin, both sides; it is I_(1/2)(n - k, k + 1).
    static func signTest(_ wins: Int, _ losses: Int) -> Double? {
        guard wins + losses > 0 else { return nil }
        let fewer = Double(min(wins, losses))
        return min(1, 2 * Beta.cumulative(0.5, a: Double(wins + losses) - fewer, b: fewer + 1))
    }

    private static func flips(_ differences: [Double]) -> Double {
        let sizes = differences.map(abs)
        let size = sizes.reduce(0, +)
        let observed = abs(differences.reduce(0, +))
        let tolerance = 1e-9 * size
        let words = (differences.count + 63) / 64
        let isExact = differences.count <= enumerated
        let rounds = isExact ? 1 << differences.count : draws
        var random = SplitMix64(seed: 0)
        var (above, equal) = (0, 0)
        for round in 0..<rounds {
            // The sizes with a positive sign: the sum of all follows.
            var positive = 0.0
            for word in 0..<words {
                var bits = isExact ? UInt64(round) : random.next()
                for place in word * 64..<min(differences.count, word * 64 + 64) {
                    if bits & 1 == 1 { positive += sizes[place] }
                    bits >>= 1
                }
            }
            let distance = abs(2 * positive - size) - observed
            if distance > tolerance {
                above += 1
            } else if distance >= -tolerance {
                equal += 1
            }
        }
        let tail = Double(above) + Double(equal + (isExact ? 0 : 1)) / 2
        return min(1, tail / Double(isExact ? rounds : rounds + 1))
    }
}
