public import Experience
import JSON

/// Similarity of a patch to the gold patch: the reward of SWE-RL (Wei et al. 2025, arXiv 2502.18449), 2·M/T over matching
/// blocks (Ratcliff and Obershelp), here of lines. A response without a patch is no answer and scores -1, as there.
public struct PatchVerifier: Verifier {
    /// The registered name.
    public let name = "patch"
    /// Raised when a verdict could change.
    public let version = "1"
    private let threshold: Double
    private static let maxLines = 4000

    /// A similarity from `threshold` on is correct.
    public init(threshold: Double = 1) { self.threshold = threshold }

    /// Adds it as "patch".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "patch", summary: "similarity of a patch to the gold patch (SWE-RL), by lines",
            options: [("threshold", "the similarity that is correct (1)")]
        ) { options in
            PatchVerifier(threshold: try OptionsReader(options).double("threshold", default: 1, in: 0...1))
        }
    }

    /// Judges one completion; see the type for the rules.
    public func verify(_ item: VerificationItem) async -> Verdict {
        guard let gold = item.problem.answer.map(Self.changes), !gold.isEmpty else {
            return .verifierError(reason: "unparsedGold", explanation: "the gold answer has no changed lines")
        }
        guard let text = SettledText.of(item.completion.text) else { return .noAnswer(score: -1) }
        let given = Self.changes(text)
        if given.isEmpty { return .noAnswer(score: -1, explanation: "no line of the answer begins with + or -") }
        if given.count > Self.maxLines || gold.count > Self.maxLines {
            return .incorrect(reason: "budget", explanation: "more than \(Self.maxLines) changed lines")
        }
        var matches = 0
        var work = [(given.indices, gold.indices)]
        var fuel = 50_000_000
        while let (left, right) = work.popLast() {
            fuel -= left.count * right.count
            if fuel < 0 { return .incorrect(reason: "budget", explanation: "the patches take too long to compare") }
            guard let block = Self.longestBlock(given, left, gold, right) else { continue }
            matches += block.count
            work.append((left.lowerBound..<block.left, right.lowerBound..<block.right))
            work.append((block.left + block.count..<left.upperBound, block.right + block.count..<right.upperBound))
        }
        return .graded(
            2 * Double(matches) / Double(given.count + gold.count), from: threshold - 1e-12, reason: "similarity")
    }

    /// The added and removed lines of a unified diff; headers, context and positions differ between equal patches.
    private static func changes(_ text: String) -> [Substring] {
        text.split(whereSeparator: \.isNewline).filter {
            ($0.hasPrefix("+") && !$0.hasPrefix("+++")) || ($0.hasPrefix("-") && !$0.hasPrefix("---"))
        }
    }

    private static func longestBlock(
        _ a: [Substring], _ left: Range<Int>, _ b: [Substring], _ right: Range<Int>
    ) -> (left: Int, right: Int, count: Int)? {
        var best: (left: Int, right: Int, count: Int)?
        var previous: [Int: Int] = [:]
        for i in left {
            var lengths: [Int: Int] = [:]
            for j in right where a[i] == b[j] {
                let length = (previous[j - 1] ?? 0) + 1
                lengths[j] = length
                if length > best?.count ?? 0 { best = (i - length + 1, j - length + 1, length) }
            }
            previous = lengths
        }
        return best
    }
}
