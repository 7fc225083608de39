public import Experience
import JSON

/// Citations like [3] or [1, 4] in a response against the gold set: F1 of the cited numbers.
public struct CitationVerifier: Verifier {
    /// The registered name.
    public let name = "citation"
    /// Raised when a verdict could change.
    public let version = "1"
    private let threshold: Double

    /// F1 from `threshold` on is correct.
    public init(threshold: Double = 1) { self.threshold = threshold }

    /// Adds it as "citation".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "citation", summary: "the numbers cited as [n] against the gold set",
            options: [("threshold", "F1 that is correct (1)")]
        ) { options in
            CitationVerifier(threshold: try OptionsReader(options).double("threshold", default: 1, in: 0...1))
        }
    }

    /// Judges one completion; see the type for the rules.
    public func verify(_ item: VerificationItem) async -> Verdict {
        guard let answer = item.problem.answer else { return .missing("answer") }
        let wanted = Set(answer.split { !("0"..."9").contains($0) }.compactMap { Int($0) })
        if wanted.isEmpty { return .verifierError(reason: "unparsedGold", explanation: "no numbers in '\(answer)'") }
        let cited = Self.cited(in: item.completion.text)
        if cited.isEmpty { return .noAnswer() }
        let common = Double(cited.intersection(wanted).count)
        let score = 2 * common / Double(cited.count + wanted.count)
        var verdict = Verdict.graded(
            score, from: threshold - 1e-12, reason: "f1",
            extracted: cited.sorted().map(String.init).joined(separator: ","))
        verdict.components = ["precision": common / Double(cited.count), "recall": common / Double(wanted.count)]
        return verdict
    }

    /// Numbers in brackets that hold nothing else.
    static func cited(in text: String) -> Set<Int> {
        var cited: Set<Int> = []
        for part in text.split(separator: "[").dropFirst() {
            guard let end = part.firstIndex(of: "]") else { continue }
            let words = part[..<end].split { $0 == "," || $0 == ";" || $0 == " " }
            let numbers = words.compactMap { Int($0.drop { $0 == "^" }) }
            if numbers.count == words.count { cited.formUnion(numbers) }
        }
        return cited
    }
}
