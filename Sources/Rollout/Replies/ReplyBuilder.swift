internal import Experience

/// Collects an answer, whole or in pieces, into one record per choice: the same for every dialect and both transports.
public struct ReplyBuilder: Sendable {
    /// The request this answers.
    let request: SampleRequest
    /// Whether the answer comes in pieces, which need not be what was asked for.
    var isStream: Bool
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
    /// The version that holds for choices without spans of their own: the one at the end of the request.
    var weightVersion: Int?
    /// An error the server put into the answer.
    var error: ServerError?
    /// Whether a list of choices came.
    var sawChoices = false
    var choices: [ChoiceBuilder] = []
    /// How SGLang's streams are told apart, by choice.
    var sglang: [Int: SGLangStream] = [:]

    init(_ request: SampleRequest) {
        self.request = request
        isStream = request.isStreaming
    }

    /// The builder of the choice `index`. In an answer that is not streamed each choice comes once; of a choice that has
    /// ended a stream may say more only as long as it brings nothing new (`endRepeat`).
    mutating func choice(_ index: Int) throws -> Int {
        if let slot = choices.firstIndex(where: { $0.index == index }) {
            if !isStream { throw ReplyViolation.duplicateChoice(index) }
            if choices[slot].end == nil { return slot }
            choices.append(ChoiceBuilder(index: index))
            return choices.count - 1
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

    /// Takes back the second builder of a choice that had ended: OpenRouter's usage comes with an empty choice after the
    /// finish. Throws when it brought something.
    mutating func endRepeat(_ slot: Int) throws {
        let again = choices[slot]
        guard let first = choices.firstIndex(where: { $0.index == again.index }), first != slot else { return }
        choices.remove(at: slot)
        choices[first].ends += again.ends
        if !again.isEmpty { throw ReplyViolation.duplicateChoice(again.index) }
        if let error = again.error { choices[first].error = choices[first].error ?? error }
    }

    /// Whether every choice that was asked for has ended.
    var hasAllEnds: Bool { choices.count == request.count && choices.allSatisfy { $0.end != nil } }
}
