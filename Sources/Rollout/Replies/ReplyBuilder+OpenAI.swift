internal import Experience
internal import JSON

/// The OpenAI family's answers: completions, chat, their stream chunks, and vLLM's `/inference/v1/generate`. Members that
/// only one server sends are read wherever they stand.
extension ReplyBuilder {
    mutating func absorbOpenAI(_ cursor: inout JSONCursor) throws {
        var sawChoices = false
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "choices":
                sawChoices = true
                var list = try cursor.enterArray()
                while try cursor.nextElement(&list) { try absorbChoice(&cursor) }
            case "id", "request_id": try cursor.assign(&serverID)
            case "model": try cursor.assign(&model)
            case "prompt_token_ids": try absorbPromptIDs(&cursor)
            case "prompt_logprobs": try absorbPromptLogprobs(&cursor)
            case "usage": try absorbUsage(&cursor)
            case "metadata": try absorbMetadata(&cursor)
            case "error":
                if try !cursor.null() { error = ServerError(status: 200, envelope: try cursor.value()) }
            default: try cursor.skip()
            }
        }
        if !sawChoices, error == nil { throw ReplyViolation.malformed("no member \"choices\"") }
    }

    /// vLLM repeats the prompt's ids in each choice.
    private mutating func absorbPromptIDs(_ cursor: inout JSONCursor) throws {
        var ids: [Int32] = []
        try cursor.appendIDs(&ids)
        if promptIDs.isEmpty { promptIDs = ids }
    }

    private mutating func absorbUsage(_ cursor: inout JSONCursor) throws {
        if try cursor.null() { return }
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "completion_tokens": usageTokens = try cursor.tokenCount()
            case "prompt_tokens": usagePromptTokens = try cursor.tokenCount()
            default: try cursor.skip()
            }
        }
    }

    private mutating func absorbMetadata(_ cursor: inout JSONCursor) throws {
        if try cursor.null() { return }
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            if key == "weight_version" {
                weightVersion = try cursor.weightVersion()
            } else {
                try cursor.skip()
            }
        }
    }

    /// The index comes anywhere in a choice, so a first pass finds it.
    private mutating func absorbChoice(_ cursor: inout JSONCursor) throws {
        var index = 0
        var ahead = cursor
        var search = try ahead.enterObject()
        while let key = try ahead.nextKey(&search) {
            if key == "index" {
                index = try ahead.int()
                break
            }
            try ahead.skip()
        }
        let slot = try choice(index)
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "text": try cursor.append(&choices[slot].text)
            case "message", "delta": try absorbMessage(&cursor, slot)
            case "token_ids": try cursor.appendIDs(&choices[slot].tokenIDs)
            case "prompt_token_ids": try absorbPromptIDs(&cursor)
            case "prompt_logprobs": try absorbPromptLogprobs(&cursor)
            case "logprobs": try absorbLogprobs(&cursor, slot)
            case "finish_reason":
                if try !cursor.null() { choices[slot].setFinish(try cursor.string()) }
            case "stop_reason", "matched_stop":
                if let reason = try cursor.scalarText() { choices[slot].stopReason = reason }
            case "weight_versions": choices[slot].weightSpans += try cursor.weightSpans()
            default: try cursor.skip()
            }
        }
    }

    private mutating func absorbMessage(_ cursor: inout JSONCursor, _ slot: Int) throws {
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            if key == "content" { try cursor.append(&choices[slot].text) } else { try cursor.skip() }
        }
    }

    private mutating func absorbLogprobs(_ cursor: inout JSONCursor, _ slot: Int) throws {
        if try cursor.null() { return }
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "content":
                if try cursor.null() { continue }
                var list = try cursor.enterArray()
                while try cursor.nextElement(&list) { try absorbTokenEntry(&cursor, slot) }
            case "token_logprobs": try cursor.forEachDouble { try choices[slot].appendLogprob($0) }
            case "tokens": try cursor.appendTokenNames(&choices[slot].logprobIDs)
            case "top_logprobs" where request.sampling.topLogprobs > 0:
                if try cursor.null() { continue }
                var list = try cursor.enterArray()
                while try cursor.nextElement(&list) { choices[slot].topTokens.append(try cursor.topTokensByName()) }
            default: try cursor.skip()
            }
        }
    }

    /// `{token, logprob, id | token_id, top_logprobs}`, in any order.
    mutating func absorbTokenEntry(_ cursor: inout JSONCursor, _ slot: Int) throws {
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "id", "token_id": choices[slot].logprobIDs.append(try cursor.tokenID())
            case "token": if let id = try cursor.tokenNameID() { choices[slot].logprobIDs.append(id) }
            case "logprob": try choices[slot].appendLogprob(try cursor.double())
            case "top_logprobs" where request.sampling.topLogprobs > 0:
                choices[slot].topTokens.append(try cursor.topTokensByEntry())
            default: try cursor.skip()
            }
        }
    }

    /// vLLM: `[null, {"324": {"logprob": …}, …}, …]`; the prompt's own token is one of the keys.
    private mutating func absorbPromptLogprobs(_ cursor: inout JSONCursor) throws {
        if try cursor.null() { return }
        var candidates: [[Int32: Float]] = []
        var list = try cursor.enterArray()
        while try cursor.nextElement(&list) {
            var entry: [Int32: Float] = [:]
            if try !cursor.null() {
                var scope = try cursor.enterObject()
                while let key = try cursor.nextKey(&scope) {
                    guard let id = Int32(key.text) else {
                        throw ReplyViolation.malformed("a prompt log-prob without id")
                    }
                    var inner = try cursor.enterObject()
                    while let name = try cursor.nextKey(&inner) {
                        if name == "logprob" { entry[id] = Float(try cursor.double()) } else { try cursor.skip() }
                    }
                }
            }
            candidates.append(entry)
        }
        promptCandidates = candidates
    }
}

