internal import Experience
internal import JSON

/// vLLM's `/inference/v1/generate` (`--enable-scale-out`): token ids in, token ids and weight versions out, no text.
struct VLLMGenerateDialect: Dialect {
    var framing: StreamFraming { .events }
    var logprobKind: LogprobKind { .raw }
    var prefersIDs: Bool { true }

    func encode(_ request: SampleRequest) throws -> (path: String, body: [UInt8]) {
        guard case .ids(let ids) = request.input else {
            throw DialectError(
                "vLLM's generate route takes token ids, and its /tokenize gave none for this prompt; set api to auto")
        }
        let sampling = request.sampling
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("model", request.model)
            writer.ids("token_ids", ids)
            writer.key("sampling_params")
            writer.object { writer in
                writer.member("max_tokens", sampling.maxTokens)
                writer.shape(of: sampling, repetition: "repetition_penalty")
                if request.asksLogprobs { writer.member("logprobs", sampling.topLogprobs) }
                writer.draws(of: request, seed: "seed", minTokens: "min_tokens")
                writer.specialTokens(shown: request.shownTokens)
            }
            writer.member("return_token_ids", true)
            writer.member("output_mode", "text")
            if !request.requestID.isEmpty { writer.member("request_id", request.requestID) }
            if request.isStreaming { writer.member("stream", true) }
        }
        return ("/inference/v1/generate", writer.bytes)
    }

    func absorb(_ cursor: inout JSONCursor, into reply: inout ReplyBuilder) throws {
        try reply.absorbOpenAI(&cursor)
    }
}
