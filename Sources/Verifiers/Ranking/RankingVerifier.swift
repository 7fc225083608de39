public import Experience
import Foundation
import JSON

/// An order of items against the gold order (both JSON lists, or comma or line separated).
///
/// Kendall's tau-a (1938) scaled to 0...1, NDCG with the gold positions as gains (Järvelin and Kekäläinen 2002), or the
/// reciprocal rank of the first gold item. An order that leaves out, adds or repeats items is incorrect with score 0.
public struct RankingVerifier: Verifier {
    /// How orders are compared.
    public enum Metric: String, Sendable, CaseIterable {
        /// (1 + tau) / 2.
        case kendall
        /// Discounted gain over the best possible.
        case ndcg
        /// 1 / place of the gold order's first item.
        case mrr
    }

    /// The registered name.
    public let name = "ranking"
    /// Raised when a verdict could change.
    public let version = "1"
    private let metric: Metric
    private let threshold: Double
    private static let maxItems = 1000

    /// A comparison; a score from `threshold` on is correct.
    public init(metric: Metric = .kendall, threshold: Double = 1) {
        self.metric = metric
        self.threshold = threshold
    }

    /// Adds it as "ranking".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "ranking", summary: "an order of items: Kendall's tau, NDCG or reciprocal rank",
            options: [("metric", "kendall, ndcg or mrr (kendall)"), ("threshold", "the score that is correct (1)")]
        ) { options in
            let reader = OptionsReader(options)
            return RankingVerifier(
                metric: try reader.choice("metric", default: .kendall),
                threshold: try reader.double("threshold", default: 1, in: 0...1))
        }
    }

    /// Judges one completion; see the type for the rules.
    public func verify(_ item: VerificationItem) async -> Verdict {
        guard let gold = item.problem.answer.map(Self.items), gold.count > 1, Set(gold).count == gold.count,
            gold.count <= Self.maxItems
        else {
            return .verifierError(
                reason: "unparsedGold", explanation: "the gold answer is not a list of different items")
        }
        guard let text = SettledText.of(item.completion.text), !text.isEmpty else { return .noAnswer() }
        let given = Self.items(String(text.prefix(1 << 18)))
        let extracted = given.prefix(20).joined(separator: ", ")
        if given.count != gold.count || Set(given) != Set(gold) {
            return .incorrect(reason: "notAPermutation", extracted: extracted)
        }
        let place = Dictionary(uniqueKeysWithValues: gold.enumerated().map { ($1, $0) })
        let ranks = given.compactMap { place[$0] }
        return .graded(score(ranks), from: threshold - 1e-12, reason: metric.rawValue, extracted: extracted)
    }

    /// `ranks[i]` is the gold place of the item given at place i.
    private func score(_ ranks: [Int]) -> Double {
        let n = ranks.count
        switch metric {
        case .kendall:
            var inversions = 0
            for i in 0..<n { for j in i + 1..<max(n, i + 1) where ranks[i] > ranks[j] { inversions += 1 } }
            return 1 - Double(inversions) / (Double(n * (n - 1)) / 2)
        case .ndcg:
            func gain(_ ranks: [Int]) -> Double {
                ranks.enumerated().reduce(0) { $0 + Double(n - $1.element) / log2(Double($1.offset) + 2) }
            }
            return gain(ranks) / gain(Array(0..<n))
        case .mrr: return 1 / Double((ranks.firstIndex(of: 0) ?? 0) + 1)
        }
    }

    private static func items(_ text: String) -> [String] {
        if let list = (try? JSONValue(parsing: text.utf8))?.arrayValue {
            return list.map { ($0.stringValue ?? $0.text).trimmed.lowercased() }
        }
        let separator: Character = text.contains(">") ? ">" : text.contains(",") ? "," : "\n"
        return text.split(separator: separator).map { String($0).trimmed.lowercased() }.filter { !$0.isEmpty }
    }
}
