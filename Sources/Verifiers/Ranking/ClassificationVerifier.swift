public import Experience
import JSON

/// One label of a closed set. A response that names several different labels is a hedge; a denied label is wrong.
public struct ClassificationVerifier: Verifier {
    /// The registered name.
    public let name = "classification"
    /// Raised when a verdict could change.
    public let version = "2"
    private let labels: [[String]]

    /// A closed set of labels, compared as normalised words.
    public init(labels: [String]) { self.labels = labels.map(Words.of) }

    /// Adds it as "classification".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "classification", summary: "one label of a closed set",
            options: [("labels", "all labels, for example [\"positive\", \"negative\"]")]
        ) { options in
            let labels = options["labels"]?.arrayValue?.compactMap(\.stringValue) ?? []
            guard labels.count > 1, labels.allSatisfy({ !Words.of($0).isEmpty }) else {
                throw VerifierOptionsError(key: "labels", "expected at least two labels")
            }
            return ClassificationVerifier(labels: labels)
        }
    }

    /// Judges one completion; see the type for the rules.
    public func verify(_ item: VerificationItem) async -> Verdict {
        guard let gold = item.problem.answer.map(Words.of), labels.contains(gold) else {
            return .verifierError(
                reason: "unparsedGold",
                explanation: "the gold answer is none of the labels: \(item.problem.answer ?? "absent")")
        }
        guard let text = SettledText.of(item.completion.text) else { return .noAnswer() }
        let words = Words.of(String(text.suffix(10_000)))
        var found: Set<[String]> = []
        var start = 0
        while start < words.count {
            // The longest label wins where one begins another: "very good" before "good".
            let here = labels.filter { words[start...].starts(with: $0) }.max { $0.count < $1.count }
            if let here {
                if Denial.endsIn(words[..<start]) {
                    return .incorrect(reason: "denied", extracted: "not " + here.joined(separator: " "))
                }
                found.insert(here)
            }
            start += here?.count ?? 1
        }
        guard let only = found.first else { return .noAnswer() }
        let extracted = found.map { $0.joined(separator: " ") }.sorted().joined(separator: ", ")
        if found.count > 1 { return .incorrect(reason: "hedged", extracted: extracted) }
        return only == gold ? .correct(extracted: extracted) : .incorrect(extracted: extracted)
    }
}
