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

/// How connections are made, the same for all of a driver's.
public struct HTTPSettings: Sendable, Hashable {
    /// Certificates to trust instead of the system's, in PEM; nil looks at SSL_CERT_FILE and CURL_CA_BUNDLE.
    public var certificates: String?
    /// A proxy; nil looks at http_proxy, https_proxy, all_proxy and no_proxy.
    public var proxy: String?
    /// Whether HTTP/2 is asked for over TLS.
    public var isHTTP2 = false

    /// The defaults above.
    public init() {}
}

/// One HTTP request. It is put on the wire at most once.
public struct HTTPRequest: Sendable {
    /// GET, POST or DELETE.
    public enum Method: Sendable { case get, post, delete }

    /// What to do.
    public var method: Method
    /// Absolute URL.
    public var url: String
    /// Header lines, "Name: value".
    public var headers: [String]
    /// Body of a POST.
    public var body: [UInt8]
    /// A Unix socket to connect to instead of the URL's host.
    public var socketPath: String?
    /// Longest waits.
    public var timeouts = HTTPTimeouts()
    /// Largest accepted body of the answer, in bytes.
    public var maxResponseBytes = 256 << 20
    /// Whether the answer's header lines are kept.
    public var keepsHeaders = false
    /// Receives the body of a 2xx answer piece by piece, on the driver's thread: it must not block. What it throws ends
    /// the transfer. Without it the body is collected in the response.
    public var onBody: (@Sendable (UnsafeBufferPointer<UInt8>) throws -> Void)?

    /// A GET.
    public static func get(_ url: String, headers: [String] = []) -> HTTPRequest {
        HTTPRequest(method: .get, url: url, headers: headers, body: [])
    }

    /// A DELETE.
    public static func delete(_ url: String, headers: [String] = []) -> HTTPRequest {
        HTTPRequest(method: .delete, url: url, headers: headers, body: [])
    }

    /// A POST of a JSON body.
    public static func post(_ url: String, headers: [String] = [], json body: [UInt8]) -> HTTPRequest {
        HTTPRequest(method: .post, url: url, headers: ["Content-Type: application/json"] + headers, body: body)
    }
}

/// A complete answer, of any status.
public struct HTTPResponse: Sendable {
    /// A header line.
    public struct Header: Sendable, Hashable {
        /// As it came, in any case.
        public var name: String
        /// Without white space around it.
        public var value: String
    }

    /// Status code.
    public var status: Int
    /// The body; empty when `onBody` took it.
    public var body: [UInt8]
    /// Seconds that the headers ask to wait: `Retry-After`, `retry-after-ms`, or an error's reset of a rate limit; nil when
    /// absent.
    public var retryAfter: Double?
    /// The header lines in their order, names as they came, where the request keeps them.
    public var headers: [Header] = []
    /// Where the server says that the resource is; nil when it does not.
    public var redirect: String?
    /// Seconds from start until the request was ready to be sent, until the first body byte, and until the end.
    public var connectTime: Double
    /// See `connectTime`; nil for an empty body.
    public var firstByteTime: Double?
    /// See `connectTime`.
    public var totalTime: Double
}
