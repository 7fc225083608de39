public import Experience
import JSON

/// A short text against the gold answer or one of its aliases: equal after normalisation, or by token overlap.
///
/// Normalisation and F1 are SQuAD's (Rajpurkar et al. 2016): lower case, no punctuation, no articles, single spaces. Two
/// things are stricter, so that they cannot be abused: an article at the end is a word ("vitamin A"), and an answer that is
/// mostly something else than words ("((((Paris") is over budget.
public struct TextVerifier: Verifier {
    /// How texts are compared.
    public enum Metric: String, Sendable, CaseIterable {
        /// Equal after normalisation.
        case exact
        /// F1 of the tokens; the best alias counts.
        case f1
    }

    /// The registered name.
    public let name = "text"
    /// Raised when a verdict could change.
    public let version = "2"
    private let metric: Metric
    private let threshold: Double
    private let aliasField: String
    private static let maxBytes = 1 << 16

    /// A comparison; a score from `threshold` on is correct.
    public init(metric: Metric = .exact, threshold: Double = 0.8, aliasField: String = "aliases") {
        self.metric = metric
        self.threshold = threshold
        self.aliasField = aliasField
    }

    /// Adds it as "text".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "text", summary: "a short text, normalised: equal or by token F1",
            options: [
                ("metric", "exact or f1 (exact)"), ("threshold", "F1 from which a text is correct (0.8)"),
                ("alias_field", "the record's field with further right answers (aliases)"),
            ]
        ) { options in
            let reader = OptionsReader(options)
            return TextVerifier(
                metric: try reader.choice("metric", default: .exact),
                threshold: try reader.double("threshold", default: 0.8, in: 0...1),
                aliasField: try reader.string("alias_field") ?? "aliases")
        }
    }

    /// Judges one completion; see the type for the rules.
    public func verify(_ item: VerificationItem) async -> Verdict {
        guard let gold = item.problem.answer else { return .missing("answer") }
        guard let given = SettledText.of(item.completion.text), !given.isEmpty else { return .noAnswer() }
        if given.utf8.count > Self.maxBytes {
            return .incorrect(reason: "budget", explanation: "the answer is longer than \(Self.maxBytes) bytes")
        }
        let aliases = item.problem.fields[aliasField]?.arrayValue?.compactMap(\.stringValue) ?? []
        let words = Words.of(given)
        if words.isEmpty { return .noAnswer() }
        if given.utf8.count > 256 + 4 * words.reduce(0, { $0 + $1.utf8.count + 1 }) {
            return .incorrect(reason: "budget", explanation: "the answer is mostly punctuation and space")
        }
        let best = ([gold] + aliases).map { Self.f1(words, Words.of($0)) }.max() ?? 0
        switch metric {
        case .exact:
            let isEqual = ([gold] + aliases).contains { Words.of($0) == words }
            return isEqual ? .correct(extracted: given) : .incorrect(extracted: given)
        case .f1: return .graded(best, from: threshold, reason: "f1", extracted: given)
        }
    }

    /// Harmonic mean of precision and recall over tokens with their multiplicity.
    static func f1(_ given: [String], _ gold: [String]) -> Double {
        if given.isEmpty || gold.isEmpty { return given.isEmpty && gold.isEmpty ? 1 : 0 }
        var counts: [String: Int] = [:]
        for word in gold { counts[word, default: 0] += 1 }
        var common = 0
        for word in given where counts[word, default: 0] > 0 {
            counts[word, default: 0] -= 1
            common += 1
        }
        return 2 * Double(common) / Double(given.count + gold.count)
    }
}
