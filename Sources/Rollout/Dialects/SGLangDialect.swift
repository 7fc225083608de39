internal import Experience
internal import JSON

/// SGLang's `/generate`; chat prompts go to its OpenAI route, as only that renders messages.
struct SGLangDialect: Dialect {
    /// Whether a chat prompt is refused instead.
    let isStrict: Bool
    private let chat = OpenAIDialect(server: .sglang, api: .chat)

    init(isStrict: Bool = false) { self.isStrict = isStrict }

    var framing: StreamFraming { .events }
    var logprobKind: LogprobKind { .processed }

    func encode(_ request: SampleRequest) throws -> (path: String, body: [UInt8]) {
        if request.isChat {
            if isStrict { throw DialectError("SGLang's /generate takes text; set api to auto or chat") }
            return try chat.encode(request)
        }
        let sampling = request.sampling
        var writer = JSONWriter()
        writer.object { writer in
            switch request.input {
            case .prompt(let prompt): writer.member("text", prompt.plainText)
            case .ids(let ids):
                writer.ids("input_ids", ids)
            }
            writer.key("sampling_params")
            writer.object { writer in
                writer.member("max_new_tokens", sampling.maxTokens)
                writer.shape(of: sampling, allTopK: -1, repetition: "repetition_penalty")
                writer.draws(of: request, seed: "sampling_seed", minTokens: "min_new_tokens")
            }
            writer.member("return_logprob", request.asksLogprobs)
            if sampling.topLogprobs > 0 { writer.member("top_logprobs_num", sampling.topLogprobs) }
            if !request.requestID.isEmpty { writer.member("rid", request.requestID) }
            if request.isStreaming { writer.member("stream", true) }
        }
        return ("/generate", writer.bytes)
    }

    func absorb(_ cursor: inout JSONCursor, into reply: inout ReplyBuilder) throws {
        if reply.request.isChat { return try reply.absorbOpenAI(&cursor) }
        try reply.absorbSGLang(&cursor)
    }
}
