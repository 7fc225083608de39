public import Experience
import Foundation

/// A regular expression (ICU syntax) finds the answer in the response; its last match (first capture group, if there is
/// one) must equal the gold answer. Without a pattern option, the gold answer itself is the pattern and must match.
///
/// Backtracking is bounded: a text on which the pattern explodes is incorrect with reason "budget".
public struct RegexVerifier: Verifier {
    /// The registered name.
    public let name = "regex"
    /// Raised when a verdict could change.
    public let version = "1"
    private let pattern: NSRegularExpression?
    private static let maxBytes = 1 << 18
    // ICU reports progress about every 10,000 steps of its matcher.
    private static let maxReports = 200

    /// Adds it as "regex".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "regex", summary: "a pattern finds the answer; or the gold answer is the pattern",
            options: [("pattern", "what finds the answer in the response; its first group is compared with the gold")]
        ) { options in
            do {
                return try RegexVerifier(pattern: OptionsReader(options).string("pattern"))
            } catch let error as VerifierOptionsError {
                throw error
            } catch {
                throw VerifierOptionsError(key: "pattern", "not a regular expression")
            }
        }
    }

    /// A verifier with a pattern that finds the answer, or nil to take each gold answer as the pattern; throws when the
    /// pattern is not one.
    public init(pattern: String?) throws {
        self.pattern = try pattern.map { try NSRegularExpression(pattern: $0, options: [.anchorsMatchLines]) }
    }

    /// Judges one completion; see the type for the rules.
    public func verify(_ item: VerificationItem) async -> Verdict {
        guard let gold = item.problem.answer else {
            return .verifierError(reason: "noGold", explanation: "the problem has no answer to compare with")
        }
        let text = item.completion.text
        if text.utf8.count > Self.maxBytes {
            return .incorrect(reason: "budget", explanation: "the response is longer than \(Self.maxBytes) bytes")
        }
        guard let regex = pattern ?? (try? NSRegularExpression(pattern: gold, options: [.anchorsMatchLines])) else {
            return .verifierError(reason: "unparsedGold", explanation: "not a regular expression: \(gold)")
        }
        guard let match = Self.lastMatch(of: regex, in: text) else {
            return .incorrect(reason: "budget", explanation: "the pattern needs too many steps on this response")
        }
        guard let found = match else { return .noAnswer() }
        let group = found.numberOfRanges > 1 ? Range(found.range(at: 1), in: text) : nil
        guard let range = group ?? Range(found.range, in: text) else { return .noAnswer() }
        let extracted = text[range].trimmed
        if pattern == nil { return .correct(reason: "matched", extracted: extracted) }
        return extracted == gold.trimmed ? .correct(extracted: extracted) : .incorrect(extracted: extracted)
    }

    /// Nil when the budget ran out; `.some(nil)` when nothing matches.
    private static func lastMatch(of regex: NSRegularExpression, in text: String) -> NSTextCheckingResult?? {
        var last: NSTextCheckingResult?
        var reports = 0
        var isExhausted = false
        regex.enumerateMatches(in: text, options: .reportProgress, range: NSRange(text.startIndex..., in: text)) {
            match, flags, stop in
            if flags.contains(.progress) {
                reports += 1
                isExhausted = reports > maxReports
            }
            if flags.contains(.internalError) { isExhausted = true }
            if isExhausted { stop.pointee = true }
            if let match { last = match }
        }
        return isExhausted ? nil : .some(last)
    }
}
