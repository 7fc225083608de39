public import Experience
public import JSON

/// One server's way of asking for completions and of answering.
public protocol Dialect: Sendable {
    /// The route for `request`, starting with a slash, and the JSON body; throws `DialectError` when it cannot be asked.
    func encode(_ request: SampleRequest) throws -> (path: String, body: [UInt8])

    /// Reads one JSON document, the whole answer or one event of a stream, into `reply`.
    func absorb(_ cursor: inout JSONCursor, into reply: inout ReplyBuilder) throws

    /// How a stream of answers is cut into documents.
    var framing: StreamFraming { get }

    /// What the log-probabilities are of, as far as it is known without asking the server's operator.
    var logprobKind: LogprobKind { get }
}

/// How a streamed body is cut into JSON documents.
public enum StreamFraming: Sendable {
    /// Server-sent events; each `data:` is a document, `[DONE]` the end.
    case events
    /// One document per line.
    case lines
}

/// A request that this server has no words for.
public struct DialectError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What cannot be asked, and what to do.
    public var description: String

    init(_ description: String) { self.description = description }
}

extension ServerKind {
    /// The dialect of this server for an API choice.
    public func dialect(_ api: RolloutAPI) throws -> any Dialect {
        switch (self, api) {
        case (_, .chat), (_, .completions), (.vllm, .auto), (.llamacpp, _), (.llamaCppPython, _), (.openai, _):
            if api == .generate {
                throw DialectError("\(rawValue) has no generate route; set api to auto, completions or chat")
            }
            return OpenAIDialect(server: self, api: api)
        case (.vllm, .generate): return VLLMGenerateDialect()
        case (.sglang, .auto), (.sglang, .generate): return SGLangDialect(isStrict: api == .generate)
        case (.tgi, .auto), (.tgi, .generate): return TGIDialect(isStrict: api == .generate)
        case (.ollama, .auto), (.ollama, .generate): return OllamaDialect()
        }
    }
}
