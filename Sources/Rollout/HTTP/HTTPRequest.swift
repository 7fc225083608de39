/// Longest waits of one request, in seconds; each phase has its own, so that a slow model is not a dead server.
public struct HTTPTimeouts: Sendable, Hashable, Codable {
    /// Until the connection is there.
    public var connect: Double = 10
    /// From the sent request to the first byte of the answer.
    public var firstByte: Double = 600
    /// Between two reads of the answer's body.
    public var interChunk: Double = 120
    /// From start to end.
    public var total: Double = 1800

    /// The defaults above.
    public init() {}
}

/// One HTTP/1.1 request. It is put on the wire at most once.
public struct HTTPRequest: Sendable {
    /// GET or POST.
    public enum Method: Sendable { case get, post }

    /// What to do.
    public var method: Method
    /// Absolute URL.
    public var url: String
    /// Header lines, "Name: value".
    public var headers: [String]
    /// Body of a POST.
    public var body: [UInt8]
    /// Longest waits.
    public var timeouts = HTTPTimeouts()
    /// Largest accepted body of the answer, in bytes.
    public var maxResponseBytes = 256 << 20
    /// Receives the body of a 2xx answer piece by piece, on the driver's thread: it must not block. What it throws ends
    /// the transfer. Without it the body is collected in the response.
    public var onBody: (@Sendable (UnsafeBufferPointer<UInt8>) throws -> Void)?

    /// A GET.
    public static func get(_ url: String, headers: [String] = []) -> HTTPRequest {
        HTTPRequest(method: .get, url: url, headers: headers, body: [])
    }

    /// A POST of a JSON body.
    public static func post(_ url: String, headers: [String] = [], json body: [UInt8]) -> HTTPRequest {
        HTTPRequest(method: .post, url: url, headers: ["Content-Type: application/json"] + headers, body: body)
    }
}

/// A complete answer, of any status.
public struct HTTPResponse: Sendable {
    /// Status code.
    public var status: Int
    /// The body; empty when `onBody` took it.
    public var body: [UInt8]
    /// Seconds that `Retry-After` asks for; nil when absent.
    public var retryAfter: Double?
    /// Seconds from start until the request was ready to be sent, until the first body byte, and until the end.
    public var connectTime: Double
    /// See `connectTime`; nil for an empty body.
    public var firstByteTime: Double?
    /// See `connectTime`.
    public var totalTime: Double
}
