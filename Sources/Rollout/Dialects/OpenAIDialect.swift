internal import Experience
internal import JSON

/// `/v1/completions` and `/v1/chat/completions` of vLLM, SGLang, llama.cpp, llama-cpp-python and the generic kind.
struct OpenAIDialect: Dialect {
    let server: ServerKind
    let api: RolloutAPI

    var framing: StreamFraming { .events }

    var joinsTokens: Bool { server == .llamacpp }

    var logprobKind: LogprobKind {
        switch server {
        case .vllm, .llamacpp, .llamaCppPython: .raw
        case .sglang: .processed
        case .tgi, .ollama, .openai: .unknown
        }
    }

    func encode(_ request: SampleRequest) throws -> (path: String, body: [UInt8]) {
        var writer = JSONWriter()
        let messages = try self.messages(of: request)
        try writer.object { writer in
            writer.key("model")
            writer.string(request.model)
            if let messages {
                writer.chat(messages)
            } else {
                try writePrompt(request, &writer)
            }
            writeSampling(request, isChat: messages != nil, &writer)
            if request.asksLogprobs { writeLogprobs(request, isChat: messages != nil, &writer) }
            if messages != nil, let kwargs = request.sampling.chatTemplateKwargs {
                writer.key("chat_template_kwargs")
                writer.value(kwargs)
            }
        }
        return (messages == nil ? "/v1/completions" : "/v1/chat/completions", writer.bytes)
    }

    /// The messages, when the chat route is to be used.
    private func messages(of request: SampleRequest) throws -> Chat? {
        guard case .prompt(let prompt) = request.input else { return nil }
        if request.style.route == .completions { return nil }
        switch (prompt, request.style.route == .chat ? .chat : api) {
        case (.chat(let messages), .auto), (.chat(let messages), .chat): return messages
        case (.text(let text), .chat): return [ChatMessage(role: "user", content: text)]
        case (.chat, _): throw DialectError("a chat prompt needs the chat route; set api to auto or chat")
        case (.text, _): return nil
        }
    }

    private func writePrompt(_ request: SampleRequest, _ writer: inout JSONWriter) throws {
        writer.key("prompt")
        switch request.input {
        case .prompt(let prompt): writer.string(prompt.plainText)
        case .ids(let ids):
            if server == .llamaCppPython { throw DialectError("llama-cpp-python takes no token ids as prompt") }
            writer.int32s(ids)
        }
    }

    private func writeSampling(_ request: SampleRequest, isChat: Bool, _ writer: inout JSONWriter) {
        let sampling = request.sampling
        writer.member(request.style.namesCompletionBudget ? "max_completion_tokens" : "max_tokens", sampling.maxTokens)
        writer.member("temperature", sampling.temperature)
        writer.member("top_p", sampling.topP)
        if request.count > 1 { writer.member("n", request.count) }
        if let seed = request.seed { writer.member("seed", seed) }
        if !sampling.stop.isEmpty {
            writer.key("stop")
            writer.array { list in for stop in sampling.stop { list.string(stop) } }
        }
        writer.limits(of: sampling, minTokens: "min_tokens")
        // The servers' own defaults truncate (llama.cpp: top_k 40, min_p 0.05; vLLM: the model's generation_config), so
        // "off" is said aloud; the generic kind may refuse members it does not know.
        if server != .openai || sampling.topK > 0 { writer.member("top_k", max(0, sampling.topK)) }
        if server != .openai || sampling.minP > 0 { writer.member("min_p", sampling.minP) }
        switch server {
        case .vllm, .sglang:
            writer.member("repetition_penalty", 1)
            if server == .sglang, isChat, request.isStreaming {
                // It refuses the usual member there, and gives the ids in a last event.
                writer.member("return_input_ids", true)
                writer.member("return_output_ids", true)
            } else {
                writer.member("return_token_ids", true)
            }
            writer.specialTokens(shown: request.shownTokens)
            if server == .vllm, !request.requestID.isEmpty { writer.member("request_id", request.requestID) }
            if server == .sglang, !request.requestID.isEmpty { writer.member("rid", request.requestID) }
        case .llamacpp, .llamaCppPython: writer.member("repeat_penalty", 1)
        case .tgi, .ollama, .openai: break
        }
        guard request.isStreaming else { return }
        writer.member("stream", true)
        if server != .llamaCppPython {
            writer.key("stream_options")
            writer.object { $0.member("include_usage", true) }
        }
    }

    private func writeLogprobs(_ request: SampleRequest, isChat: Bool, _ writer: inout JSONWriter) {
        // llama.cpp gives nothing for 0, not even the sampled token's.
        let top = server == .llamacpp ? max(1, request.sampling.topLogprobs) : request.sampling.topLogprobs
        if isChat {
            writer.member("logprobs", true)
            if top > 0 || server == .vllm { writer.member("top_logprobs", top) }
        } else {
            writer.member("logprobs", top)
        }
        if server == .vllm, request.sampling.topLogprobs > 0 { writer.member("return_tokens_as_token_ids", true) }
    }

    func absorb(_ cursor: inout JSONCursor, into reply: inout ReplyBuilder) throws {
        try reply.absorbOpenAI(&cursor)
    }
}
