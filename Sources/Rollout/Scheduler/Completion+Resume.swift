internal import Experience

/// A completion that was cut short and can be gone on with, token by token.
struct ResumablePrefix: Sendable {
    var completion: Completion
    var promptIDs: [Int32]

    /// nil unless prompt and completion are known as exact ids with a log-prob each.
    init?(_ completion: Completion, promptIDs: [Int32]) {
        guard !promptIDs.isEmpty, !completion.tokenIDs.isEmpty,
            completion.logprobs.count == completion.tokenIDs.count
        else { return nil }
        self.completion = completion
        self.promptIDs = promptIDs
    }

    /// nil unless the rest can be asked for exactly, too.
    init?(_ completion: Completion, promptIDs: [Int32], of prompt: Prompt, _ sampling: SamplingParameters) {
        guard sampling.canContinue(prompt, from: completion.text) else { return nil }
        self.init(completion, promptIDs: promptIDs)
    }

    /// `request` for the rest: the same prompt and what was sampled, as ids, with smaller budgets and a seed of its own; nil when
    /// there is no budget left.
    func request(_ request: SampleRequest) -> SampleRequest? {
        let count = completion.tokenIDs.count
        guard let sampling = request.sampling.rest(behind: count) else { return nil }
        var rest = request
        rest.sampling = sampling
        rest.seed = request.seed.map { SampleSeed.rest(of: $0, behind: count) }
        rest.input = .ids(promptIDs + completion.tokenIDs)
        return rest
    }

    /// The whole: this and what followed.
    func joined(with rest: Completion) -> Completion {
        var whole = rest
        let count = completion.tokenIDs.count
        whole.text = completion.text + rest.text
        whole.tokenIDs = completion.tokenIDs + rest.tokenIDs
        whole.logprobs = completion.logprobs + rest.logprobs
        if rest.tokenIDs.isEmpty, !rest.text.isEmpty {
            // The rest is not known token by token, so the whole is not either.
            whole.tokenIDs = []
            whole.logprobs = []
            whole.logprobKind = .unknown
        }
        if !completion.mask.isEmpty || !rest.mask.isEmpty, whole.logprobs.count == count + rest.logprobs.count {
            whole.mask = completion.fullMask + rest.fullMask
        } else {
            whole.mask = []
        }
        let bothHaveTop = !completion.topTokens.isEmpty && !rest.topTokens.isEmpty
        whole.topTokens = bothHaveTop ? completion.topTokens + rest.topTokens : []
        whole.tokenCount = rest.tokenCount.map { count + $0 } ?? count
        whole.weightSpans =
            completion.weightSpans
            + rest.weightSpans.map {
                WeightSpan(version: $0.version, tokens: $0.tokens.lowerBound + count..<$0.tokens.upperBound + count)
            }
        whole.seed = completion.seed ?? rest.seed
        whole.startedAt = completion.startedAt
        return whole
    }
}

extension Completion {
    /// The mask with a mark for every token.
    fileprivate var fullMask: [UInt8] { mask.isEmpty ? [UInt8](repeating: 1, count: logprobs.count) : mask }
}
