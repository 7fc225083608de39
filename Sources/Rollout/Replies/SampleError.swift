/// An error answer of a server.
public struct ServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// HTTP status; 200 when the error came inside a stream.
    public var status: Int
    /// The server's words, at most 500 characters.
    public var message: String
    /// The server's class of error, for example "BadRequestError".
    public var type: String?
    /// Seconds the server asks to wait.
    public var retryAfter: Double?
    /// Whether the server itself says that a retry can help.
    public var isRetryable: Bool?
    /// Whether the status was read from an answer of status 200.
    public var isInside = false
    /// Whether it says that the account has nothing left to spend.
    var isSpent = false

    /// An error answer.
    public init(status: Int, message: String, type: String? = nil, retryAfter: Double? = nil, isRetryable: Bool? = nil)
    {
        self.status = status
        self.message = message
        self.type = type
        self.retryAfter = retryAfter
        self.isRetryable = isRetryable
    }

    /// Status and message in one line.
    public var description: String {
        let where_ =
            status == 200 ? "error inside the stream" : "HTTP \(status)" + (isInside ? " inside the answer" : "")
        return message.isEmpty ? where_ : "\(where_): \(message)"
    }
}

/// An answer that must not become training data.
public enum ReplyViolation: Error, Sendable, Hashable, CustomStringConvertible {
    /// Not the JSON that this server's route promises.
    case malformed(String)
    /// The stream or the answer ended without a finish reason.
    case unfinished
    /// One choice came twice.
    case duplicateChoice(Int)
    /// Choices that were asked for and did not come, or that were not asked for.
    case wrongChoices(expected: Int, received: [Int])
    /// Token ids and log-probs differ in length.
    case lengthMismatch(ids: Int, logprobs: Int)
    /// A log-probability that is not finite or above 0.
    case badLogprob(position: Int, value: String)
    /// Two lists of token ids in one answer contradict each other.
    case contradictoryIDs
    /// The server's count of a choice's tokens is not the number of its ids.
    case wrongCount(ids: Int, counted: Int)
    /// A choice without text and tokens.
    case empty

    /// What is wrong, in one line.
    public var description: String {
        switch self {
        case .malformed(let reason): "the answer is not what this route promises: \(reason)"
        case .unfinished: "the answer ended without a finish reason"
        case .duplicateChoice(let index): "choice \(index) came twice"
        case .wrongChoices(let expected, let received): "\(expected) choices asked, got \(received)"
        case .lengthMismatch(let ids, let logprobs): "\(ids) token ids but \(logprobs) log-probs"
        case .badLogprob(let position, let value): "log-prob \(value) of token \(position) is not finite and <= 0"
        case .contradictoryIDs: "token_ids and the ids inside the log-probs differ"
        case .wrongCount(let ids, let counted): "\(ids) token ids, but the server counts \(counted) tokens"
        case .empty: "the answer has neither text nor tokens"
        }
    }
}

/// A request that this server has no words for.
public struct DialectError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What cannot be asked, and what to do.
    public var description: String

    init(_ description: String) { self.description = description }
}

/// Why a request gave no completion.
public enum SampleError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No complete HTTP answer.
    case transport(TransportError)
    /// The server answered with an error.
    case server(ServerError)
    /// The server answered with something that is not usable.
    case reply(ReplyViolation)
    /// The server or its operator cut the choice short; the text is the server's word where it gives one.
    case aborted(String?)
    /// A filter of the server took the answer; the text is the server's word.
    case filtered(String)
    /// The request cannot be said in the server's dialect.
    case dialect(DialectError)

    /// Whether the server cut the request short.
    var isAbort: Bool { if case .aborted = self { true } else { false } }

    /// One machine-readable word, for counters.
    public var code: String {
        switch self {
        case .transport(let error): error.kind.rawValue
        case .server(let error): "http\(error.status)"
        case .reply: "reply"
        case .aborted: "aborted"
        case .filtered: "contentFilter"
        case .dialect: "dialect"
        }
    }

    /// What happened, in one line.
    public var description: String {
        switch self {
        case .transport(let error): error.description
        case .server(let error): error.description
        case .reply(let error): error.description
        case .aborted(let word): "the server aborted the request" + (word.map { " (\($0))" } ?? "")
        case .filtered(let word): "a filter of the server took the answer (\(word))"
        case .dialect(let error): error.description
        }
    }
}
