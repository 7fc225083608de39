internal import Experience
internal import JSON

/// Ollama's `/api/generate` and `/api/chat`: one JSON document per line when streamed, log-probs, no token ids.
struct OllamaDialect: Dialect {
    var framing: StreamFraming { .lines }
    var logprobKind: LogprobKind { .unknown }

    func encode(_ request: SampleRequest) throws -> (path: String, body: [UInt8]) {
        let prompt = try request.plainPrompt(for: "Ollama")
        let sampling = request.sampling
        try sampling.refuseLimits(of: "Ollama")
        var path = "/api/generate"
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("model", request.model)
            switch prompt {
            case .text(let text):
                writer.member("prompt", text)
                // The text is the exact prompt: the model's template is not to be put around it.
                writer.member("raw", true)
            case .chat(let messages):
                path = "/api/chat"
                writer.chat(messages)
            }
            writer.member("stream", request.isStreaming)
            writer.member("logprobs", request.asksLogprobs)
            if sampling.topLogprobs > 0, request.asksLogprobs { writer.member("top_logprobs", sampling.topLogprobs) }
            writer.key("options")
            writer.object { writer in
                writer.member("num_predict", sampling.maxTokens)
                writer.shape(of: sampling, repetition: "repeat_penalty")
                if let seed = request.seed { writer.member("seed", seed) }
                writer.stops(of: sampling)
            }
        }
        return (path, writer.bytes)
    }

    func absorb(_ cursor: inout JSONCursor, into reply: inout ReplyBuilder) throws {
        try reply.absorbOllama(&cursor)
    }
}

extension ReplyBuilder {
    /// `{model, response | message{content, thinking, tool_calls}, thinking, logprobs[{token, logprob, top_logprobs}], done,
    /// done_reason, eval_count}`.
    fileprivate mutating func absorbOllama(_ cursor: inout JSONCursor) throws {
        let slot = try choice(0)
        let start = cursor
        var isDone = false
        var reason = "stop"
        var isAnswer = false
        var isError = false
        // Libraries that follow Ollama say the same under both names.
        var (response, content) = ("", "")
        var (thinking, thoughts) = ("", "")
        var scope = try cursor.enterObject()
        while let key = try cursor.nextKey(&scope) {
            switch key {
            case "model": try cursor.assign(&model)
            case "response":
                isAnswer = true
                try cursor.append(&response)
            case "thinking": try cursor.append(&thinking)
            case "message":
                isAnswer = true
                if try cursor.null() { continue }
                var inner = try cursor.enterObject()
                while let name = try cursor.nextKey(&inner) {
                    switch name {
                    case "content": try cursor.append(&content)
                    case "thinking": try cursor.append(&thoughts)
                    case "tool_calls": try absorbToolCalls(&cursor, slot)
                    default: try cursor.skip()
                    }
                }
            case "logprobs":
                if try cursor.null() { continue }
                var list = try cursor.enterArray()
                while try cursor.nextElement(&list) { try absorbTokenEntry(&cursor, slot) }
            case "done": isDone = try cursor.bool()
            case "done_reason": try cursor.assign(&reason)
            case "prompt_eval_count": usagePromptTokens = try cursor.optionalTokenCount() ?? usagePromptTokens
            case "eval_count": usageTokens = try cursor.optionalTokenCount() ?? usageTokens
            case "error": isError = try cursor.envelope() != nil
            default: try cursor.skip()
            }
        }
        choices[slot].text += content.isEmpty || (!request.isChat && !response.isEmpty) ? response : content
        choices[slot].reasoning += thoughts.isEmpty ? thinking : thoughts
        if isDone { choices[slot].setFinish(reason) }
        if isError || (!isAnswer && !isDone) {
            try absorbOther(start, promised: "neither \"response\" nor \"message\"")
        }
        try endRepeat(slot)
    }
}
