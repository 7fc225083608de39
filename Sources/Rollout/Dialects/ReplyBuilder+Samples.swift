internal import Experience

extension ReplyBuilder {
    /// The samples among the choices, and why the others are none; each choice stands alone. Throws a `ReplyViolation` when
    /// the choices are not those that were asked for.
    ///
    /// - Parameter isPartial: takes choices that have not ended as aborted ones, and lacks those that have not begun.
    func reply(_ dialect: any Dialect, isPartial: Bool = false) throws -> SampleReply {
        var reply = SampleReply(promptIDs: promptIDs, promptTokenCount: usagePromptTokens)
        if choices.allSatisfy(\.weightSpans.isEmpty) { reply.endVersion = weightVersion }
        let sorted = choices.count > 1 ? choices.sorted { $0.index < $1.index } : choices
        if let last = sorted.last, last.index >= request.count {
            throw ReplyViolation.wrongChoices(expected: request.count, received: sorted.map(\.index))
        }
        // A server that gives all ends, or all pieces, to the first choice has mixed them.
        if let mixed = sorted.first(where: { $0.ends > 1 }), request.count > 1, !hasAllEnds {
            throw ReplyViolation.duplicateChoice(mixed.index)
        }
        for choice in sorted { add(choice, to: &reply, dialect, isPartial) }
        if isPartial || sorted.count == request.count { return reply }
        guard request.count > 1, !sorted.isEmpty else {
            throw ReplyViolation.wrongChoices(expected: request.count, received: sorted.map(\.index))
        }
        let received = sorted.map(\.index)
        for index in 0..<request.count where !received.contains(index) {
            let violation = ReplyViolation.wrongChoices(expected: request.count, received: received)
            reply.failures.append(ChoiceFailure(index: index, error: .reply(violation)))
        }
        return reply
    }

    private func add(_ built: ChoiceBuilder, to reply: inout SampleReply, _ dialect: any Dialect, _ isPartial: Bool) {
        var choice = built
        // A half alone is no character.
        if !choice.half.isEmpty { choice.text += "\u{FFFD}" }
        choice.settleText(tokens: request.count == 1 ? usageTokens : nil)
        var error: SampleError?
        var finish = FinishReason.abort
        if let inside = choice.error {
            error = .server(inside)
        } else {
            switch choice.end {
            case .sample(let reason)?: finish = reason
            case .aborted?: error = .aborted(choice.stopReason)
            case .filtered?: error = .filtered(choice.stopReason ?? "content_filter")
            case .failed(let status)?:
                var failure = ServerError(status: status, message: "finish_reason \(choice.stopReason ?? "error")")
                failure.isInside = status != 200
                error = .server(failure)
            case nil: error = isPartial ? .aborted(nil) : .reply(.unfinished)
            }
        }
        do throws(ReplyViolation) {
            let completion = try completion(choice, finish, dialect, isPartial: isPartial || error != nil)
            guard let error else {
                if choice.isEmpty, (choice.count ?? (request.count == 1 ? usageTokens : nil) ?? 0) == 0 {
                    throw ReplyViolation.empty
                }
                return reply.completions.append(completion)
            }
            var beginning: Completion?
            // A server holds back text that may become a stop text; only at an end it is all there.
            let isWhole = choice.end != nil || request.sampling.stopTexts.isEmpty
            if case .aborted = error, isWhole { beginning = resumable(completion, choice) }
            reply.failures.append(ChoiceFailure(index: choice.index, error: error, beginning: beginning))
        } catch {
            reply.failures.append(ChoiceFailure(index: choice.index, error: .reply(error)))
        }
    }

    /// What can be gone on with: up to the last whole character, as a server that is given the first half of one as its
    /// prompt does not say which text the second half makes; nil when that is nothing.
    private func resumable(_ completion: Completion, _ choice: ChoiceBuilder) -> Completion? {
        guard let split = choice.splitTokens, split < completion.tokenIDs.count, completion.reasoning == nil,
            completion.toolCalls == nil
        else { return nil }
        if split == 0 { return completion.text.hasSuffix("\u{FFFD}") ? nil : completion }
        var whole = completion
        let kept = whole.tokenIDs.count - split
        whole.tokenIDs.removeLast(split)
        if whole.logprobs.count > kept { whole.logprobs.removeLast(whole.logprobs.count - kept) }
        if whole.mask.count > kept { whole.mask.removeLast(whole.mask.count - kept) }
        if whole.topTokens.count > kept { whole.topTokens.removeLast(whole.topTokens.count - kept) }
        while whole.text.hasSuffix("\u{FFFD}") { whole.text.removeLast() }
        whole.tokenCount = kept
        whole.weightSpans = whole.weightSpans.clamped(to: kept)
        return whole
    }

