/// Sends one POST of JSON. Verifiers do no networking of their own; the command hands a client in.
public protocol HTTPPoster: Sendable {
    /// The answer of any status; throws when there is none, with a sentence as description.
    func post(_ url: String, headers: [String], body: [UInt8], timeout: Double) async throws -> HTTPReply

    /// Sends a DELETE, by which a session is ended; nobody waits for what comes of it.
    func delete(_ url: String, headers: [String], timeout: Double) async
}

extension HTTPPoster {
    /// Nothing is sent.
    public func delete(_ url: String, headers: [String], timeout: Double) async {}
}

/// What came back.
public struct HTTPReply: Sendable {
    /// Status code.
    public var status: Int
    /// Seconds that `Retry-After` asks for.
    public var retryAfter: Double?
    /// The whole body.
    public var body: [UInt8]
    /// Header lines, names in lower case, in their order; none where the client does not tell.
    public var headers: [(name: String, value: String)]

    /// An answer; a wait that is negative or no number is none.
    public init(
        status: Int, retryAfter: Double? = nil, body: [UInt8], headers: [(name: String, value: String)] = []
    ) {
        self.status = status
        self.retryAfter = retryAfter.flatMap { $0 >= 0 ? $0 : nil }
        self.body = body
        self.headers = headers.map { ($0.name.lowercased(), $0.value) }
    }

    /// The first of that name, in lower case; nil where there is none.
    public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}
