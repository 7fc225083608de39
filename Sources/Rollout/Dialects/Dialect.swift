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
