import Experience

/// One sample with everything that a page shows of it.
struct BrowsedSample {
    /// Longer texts are shown by their ends, so that a page stays small.
    static let textLimit = 100_000
    static let tokenLimit = 4000

    let stored: StoredSample
    let prompt: String
    let text: String
    let reasoning: String
    let toolCalls: String
    let judgements: [StoredVerdict]
    /// Its turns; nil where it has one alone.
    let trace: EpisodeTrace?
    var advantage: Double?
    var tokenIDs: [Int32] = []
    var logprobs: [Float] = []
    var tokenAdvantages: [Float] = []
    /// The text of each token where the tokenizer is known, else empty.
    var tokenTexts: [String?] = []
    /// From the top candidates: the middle of what they allow, or with an unknown vocabulary the least; nil without any.
    var entropies: [Double]?
    /// Whether the size of the vocabulary bounds the entropies from above.
    let isBounded: Bool

    var id: Int { Int(clamping: stored.id) }
    var gold: String? { stored.gold }

    init(
        _ sample: StoredSample, _ store: StoreSnapshot, set: Int64?, vocabulary: Vocabulary?, vocabularySize: Int?
    ) throws {
        isBounded = vocabularySize != nil
        stored = sample
        prompt = sample.prompt.plainText.ends(of: Self.textLimit)
        text = sample.text.ends(of: Self.textLimit)
        reasoning = (sample.reasoning ?? "").ends(of: Self.textLimit)
        toolCalls = (sample.toolCalls ?? "").ends(of: Self.textLimit)
        judgements = try store.verdicts(on: sample.id)
        trace = try store.episode(of: sample.id, limit: TraceView.turnLimit, length: TraceView.textLimit)
        if let set, let found = try store.advantage(of: sample.id, set: set) {
            (advantage, tokenAdvantages) = (found.advantage, found.tokens_T)
        }
        let tokens = try store.tokens(of: sample.id)
        (tokenIDs, logprobs) = (tokens.ids_T, tokens.logprobs_T)
        entropies = TokenStatistics.entropies(
            top_TK: tokens.top_TK, width: tokens.width, count: logprobs.count, vocabularySize)
        tokenTexts = vocabulary?.texts(of: tokenIDs) ?? []
    }
}
