public import Experience
import JSON

/// How much of a response repeats itself: 1 minus the share of word n-grams that occurred before.
public struct RepetitionVerifier: Verifier {
    /// The registered name.
    public let name = "repetition"
    /// Raised when a verdict could change.
    public let version = "1"
    /// The response alone counts.
    public var needsAnswer: Bool { false }
    private let size: Int
    private let limit: Double

    /// N-grams of `size` words; a repeated share of at most `limit` is correct.
    public init(size: Int = 4, limit: Double = 0.2) {
        self.size = size
        self.limit = limit
    }

    /// Adds it as "repetition".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "repetition", summary: "the share of word n-grams that are not repeated",
            options: [("n", "words per n-gram (4)"), ("max", "greatest repeated share that is correct (0.2)")]
        ) { options in
            let reader = OptionsReader(options)
            return RepetitionVerifier(
                size: try reader.int("n", default: 4, in: 1...64),
                limit: try reader.double("max", default: 0.2, in: 0...1))
        }
    }

    /// Judges one completion; see the type for the rules.
    public func verify(_ item: VerificationItem) async -> Verdict {
        let words = item.completion.text.split(whereSeparator: \.isWhitespace)
        guard words.count >= size else { return .correct(reason: "tooShortToRepeat") }
        var seen: Set<ArraySlice<Substring>> = []
        var repeated = 0
        let count = words.count - size + 1
        for start in 0..<count where !seen.insert(words[start..<start + size]).inserted { repeated += 1 }
        let share = Double(repeated) / Double(count)
        let score = 1 - share
        return share <= limit
            ? .correct(score: score, reason: "varied") : .incorrect(score: score, reason: "repetitive")
    }
}
