/// Sends one POST of JSON. Verifiers do no networking of their own; the command hands a client in.
public protocol HTTPPoster: Sendable {
    /// The answer of any status; throws when there is none, with a sentence as description.
    func post(_ url: String, headers: [String], body: [UInt8], timeout: Double) async throws -> HTTPReply
}

/// What came back.
public struct HTTPReply: Sendable {
    /// Status code.
    public var status: Int
    /// Seconds that `Retry-After` asks for.
    public var retryAfter: Double?
    /// The whole body.
    public var body: [UInt8]

    /// An answer; a wait that is negative or no number is none.
    public init(status: Int, retryAfter: Double? = nil, body: [UInt8]) {
        self.status = status
        self.retryAfter = retryAfter.flatMap { $0 >= 0 ? $0 : nil }
        self.body = body
    }
}
