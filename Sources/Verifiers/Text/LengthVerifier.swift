public import Experience
import JSON

/// Whether a response is as long as wanted; between the limit and `soft` beyond it the score falls linearly to 0.
public struct LengthVerifier: Verifier {
    /// What is counted.
    public enum Unit: String, Sendable, CaseIterable {
        /// Unicode scalars.
        case characters
        /// Runs without whitespace.
        case words
        /// Lines with something in them.
        case lines
        /// Sampled tokens, as the server counted them.
        case tokens
    }

    /// The registered name.
    public let name = "length"
    /// Raised when a verdict could change.
    public let version = "1"
    /// Length alone counts.
    public var needsAnswer: Bool { false }
    private let unit: Unit
    private let range: ClosedRange<Int>
    private let soft: Int

    /// `range` in units, and how far beyond it the score takes to fall to 0.
    public init(_ unit: Unit = .words, in range: ClosedRange<Int>, soft: Int = 0) {
        self.unit = unit
        self.range = range
        self.soft = soft
    }

    /// Adds it as "length".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "length", summary: "the response's length in a range",
            options: [
                ("unit", "characters, words, lines or tokens (words)"), ("min", "least length (0)"),
                ("max", "greatest length (no limit)"),
                ("soft", "units beyond the range over which the score falls to 0 (0)"),
            ]
        ) { options in
            let reader = OptionsReader(options)
            let least = try reader.int("min", default: 0, in: 0...Int.max)
            return LengthVerifier(
                try reader.choice("unit", default: .words),
                in: least...(try reader.int("max", default: .max, in: least...Int.max)),
                soft: try reader.int("soft", default: 0, in: 0...Int.max))
        }
    }

    /// Judges one completion; see the type for the rules.
    public func verify(_ item: VerificationItem) async -> Verdict {
        let text = item.completion.text
        let length: Int
        switch unit {
        case .characters: length = text.unicodeScalars.count
        case .words: length = text.split(whereSeparator: \.isWhitespace).count
        case .lines: length = text.split(whereSeparator: \.isNewline).count { !$0.allSatisfy(\.isWhitespace) }
        case .tokens:
            guard let count = item.completion.tokenCount else {
                return .verifierError(reason: "noTokens", explanation: "nothing tells how many tokens were sampled")
            }
            length = count
        }
        let extracted = "\(length) \(unit.rawValue)"
        if range.contains(length) { return .correct(reason: "inRange", extracted: extracted) }
        let end = length < range.lowerBound ? range.lowerBound : range.upperBound
        let beyond = abs(Double(length) - Double(end))
        return .incorrect(
            score: soft == 0 ? 0 : max(0, 1 - beyond / Double(soft)),
            reason: length < range.lowerBound ? "short" : "long", extracted: extracted)
    }
}
