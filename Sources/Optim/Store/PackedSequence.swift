import Experience
import Foundation
import GRDB
import JSON

/// One completion on its way into a batch.
struct PackedSequence: Sendable {
    var completion: Int64
    var group: Int64
    var promptIDs: [Int32]
    var tokenIDs: [Int32]
    var logprobs: [Float]
    /// The trainer's log-probabilities; empty where it wrote none.
    var trainerLogprobs: [Float]
    var reward: Double?
    /// The advantage of every token, or of all of them.
    var advantage: Double?
    var tokenAdvantages: [Float]
    var isTruncated: Bool
    /// Why ratios must not be taken from its log-probabilities; nil when they may.
    var unusable: String?
    var spans: [WeightSpan]
    /// Entropy per token, in nats; empty where it was not asked for.
    var entropies: [Double] = []
    /// What was asked (JSON: a text or a list of chat messages) and answered, UTF-8, where the server gave no token ids of either.
    var text: (prompt: [UInt8], response: [UInt8])?
    /// Whether the server gave the sampled tokens alone: they are of no use without those that they follow.
    private let lacksPromptIDs: Bool

    init(row: Row, group: Int64, promptIDs: [Int32]) throws {
        let finish: String = try row[stored: "finish"]
        let ids: Data? = try row[stored: "ids"]
        let logprobs: Data? = try row[stored: "logprobs"]
        let trainer: Data? = try row[stored: "trainer"]
        let tokenAdvantages: Data? = try row[stored: "token_advantages"]
        let spans: String? = try row[stored: "weight_spans"]
        self.group = group
        self.promptIDs = promptIDs
        completion = try row[stored: "completion_id"]
        tokenIDs = ids?.elements() ?? []
        self.logprobs = logprobs?.elements() ?? []
        trainerLogprobs = trainer?.elements() ?? []
        reward = try row[stored: "reward"]
        advantage = try row[stored: "advantage"]
        self.tokenAdvantages = tokenAdvantages?.elements() ?? []
        lacksPromptIDs = promptIDs.isEmpty && !tokenIDs.isEmpty
        if tokenIDs.isEmpty || lacksPromptIDs {
            let (prompt, response): (String, String) = (try row[stored: "prompt"], try row[stored: "text"])
            text = (Array(prompt.utf8), Array(response.utf8))
            // Tokens without what they follow, and log-probabilities of tokens that nobody names.
            (tokenIDs, self.logprobs, trainerLogprobs) = ([], [], [])
        }
        isTruncated = finish == FinishReason.length.rawValue
        // Stores of versions that did not look at them have such numbers without a word.
        unusable = try row[stored: "unusable"] ?? Logprob.obstacle(in: self.logprobs)
        self.spans = try (spans.map { try JSONValue(parsing: $0.utf8) }?.arrayValue ?? []).compactMap { span in
            guard let parts = span.arrayValue?.compactMap(\.intValue), parts.count == 3, parts[1] <= parts[2] else {
                return nil
            }
            return WeightSpan(version: parts[0], tokens: parts[1]..<parts[2])
        }
    }

    /// The oldest policy version that sampled a token of it; 0 where none is known.
    var policyVersion: Int { spans.map(\.version).min() ?? 0 }

    /// Why a trainer cannot use it; nil when it can.
    func obstacle(_ options: PackOptions) -> String? {
        if tokenIDs.isEmpty {
            if !options.allowsTextOnly { return lacksPromptIDs ? "noPromptIDs" : "noTokenIDs" }
            // Values per token cannot be laid on a text.
            return tokenAdvantages.isEmpty ? nil : "noTokenAdvantages"
        }
        if logprobs.count != tokenIDs.count || !logprobs.allSatisfy(\.isFinite) { return "noLogprobs" }
        if !trainerLogprobs.allSatisfy(\.isFinite) { return "badTrainerLogprobs" }
        if tokenAdvantages.isEmpty ? advantage == nil : tokenAdvantages.count != tokenIDs.count {
            return "noTokenAdvantages"
        }
        if options.needsEntropies, entropies.count != tokenIDs.count || !entropies.allSatisfy(\.isFinite) {
            return "noEntropies"
        }
        return Staleness.isReadable(spans, count: tokenIDs.count) ? nil : "badWeightSpans"
    }
}
