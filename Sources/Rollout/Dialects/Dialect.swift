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

    /// Whether the tokens of a split character come as one entry of the log-probs, with the last one's id (llama.cpp).
    var joinsTokens: Bool { get }

    /// Whether prompts are better given as token ids, which the server's own `/tokenize` makes of them.
    var prefersIDs: Bool { get }

    /// A prompt as this route puts it: text as a chat message where the route is the chat's.
    func routed(_ prompt: Prompt) -> Prompt
}

extension Dialect {
    /// No.
    public var joinsTokens: Bool { false }
    /// No.
    public var prefersIDs: Bool { false }
    /// As it is.
    public func routed(_ prompt: Prompt) -> Prompt { prompt }
}
