import Experience
import Verifiers

/// A palindrome of at least so many letters, wherever its letters come from.
public struct PalindromeVerifier: Verifier {
    public let name = "palindrome"
    /// Raise it when a verdict could change: stored verdicts of another version are not reused.
    public let version = "1"
    /// No gold answer is needed.
    public var needsAnswer: Bool { false }
    private let least: Int

    public init(least: Int = 3) { self.least = least }

    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "palindrome", summary: "reads the same both ways", options: [("least", "letters at least (3)")]
        ) { options in
            PalindromeVerifier(least: try OptionsReader(options).int("least", default: 3, in: 1...1_000_000))
        }
    }

    public func verify(_ item: VerificationItem) async -> Verdict {
        let letters = item.completion.text.lowercased().filter(\.isLetter)
        if letters.isEmpty { return .noAnswer() }
        if letters.count < least { return .incorrect(reason: "short", extracted: letters) }
        return String(letters.reversed()) == letters ? .correct(extracted: letters) : .incorrect(extracted: letters)
    }
}
