public import Experience
import JSON

/// The trimmed response must equal the trimmed gold answer.
public struct ExactVerifier: Verifier {
    /// The registered name.
    public let name = "exact"
    /// Raised when a verdict could change.
    public let version = "1"
    /// Compare without regard to case.
    public var ignoreCase: Bool

    /// A comparison of whole texts.
    public init(ignoreCase: Bool = false) { self.ignoreCase = ignoreCase }

    /// Adds it as "exact".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "exact", summary: "the whole response equals the gold answer",
            options: [("ignoreCase", "compare without regard to case (false)")]
        ) { options in
            ExactVerifier(ignoreCase: try OptionsReader(options).bool("ignoreCase", default: false))
        }
    }

    /// Judges one completion; see the type for the rules.
    public func verify(_ item: VerificationItem) async -> Verdict {
        guard let gold = item.problem.answer else {
            return .verifierError(reason: "noGold", explanation: "the problem has no answer to compare with")
        }
        let given = item.completion.text.trimmed
        if given.isEmpty { return .noAnswer() }
        let isEqual = ignoreCase ? given.lowercased() == gold.trimmed.lowercased() : given == gold.trimmed
        return isEqual ? .correct(extracted: given) : .incorrect(extracted: given)
    }
}

extension StringProtocol {
    /// Without leading and trailing whitespace.
    var trimmed: String {
        let isSpace: (Character) -> Bool = \.isWhitespace
        guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) }) else {
            return ""
        }
        return String(self[first...last])
    }
}