extension JSONCursor {
    /// Replaces `text` by the next string; null leaves it.
    mutating func assign(_ text: inout String) throws {
        if try null() { return }
        if try peek() == .string { text = try string() } else { try skip() }
    }

    /// Appends the next string; null adds nothing.
    mutating func append(_ text: inout String) throws {
        if try null() { return }
        if text.isEmpty { text = try string() } else { text += try string() }
    }

    /// A count of tokens: what a machine can hold, so that sums of them cannot overflow.
    mutating func tokenCount() throws -> Int {
        let start = position
        let count = try int()
        guard (0...Int(Int32.max)).contains(count) else { throw JSONError("not a count of tokens", at: start) }
        return count
    }

    /// A token id.
    mutating func tokenID() throws -> Int32 {
        let start = position
        guard let id = Int32(exactly: try int()), id >= 0 else { throw JSONError("not a token id", at: start) }
        return id
    }

    /// Appends an array of ids; null adds nothing.
    mutating func appendIDs(_ ids: inout [Int32]) throws {
        let (start, known) = (position, ids.count)
        try appendInt32s(to: &ids)
        for id in ids[known...] where id < 0 { throw JSONError("not a token id", at: start) }
    }

    /// The id in a token written as "token_id:27"; nil for any other text.
    mutating func tokenNameID() throws -> Int32? {
        let raw = try stringBytes()
        // Most tokens are plain text: one look at the first byte.
        guard raw.count > 9, raw[0] == UInt8(ascii: "t"), raw.starts(with: "token_id:".utf8) else { return nil }
        return Self.tokenID(named: String(decoding: raw, as: UTF8.self))
    }

    static func tokenID(named name: String) -> Int32? {
        name.hasPrefix("token_id:") ? Int32(name.dropFirst(9)) : nil
    }

    /// Appends the ids of an array of "token_id:27"; an array of plain token texts adds nothing.
    mutating func appendTokenNames(_ ids: inout [Int32]) throws {
        if try null() { return }
        var list = try enterArray()
        while try nextElement(&list) {
            if let id = try tokenNameID() { ids.append(id) }
        }
    }

    /// `{"text or token_id:27": logprob, …}`.
    mutating func topTokensByName() throws -> TopTokens {
        var pairs: [(Int32, Float)] = []
        if try null() { return TopTokens(ids: [], logprobs: []) }
        var scope = try enterObject()
        while let key = try nextKey(&scope) {
            pairs.append((Self.tokenID(named: key.text) ?? -1, Float(try double())))
        }
        return TopTokens(pairs)
    }

    /// `[{"id" or "token_id" or "token": …, "logprob": …}, …]`.
    mutating func topTokensByEntry() throws -> TopTokens {
        var pairs: [(Int32, Float)] = []
        if try null() { return TopTokens(ids: [], logprobs: []) }
        var list = try enterArray()
        while try nextElement(&list) {
            var pair: (Int32, Float) = (-1, 0)
            var scope = try enterObject()
            while let key = try nextKey(&scope) {
                switch key {
                case "id", "token_id": pair.0 = try tokenID()
                case "token": if let id = try tokenNameID() { pair.0 = id }
                case "logprob": pair.1 = Float(try double())
                default: try skip()
                }
            }
            pairs.append(pair)
        }
        return TopTokens(pairs)
    }

    /// A string, number or null as text; anything else is passed over.
    mutating func scalarText() throws -> String? {
        switch try peek() {
        case .string: return try string()
        case .number: return String(decoding: try rawNumber(), as: UTF8.self)
        default:
            try skip()
            return nil
        }
    }

    /// The number at the end of a version such as "step-7" or 7; nil for "default".
    mutating func weightVersion() throws -> Int? {
        guard let text = try scalarText() else { return nil }
        return Int(String(text.reversed().prefix { $0.isASCII && $0.isNumber }.reversed()))
    }

    /// `[{"version": "step-6", "start": 0, "end": 2}, …]`; spans without a number are left out.
    mutating func weightSpans() throws -> [WeightSpan] {
        if try null() { return [] }
        var spans: [WeightSpan] = []
        var list = try enterArray()
        while try nextElement(&list) {
            var version: Int?
            var start = 0
            var end = 0
            var scope = try enterObject()
            while let key = try nextKey(&scope) {
                switch key {
                case "version", "step": version = try weightVersion()
                case "start": start = try int()
                case "end": end = try int()
                default: try skip()
                }
            }
            if let version, start >= 0, start <= end { spans.append(WeightSpan(version: version, tokens: start..<end)) }
        }
        return spans
    }
}

extension TopTokens {
    init(_ pairs: [(Int32, Float)]) {
        let sorted = pairs.sorted { $0.1 > $1.1 }
        self.init(ids: sorted.map(\.0), logprobs: sorted.map(\.1))
    }
}
