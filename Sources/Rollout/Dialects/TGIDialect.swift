internal import Experience
internal import JSON

/// Text Generation Inference's `/generate` and `/generate_stream`; chat prompts go to its OpenAI route.
struct TGIDialect: Dialect {
    /// Whether a chat prompt is refused instead.
    let isStrict: Bool
    private let chat = OpenAIDialect(server: .tgi, api: .chat)

    init(isStrict: Bool = false) { self.isStrict = isStrict }

    var framing: StreamFraming { .events }
    var logprobKind: LogprobKind { .unknown }

    func encode(_ request: SampleRequest) throws -> (path: String, body: [UInt8]) {
        let prompt = try request.plainPrompt(for: "TGI")
        if request.isChat {
            if isStrict { throw DialectError("TGI's /generate takes text; set api to auto or chat") }
            return try chat.encode(request)
        }
        let sampling = request.sampling
        try sampling.refuseLimits(of: "TGI's /generate")
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("inputs", prompt.plainText)
            writer.key("parameters")
            writer.object { writer in
                writer.member("max_new_tokens", sampling.maxTokens)
                writer.member("do_sample", sampling.temperature > 0)
                // TGI refuses the neutral values 0 and 1.
                if sampling.temperature > 0 { writer.member("temperature", sampling.temperature) }
                if sampling.topP < 1 { writer.member("top_p", sampling.topP) }
                if sampling.topK > 0 { writer.member("top_k", sampling.topK) }
                if let seed = request.seed { writer.member("seed", seed) }
                writer.stops(of: sampling)
                if sampling.topLogprobs > 0 { writer.member("top_n_tokens", sampling.topLogprobs) }
                writer.member("details", true)
                writer.member("decoder_input_details", !request.isStreaming)
            }
        }
        return (request.isStreaming ? "/generate_stream" : "/generate", writer.bytes)
    }

    func absorb(_ cursor: inout JSONCursor, into reply: inout ReplyBuilder) throws {
        if reply.request.isChat { return try reply.absorbOpenAI(&cursor) }
        try reply.absorbTGI(&cursor)
    }
}

extension ReplyBuilder {
    /// `{generated_text, details{finish_reason, prefill[], tokens[]}}`, or stream events `{token, generated_text, details}`.
    fileprivate mutating func absorbTGI(_ cursor: inout JSONCursor) throws {
        // `/` of TGI, and the compatible routes of others, answer with a list of one.
        if try cursor.peek() == .array {
            var list = try cursor.enterArray()
            while try cursor.nextElement(&list) { try absorbTGI(&cursor) }
            return
        }
        let slot = try choice(0)
        var isAnswer = false
        let start = cursor
        var isError = false
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "generated_text":
                isAnswer = true
                // Given again in full at the end of a stream.
                if try !cursor.null() { choices[slot].text = try cursor.string() }
            case "token":
                isAnswer = true
                try absorbTGIToken(&cursor, slot)
            case "details":
                if try !cursor.null() { try absorbTGIDetails(&cursor, slot) }
            case "error": isError = try cursor.envelope() != nil
            default: try cursor.skip()
            }
        }
        // An error's class stands beside it.
        if isError || !isAnswer { try absorbOther(start, promised: "neither \"generated_text\" nor \"token\"") }
        try endRepeat(slot)
    }

    private mutating func absorbTGIDetails(_ cursor: inout JSONCursor, _ slot: Int) throws {
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "finish_reason": if try !cursor.null() { choices[slot].setFinish(try cursor.string()) }
            case "generated_tokens": choices[slot].count = try cursor.optionalTokenCount()
            case "prefill":
                var list = try cursor.enterArray()
                while try cursor.nextElement(&list) {
                    var inner = try cursor.enterObject()
                    while let name = try cursor.nextKey(&inner) {
                        if name == "id" { promptIDs.append(try cursor.tokenID()) } else { try cursor.skip() }
                    }
                }
            case "tokens":
                var list = try cursor.enterArray()
                while try cursor.nextElement(&list) { try absorbTGIToken(&cursor, slot) }
            default: try cursor.skip()
            }
        }
    }

    private mutating func absorbTGIToken(_ cursor: inout JSONCursor, _ slot: Int) throws {
        var text = ""
        var isSpecial = false
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "id": choices[slot].tokenIDs.append(try cursor.tokenID())
            case "logprob": choices[slot].appendLogprob(try cursor.optionalDouble())
            case "text":
                try cursor.assign(&text)
                choices[slot].note(isPartOfCharacter: text.isEmpty || text.hasSuffix("\u{FFFD}"))
            case "special": isSpecial = try cursor.bool()
            default: try cursor.skip()
            }
        }
        if isStream, !isSpecial { choices[slot].text += text }
    }
}
