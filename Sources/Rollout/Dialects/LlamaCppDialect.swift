internal import Experience
internal import JSON

/// llama.cpp's own `/completion`, which gives the ids of all tokens where `/v1` joins those of a split character.
///
/// Prompts are rendered and made into ids by the server's `/apply-template` and `/tokenize`, so that they are exact, too;
/// a server that lacks those is asked through `/v1`. Answers come whole, not streamed: the events of its streams leave out
/// the ids of split characters.
struct LlamaCppDialect: Dialect {
    private let openAI: OpenAIDialect
    private let api: RolloutAPI

    /// `api` decides how texts are put: as chat messages or as they are.
    init(api: RolloutAPI) {
        self.api = api
        openAI = OpenAIDialect(server: .llamacpp, api: api == .generate ? .auto : api)
    }

    var framing: StreamFraming { .events }
    var logprobKind: LogprobKind { .raw }
    var joinsTokens: Bool { true }
    var prefersIDs: Bool { true }

    func routed(_ prompt: Prompt) -> Prompt {
        if case .text(let text) = prompt, api == .chat { return .chat([ChatMessage(role: "user", content: text)]) }
        return prompt
    }

    func encode(_ request: SampleRequest) throws -> (path: String, body: [UInt8]) {
        guard case .ids(let ids) = request.input else { return try openAI.encode(request) }
        let sampling = request.sampling
        if sampling.stopTokenIDs != nil || sampling.minTokens != nil {
            throw DialectError("llama.cpp has neither stop_token_ids nor min_tokens; take them out of sampling")
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.ids("prompt", ids)
            writer.member("n_predict", sampling.maxTokens)
            writer.shape(of: sampling, repetition: "repeat_penalty")
            if request.count > 1 {
                writer.member("n", request.count)
                writer.member("n_cmpl", request.count)
            }
            if let seed = request.seed { writer.member("seed", seed) }
            writer.stops(of: sampling)
            if let bias = sampling.logitBias {
                writer.key("logit_bias")
                writer.value(bias)
            }
            writer.member("return_tokens", true)
            if !request.shownTokens.isEmpty {
                writer.key("preserved_tokens")
                writer.array { list in for token in request.shownTokens { list.string(token) } }
            }
            // It gives nothing for 0, not even the sampled token's.
            if request.asksLogprobs { writer.member("n_probs", max(1, sampling.topLogprobs)) }
            writer.member("stream", false)
        }
        return ("/completion", writer.bytes)
    }

    func absorb(_ cursor: inout JSONCursor, into reply: inout ReplyBuilder) throws {
        if case .ids = reply.request.input {
            try reply.absorbLlamaCpp(&cursor)
        } else {
            try reply.absorbOpenAI(&cursor)
        }
    }
}

extension ReplyBuilder {
    /// `{index, content, tokens, stop_type, stopping_word, tokens_predicted, tokens_evaluated, completion_probabilities}`, or
    /// a list of them for several choices. A server that answers in OpenAI's form is read, too.
    fileprivate mutating func absorbLlamaCpp(_ cursor: inout JSONCursor) throws {
        if try cursor.peek() == .array {
            var list = try cursor.enterArray()
            var position = 0
            while try cursor.nextElement(&list) {
                try absorbLlamaCppChoice(&cursor, position)
                position += 1
            }
        } else {
            try absorbLlamaCppChoice(&cursor, 0)
        }
    }

    private mutating func absorbLlamaCppChoice(_ cursor: inout JSONCursor, _ position: Int) throws {
        let start = cursor
        var piece = ChoiceBuilder(index: position)
        var hasContent = false
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "index": if try !cursor.null() { piece.index = try cursor.int() }
            case "content":
                hasContent = true
                try cursor.append(&piece.text)
            case "tokens": try cursor.appendIDs(&piece.tokenIDs)
            case "model": try cursor.assign(&model)
            case "tokens_predicted": piece.count = try cursor.optionalTokenCount()
            case "tokens_evaluated": usagePromptTokens = try cursor.optionalTokenCount() ?? usagePromptTokens
            case "stop_type": if let word = try cursor.scalarText(), word != "none" { piece.setFinish(word) }
            case "stopping_word":
                if let word = try cursor.scalarText(), !word.isEmpty { piece.stopReason = word }
            case "completion_probabilities":
                if try cursor.null() { continue }
                choices.append(piece)
                var list = try cursor.enterArray()
                while try cursor.nextElement(&list) { try absorbTokenEntry(&cursor, choices.count - 1) }
                piece = choices.removeLast()
            case "error":
                if let envelope = try cursor.envelope() { error = ServerError(status: 200, envelope: envelope) }
            default: try cursor.skip()
            }
        }
        if error != nil { return }
        guard hasContent else {
            var again = start
            return try absorbOpenAI(&again)
        }
        if case .ids(let ids) = request.input { promptIDs = ids }
        piece.alignEntries()
        let slot = try choice(piece.index)
        choices[slot] = piece
    }
}

extension ChoiceBuilder {
    /// Lays the log-probs' entries on the tokens: an entry of several tokens has the id, and the log-prob, of their last one.
    /// The others have none of their own and are masked.
    fileprivate mutating func alignEntries() {
        defer {
            logprobIDs = []
            bytes = []
            entriesWithBytes = 0
            mayBeMerged = false
        }
        if logprobIDs == tokenIDs || logprobs.isEmpty || tokenIDs.isEmpty { return }
        guard logprobIDs.count == logprobs.count,
            let places = TokenAlignment.places(of: logprobIDs, in: tokenIDs)
        else {
            logprobs = []
            topTokens = []
            return
        }
        var aligned = [Float](repeating: 0, count: tokenIDs.count)
        mask = [UInt8](repeating: 0, count: tokenIDs.count)
        for (entry, place) in places.enumerated() {
            guard let place else { continue }
            aligned[place] = logprobs[entry]
            mask[place] = 1
        }
        logprobs = aligned
        topTokens = []
    }
}

/// Which token each entry of the log-probs belongs to, when some tokens have no entry.
enum TokenAlignment {
    /// Tokens that one entry can stand for at most: no character has more bytes, and few texts more characters in one.
    private static let longestRun = 12

    /// The place of each entry's token, in order; nil where several would do. Nil as a whole when the entries cannot be laid on
    /// the tokens.
    static func places(of entries: [Int32], in tokens: [Int32]) -> [Int?]? {
        guard entries.count <= tokens.count else { return nil }
        // The places that each entry can have behind those before it, and those of them from which the rest can be reached.
        var reach: [[Int]] = []
        var ends = [-1]
        for id in entries {
            var next: [Int] = []
            for place in (ends[0] + 1)..<min(tokens.count, ends[ends.count - 1] + 1 + longestRun)
            where tokens[place] == id {
                if ends.contains(where: { $0 < place && place - $0 <= longestRun }) { next.append(place) }
            }
            if next.isEmpty { return nil }
            reach.append(next)
            ends = next
        }
        var result = [Int?](repeating: nil, count: entries.count)
        // What follows the last entry has none: the shorter that is, the better it fits.
        var after = [tokens.count]
        for entry in reach.indices.reversed() {
            let isLast = entry == reach.count - 1
            let fitting = reach[entry].filter { place in
                isLast || after.contains { place < $0 && $0 - place <= longestRun }
            }
            let kept = isLast ? fitting.suffix(1) : fitting[...]
            if kept.count == 1 { result[entry] = kept[0 + kept.startIndex] }
            if kept.isEmpty { return nil }
            after = Array(kept)
        }
        return result
    }
}
