/// A kind of mistake that graders of mathematics are known to pay: made problems whose answers have twins that look alike
/// and are wrong. Numbers come from a seed, so that no row is known beforehand.
public struct FormulaTwins: Sendable {
    /// The kind, one word.
    public var name: String
    /// What is tried, one line.
    public var summary: String
    /// Makes one problem of the kind.
    let make: @Sendable (_ draw: inout TwinNumbers) -> Twin

    /// A gold, the same value in another spelling, answers that are wrong, and whole responses that settle on another.
    struct Twin: Sendable {
        var gold: String
        var same: String
        var wrong: [String] = []
        var responses: [String] = []
    }

    /// Problems made of each kind.
    private static let problems = 4

    /// Made problems and their twins.
    func twins(seed: UInt64) -> [Twin] {
        var draw = TwinNumbers(seed: seed, kind: name)
        return (0..<Self.problems).map { _ in make(&draw) }
    }

    /// All kinds.
    public static let all: [FormulaTwins] = values + notations + structures + sentences
}

/// Numbers that the seed and the kind alone decide (SplitMix64).
struct TwinNumbers {
    private var state: UInt64

    init(seed: UInt64, kind: String) {
        state = kind.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    mutating func callAsFunction(_ range: ClosedRange<Int>) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return range.lowerBound + Int((bits ^ (bits >> 31)) % UInt64(range.count))
    }

    /// One of several.
    mutating func one(of words: [String]) -> String { words[self(0...words.count - 1)] }

    /// Two different ones, in either order.
    mutating func two(of words: [String]) -> (String, String) {
        let first = self(0...words.count - 1)
        let second = (first + self(1...words.count - 1)) % words.count
        return (words[first], words[second])
    }
}