    private func completion(
        _ choice: ChoiceBuilder, _ finish: FinishReason, _ dialect: any Dialect, isPartial: Bool
    ) throws(ReplyViolation) -> Completion {
        if let violation = choice.violation { throw violation }
        var completion = Completion(index: choice.index, text: choice.text, finish: finish)
        completion.reasoning = choice.reasoning.isEmpty ? nil : choice.reasoning
        completion.toolCalls = choice.toolCalls.json()
        completion.stopReason = choice.stopReason
        completion.model = model
        completion.seed = request.seed
        completion.requestID = request.requestID
        completion.tokenIDs = choice.tokenIDs.isEmpty ? choice.logprobIDs : choice.tokenIDs
        completion.logprobs = choice.logprobs
        completion.mask = choice.mask
        completion.topTokens = choice.topTokens.count == choice.logprobs.count ? choice.topTokens : []
        completion.topTokens.keep(request.sampling.topLogprobs + 1)
        completion.logprobKind =
            choice.logprobs.isEmpty
            ? .unknown : choice.isProcessed ? .processed : request.logprobs?.kind ?? dialect.logprobKind
        let ids = completion.tokenIDs
        if !choice.tokenIDs.isEmpty, !choice.logprobIDs.isEmpty, choice.tokenIDs != choice.logprobIDs {
            throw .contradictoryIDs
        }
        if !ids.isEmpty, !choice.logprobs.isEmpty, ids.count != choice.logprobs.count {
            throw .lengthMismatch(ids: ids.count, logprobs: choice.logprobs.count)
        }
        if let counted = choice.count, !ids.isEmpty, counted != ids.count, !isPartial {
            throw .wrongCount(ids: ids.count, counted: counted)
        }
        completion.tokenCount = [ids.count, choice.logprobs.count].max().flatMap { $0 > 0 ? $0 : nil }
        if completion.tokenCount == nil { completion.tokenCount = choice.count.flatMap { $0 > 0 ? $0 : nil } }
        if choice.tokenIDs.isEmpty {
            dropMergedTokens(&completion, choice, dialect, isPartial: isPartial)
        } else if !isPartial, contradicted(ids, choice, completion.finish) {
            completion.dropTokens()
            completion.tokenCount = request.count == 1 ? usageTokens : nil
        }
        if choice.weightSpans.isEmpty, let weightVersion, let count = completion.tokenCount {
            completion.weightSpans = [WeightSpan(version: weightVersion, tokens: 0..<count)]
        } else {
            completion.weightSpans = choice.weightSpans.clamped(to: completion.tokenCount ?? Int(Int32.max))
        }
        return completion
    }

    /// llama.cpp joins the tokens of a split character into one log-prob entry, and leaves out the token that ended the
    /// text. The first makes the ids inexact, so they go. The usage count of a single choice tells; of several choices, and
    /// of what broke off, the bytes do: an entry of plain ASCII is one token.
    private func dropMergedTokens(
        _ completion: inout Completion, _ choice: ChoiceBuilder, _ dialect: any Dialect, isPartial: Bool
    ) {
        var isExact = choice.logprobIDs.isEmpty || !choice.contradictsBytes
        if request.count == 1, !isPartial, let usageTokens, usageTokens > 0 {
            let missing = usageTokens - completion.logprobs.count
            let lacksEnd = missing == 1 && completion.finish == .stop
            // With stop strings the missing one may as well be one that was joined.
            let isOnlyEnd = lacksEnd && (request.sampling.stop.isEmpty || !choice.mayBeMerged || !dialect.joinsTokens)
            isExact = isExact && (missing == 0 || isOnlyEnd)
            completion.tokenCount = isExact && !completion.logprobs.isEmpty ? completion.logprobs.count : usageTokens
        } else if dialect.joinsTokens, choice.mayBeMerged {
            isExact = false
            completion.tokenCount = nil
        }
        if !isExact { completion.dropTokens() }
    }

    /// Whether a list of ids is another length than the server counts, the token that ended the text left out or not, or its
    /// entries spell another text.
    private func contradicted(_ ids: [Int32], _ choice: ChoiceBuilder, _ finish: FinishReason) -> Bool {
        if choice.contradictsBytes { return true }
        guard request.count == 1, finish == .stop || finish == .length, let usageTokens, usageTokens > 0 else {
            return false
        }
        let missing = usageTokens - ids.count
        return missing != 0 && !(abs(missing) == 1 && finish == .stop)
    }
}

extension Completion {
    // Ids are right or absent.
    fileprivate mutating func dropTokens() {
        tokenIDs = []
        logprobs = []
        mask = []
        topTokens = []
    }
}

extension ChoiceBuilder {
    /// Takes the last piece of a stream whose pieces are each the whole so far; its lists came over and over, too.
    fileprivate mutating func settleText(tokens: Int?) {
        guard PieceChain.areWholes([textChain, reasoningChain], tokens: tokens) else { return }
        (text, reasoning) = (textChain.whole, reasoningChain.whole)
        if let tokens, tokens == max(tokenIDs.count, logprobs.count) { return }
        (tokenIDs, logprobIDs, logprobs, topTokens, mask) = ([], [], [], [], [])
        (bytes, entriesWithBytes) = ([], 0)
    }

    /// Whether the bytes of the log-probs' entries spell another text: then their ids are not those of the text.
    fileprivate var contradictsBytes: Bool {
        guard entriesWithBytes > 0, entriesWithBytes == logprobs.count, reasoning.isEmpty, toolCalls.isEmpty else {
            return false
        }
        // The text may lack a stop string, the end token's name and white space at its ends.
        let spelt = String(decoding: bytes, as: UTF8.self)
        if spelt.utf8.starts(with: text.utf8) { return false }
        let trimmed = text.drop(while: \.isWhitespace)
        return !spelt.drop(while: \.isWhitespace).utf8.starts(with: trimmed.utf8)
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
    func clamped(to count: Int) -> [WeightSpan] {
        compactMap { span in
            let tokens = span.tokens.clamped(to: 0..<count)
            return tokens.isEmpty ? nil : WeightSpan(version: span.version, tokens: tokens)
        }
    }
}
