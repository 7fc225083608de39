/// What to do about a failed request: the whole table in one place.
///
/// | error | requests at most | wait |
/// |---|---|---|
/// | no connection (the request never left) | not counted | full jitter, then the endpoint's breaker |
/// | 502, 504, connection closed, answer cut off | `attempts` | full jitter |
/// | 429, 503 | `attempts` | `Retry-After`, else full jitter |
/// | 500 and other 5xx, 408, an error inside a stream, a time-out, an unusable answer | 2 | full jitter |
/// | other 4xx, TLS, a bad URL, an answer over the size limit, a request the server has no words for | 1 | |
public struct RetryPolicy: Sendable {
    /// Requests per sample at most, the first included.
    public var attempts: Int
    /// First and longest wait of the jitter, in seconds.
    public var baseDelay: Double
    /// See `baseDelay`; also the longest `Retry-After` that is honoured.
    public var maxDelay: Double

    /// A policy; the delays are in seconds.
    public init(attempts: Int = 6, baseDelay: Double = 0.5, maxDelay: Double = 60) {
        self.attempts = attempts
        self.baseDelay = baseDelay
        self.maxDelay = maxDelay
    }

    /// Seconds to wait before request number `attempt` + 1, or nil when `error` of request number `attempt` is final.
    /// `unit` is a random number in 0..<1.
    public func delay(after error: SampleError, attempt: Int, unit: Double) -> Double? {
        guard Self.neverLeft(error) || attempt < min(attempts, limit(for: error)) else { return nil }
        if case .server(let answer) = error, let seconds = answer.retryAfter { return min(seconds, maxDelay) }
        // Full jitter (Brooker 2015): uniform between 0 and the doubling cap.
        return unit * min(maxDelay, baseDelay * Double(1 << min(attempt - 1, 20)))
    }

    /// Whether the request never reached a server, so that repeating it costs nobody anything.
    static func neverLeft(_ error: SampleError) -> Bool {
        guard case .transport(let error) = error else { return false }
        return [.refused, .unknownHost, .connectTimeout].contains(error.kind)
    }

    /// Whether the connection failed, before the request or under it: that is a server's end, not its overload.
    static func isConnectionFailure(_ error: SampleError) -> Bool {
        guard case .transport(let failure) = error else { return false }
        return neverLeft(error) || failure.kind == .closed || failure.kind == .truncated
    }

    /// Whether the error speaks against the endpoint rather than the request; nil when it speaks of neither.
    static func isHealthy(_ error: SampleError) -> Bool? {
        switch error {
        case .dialect: nil
        case .reply: true
        case .transport(let error):
            switch error.kind {
            case .cancelled, .badRequest, .rejected, .tooLarge: nil
            default: false
            }
        case .server(let answer): answer.status < 500
        }
    }

    private func limit(for error: SampleError) -> Int {
        switch error {
        case .dialect: 1
        case .reply: 2
        case .transport(let error): limit(for: error.kind)
        case .server(let error):
            switch error.status {
            case 429, 502, 503, 504: attempts
            case 200: error.isRetryable == false ? 1 : 2
            case 408, 500...: 2
            default: 1
            }
        }
    }

    private func limit(for kind: TransportError.Kind) -> Int {
        switch kind {
        case .badRequest, .tls, .tooLarge, .rejected, .cancelled: 1
        case .firstByteTimeout, .stalled, .totalTimeout: 2
        case .closed, .truncated: attempts
        case .refused, .unknownHost, .connectTimeout: .max
        }
    }
}
