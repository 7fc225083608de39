internal import Experience

/// Collects an answer, whole or in pieces, into one record per choice: the same for every dialect and both transports.
public struct ReplyBuilder: Sendable {
    /// The request this answers.
    let request: SampleRequest
    /// Request id and model as the server reports them.
    var serverID = ""
    var model = ""
    /// Prompt token ids, if the server gives them.
    var promptIDs: [Int32] = []
    /// Log-probabilities by token id at each prompt position, the prompt's own among them; empty at the first.
    var promptCandidates: [[Int32: Float]] = []
    /// The server's count over all choices.
    var usageTokens: Int?
    /// The server's count of the prompt.
    var usagePromptTokens: Int?
    /// The version that holds for choices without spans of their own.
    var weightVersion: Int?
    /// An error the server put into the answer.
    var error: ServerError?
    var choices: [ChoiceBuilder] = []

    init(_ request: SampleRequest) { self.request = request }

    /// The builder of the choice `index`. In an answer that is not streamed each choice comes once.
    mutating func choice(_ index: Int) throws -> Int {
        if let slot = choices.firstIndex(where: { $0.index == index }) {
            if !request.isStreaming || choices[slot].finish != nil { throw ReplyViolation.duplicateChoice(index) }
            return slot
        }
        guard index >= 0, choices.count < request.count else {
            throw ReplyViolation.wrongChoices(expected: request.count, received: choices.map(\.index) + [index])
        }
        var choice = ChoiceBuilder(index: index)
        choice.tokenIDs.reserveCapacity(min(request.sampling.maxTokens, 64))
        choice.logprobs.reserveCapacity(min(request.sampling.maxTokens, 64))
        choices.append(choice)
        return choices.count - 1
    }
}

/// One choice on its way.
struct ChoiceBuilder: Sendable {
    var index: Int
    var text = ""
    /// Ids from an explicit list, and ids found inside the log-probs.
    var tokenIDs: [Int32] = []
    var logprobIDs: [Int32] = []
    var logprobs: [Float] = []
    var topTokens: [TopTokens] = []
    var finish: FinishReason?
    var stopReason: String?
    var weightSpans: [WeightSpan] = []

    init(index: Int) { self.index = index }

    /// Maps the words of all servers.
    mutating func setFinish(_ word: String) {
        switch word {
        case "stop", "eos_token", "stop_sequence", "eos": finish = .stop
        case "length", "max_tokens": finish = .length
        case "abort", "cancelled", "content_filter": finish = .abort
        case "error": finish = .error
        default: finish = .stop
        }
        if !["stop", "length", "abort", "error"].contains(word), stopReason == nil { stopReason = word }
    }

    /// Adds a sampled token's log-probability. Rounding in the server can lift it to just above 0.
    mutating func appendLogprob(_ value: Double) throws {
        guard value <= 1e-4 else { throw ReplyViolation.badLogprob(position: logprobs.count, value: "\(value)") }
        // A number beyond Float stays finite; that it is no log-prob is said where ratios are (`Logprob.obstacle`).
        logprobs.append(Float(max(-Double(Float.greatestFiniteMagnitude), min(value, 0))))
    }
}

extension ReplyBuilder {
    /// The completions as far as they came; throws a `ReplyViolation` when one must not be used.
    ///
    /// - Parameter isPartial: accepts choices without a finish reason, as `abort`.
    func completions(kind: LogprobKind, isPartial: Bool = false) throws -> [Completion] {
        let indices = choices.map(\.index).sorted()
        guard isPartial || indices == Array(0..<request.count) else {
            throw ReplyViolation.wrongChoices(expected: request.count, received: indices)
        }
        return try choices.sorted { $0.index < $1.index }.map { try completion($0, kind, isPartial) }
    }

    private func completion(_ choice: ChoiceBuilder, _ kind: LogprobKind, _ isPartial: Bool) throws -> Completion {
        guard let finish = choice.finish ?? (isPartial ? .abort : nil) else { throw ReplyViolation.unfinished }
        var completion = Completion(index: choice.index, text: choice.text, finish: finish)
        completion.stopReason = choice.stopReason
        completion.model = model
        completion.seed = request.seed
        completion.requestID = request.requestID
        completion.tokenIDs = choice.tokenIDs.isEmpty ? choice.logprobIDs : choice.tokenIDs
        completion.logprobs = choice.logprobs
        completion.topTokens = choice.topTokens.count == choice.logprobs.count ? choice.topTokens : []
        completion.topTokens.keep(request.sampling.topLogprobs + 1)
        completion.logprobKind = choice.logprobs.isEmpty ? .unknown : kind
        let ids = completion.tokenIDs
        if !choice.tokenIDs.isEmpty, !choice.logprobIDs.isEmpty, choice.tokenIDs != choice.logprobIDs {
            throw ReplyViolation.contradictoryIDs
        }
        if !ids.isEmpty, !choice.logprobs.isEmpty, ids.count != choice.logprobs.count {
            throw ReplyViolation.lengthMismatch(ids: ids.count, logprobs: choice.logprobs.count)
        }
        completion.tokenCount = [ids.count, choice.logprobs.count].max().flatMap { $0 > 0 ? $0 : nil }
        if choice.tokenIDs.isEmpty, !isPartial { dropMergedTokens(&completion) }
        if choice.weightSpans.isEmpty, let weightVersion, let count = completion.tokenCount {
            completion.weightSpans = [WeightSpan(version: weightVersion, tokens: 0..<count)]
        } else {
            completion.weightSpans = choice.weightSpans.clamped(to: completion.tokenCount ?? Int(Int32.max))
        }
        return completion
    }

    /// llama.cpp joins the tokens of a split character into one log-prob entry, and leaves out the token that ended the
    /// text. The first makes the ids inexact, so they go; the usage count of a single choice tells.
    private func dropMergedTokens(_ completion: inout Completion) {
        guard request.count == 1, let usageTokens, usageTokens > 0 else { return }
        let missing = usageTokens - completion.logprobs.count
        completion.tokenCount = usageTokens
        if missing == 0 || (missing == 1 && completion.finish == .stop) {
            completion.tokenCount = completion.logprobs.isEmpty ? usageTokens : completion.logprobs.count
            return
        }
        completion.tokenIDs = []
        completion.logprobs = []
        completion.topTokens = []
    }
}

extension [TopTokens] {
    /// Keeps the likeliest `count` at each position, one more than was asked for as vLLM adds the sampled token: rows are
    /// stored at the width of the longest.
    fileprivate mutating func keep(_ count: Int) {
        for position in indices where self[position].ids.count > count {
            self[position].ids.removeLast(self[position].ids.count - count)
            self[position].logprobs.removeLast(self[position].logprobs.count - count)
        }
    }
}

extension [WeightSpan] {
    /// The spans as far as they lie within `count` tokens: a server may say more than it sends.
    fileprivate func clamped(to count: Int) -> [WeightSpan] {
        compactMap { span in
            let tokens = span.tokens.clamped(to: 0..<count)
            return tokens.isEmpty ? nil : WeightSpan(version: span.version, tokens: tokens)
        }
    }
}
