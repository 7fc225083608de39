import Experience
import JSON

/// One completion on its way into a batch.
struct PackedSequence: Sendable {
    var completion: Int64
    /// Which of an episode's rows it is; 0 is the completion's own tokens.
    var piece = 0
    var group: Int64
    var promptIDs: [Int32]
    var tokenIDs: [Int32]
    var logprobs: [Float]
    /// Which tokens have a log-prob of their own, 1 or 0; empty when all have.
    var mask: [UInt8]
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

    init(_ row: PackableCompletion, group: StoredGroup) throws {
        self.group = group.id
        promptIDs = try row.promptIDs ?? group.promptIDs
        completion = try row.completion
        piece = try row.piece
        tokenIDs = try row.tokenIDs
        logprobs = try row.logprobs
        mask = try row.mask
        if mask.count != tokenIDs.count { mask = [] }
        trainerLogprobs = try row.trainerLogprobs
        reward = try row.reward
        advantage = try row.advantage
        tokenAdvantages = try row.tokenAdvantages
        lacksPromptIDs = promptIDs.isEmpty && !tokenIDs.isEmpty
        if tokenIDs.isEmpty || lacksPromptIDs {
            text = (Array(try row.prompt.utf8), Array(try row.text.utf8))
            // Tokens without what they follow, and log-probabilities of tokens that nobody names.
            (tokenIDs, logprobs, trainerLogprobs) = ([], [], [])
        }
        isTruncated = try row.finish == FinishReason.length.rawValue
        // Stores of versions that did not look at them have such numbers without a word.
        unusable = try row.unusable ?? Logprob.obstacle(in: logprobs)
        spans = try row.weightSpans.map { [WeightSpan](json: $0) } ?? []
    }

    /// Whether a token has an advantage that is not 0.
    var hasSignal: Bool { (advantage ?? 0) != 0 || tokenAdvantages.contains { $0 != 0 } }

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
        if options.ratioKey != nil {
            if trainerLogprobs.count != tokenIDs.count { return "noTrainerLogprobs" }
            if unusable != nil { return "unusableLogprobs" }
        }
        if tokenAdvantages.isEmpty ? advantage == nil : tokenAdvantages.count != tokenIDs.count {
            return "noTokenAdvantages"
        }
        if options.needsEntropies, entropies.count != tokenIDs.count || !entropies.allSatisfy(\.isFinite) {
            return "noEntropies"
        }
        return Staleness.isReadable(spans, count: tokenIDs.count) ? nil : "badWeightSpans"
    }
}
