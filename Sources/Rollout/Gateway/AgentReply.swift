public import Experience

/// What the policy answered, in no protocol's words.
public struct AgentReply: Sendable, Hashable {
    /// Unique in the run.
    public var id: String
    /// The policy's model.
    public var model: String
    /// What it said beside calls and thoughts.
    public var text: String
    /// What it thought; nil where it did not.
    public var reasoning: String?
    /// Its calls; all of them can be given to a client.
    public var calls: [ToolCall]
    /// Why the turn ended.
    public var finish: FinishReason
    /// Tokens before the turn, and those of them that the episode held already.
    public var promptTokens: Int
    /// See `promptTokens`.
    public var heldTokens: Int
    /// Tokens sampled.
    public var sampledTokens: Int
    /// Milliseconds since 1970 UTC.
    public var createdAt: Int64
    /// The turn's number in its episode.
    public var turn: Int
    /// Whether it is the reply to an earlier request that was the same.
    public var isRepeated = false
    /// What was asked otherwise than the run samples, or has no effect, by name.
    public var unheeded: [String] = []

    /// As it will be sent back.
    var message: AgentMessage { AgentMessage(.assistant, text, calls: calls) }
}

/// Why an agent's request has no reply.
public struct AgentFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure, as HTTP knows them.
    public enum Kind: Int, Sendable {
        /// The request cannot be answered, however often it is sent.
        case invalid = 400
        /// No open episode has this key.
        case unknown = 401
        /// The episode is over.
        case over = 409
        /// Too many at once.
        case busy = 429
        /// The server that samples failed.
        case upstream = 502
        /// It has too much to do, or is not there.
        case overloaded = 503
        /// It did not answer in time.
        case timeout = 504
    }

    /// Which kind.
    public var kind: Kind
    /// What happened and what to do, in a sentence.
    public var description: String
    /// Seconds to wait before another try; nil where none helps.
    public var retryAfter: Double?

    /// A failure in words.
    public init(_ kind: Kind, _ description: String, retryAfter: Double? = nil) {
        self.kind = kind
        self.description = description
        self.retryAfter = retryAfter ?? (kind.rawValue >= 429 ? 1 : nil)
    }

    /// What an agent is told of a failed try.
    init(_ failure: EpisodeFailure) {
        switch failure {
        case .server(.server(let error), _):
            switch error.status {
            case 429: self.init(.busy, failure.text, retryAfter: error.retryAfter)
            case 503, 529: self.init(.overloaded, failure.text, retryAfter: error.retryAfter)
            case 400..<500 where !error.isInside && error.status != 408: self.init(.invalid, failure.text)
            default: self.init(.upstream, failure.text, retryAfter: error.retryAfter)
            }
        case .server(.transport(let error), _):
            switch error.kind {
            case .firstByteTimeout, .stalled, .totalTimeout, .connectTimeout: self.init(.timeout, failure.text)
            default: self.init(.overloaded, failure.text)
            }
        default: self.init(.upstream, failure.text)
        }
    }
}
