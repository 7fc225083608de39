/// Why there is no complete HTTP answer.
public struct TransportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong; decides about a retry.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// The URL or a header cannot be sent.
        case badRequest
        /// The host name has no address.
        case unknownHost
        /// Nobody listens, or the network is down.
        case refused
        /// TLS could not be set up.
        case tls
        /// No connection in time.
        case connectTimeout
        /// The request was sent and no byte came back in time.
        case firstByteTimeout
        /// The body stopped coming.
        case stalled
        /// The whole took too long.
        case totalTimeout
        /// The server closed the connection before any byte of the answer: it may or may not have done the work.
        case closed
        /// The answer ended before it was complete, or was not HTTP.
        case truncated
        /// The answer is larger than allowed.
        case tooLarge
        /// The reader of a stream refused what came.
        case rejected
        /// The task was cancelled or the driver stopped.
        case cancelled
    }

    /// What went wrong.
    public var kind: Kind
    /// One phrase for a person.
    public var detail: String

    /// An error with a phrase for a person.
    public init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    /// The phrase.
    public var description: String { detail }
}
