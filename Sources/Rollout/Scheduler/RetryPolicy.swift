internal import Numbers

/// What to do about a failed request: the whole table in one place.
///
/// | error | requests at most | wait |
/// |---|---|---|
/// | no connection (the request never left) | not counted | full jitter, then the endpoint's breaker |
/// | 429, 503, 529: the server has too much to do | not counted | the endpoint is paced (`Pacer`) |
/// | 408, 409, 421, 425, 460, 499, 502, 504, 520 to 527, 530, connection closed, answer cut off | `attempts` | full jitter |
/// | aborted with tokens that can be gone on with | not counted | |
/// | aborted otherwise | `attempts` + 10 | full jitter, at most 2 s |
/// | 424, 500 and other 5xx, an error inside an answer, a time-out, an unusable or empty answer | 2 | full jitter |
/// | 402, or words or a number for a spent account | the endpoint is asked no more; with the last one the run ends | |
/// | other 4xx, a content filter, TLS, a bad URL, an answer over the size limit, a request the server has no words for | 1 | |
///
/// An error inside an answer of status 200 that names a status, and a finish reason that stands for one (`ChoiceEnd`), are in
/// that status's row.
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
    ///
    /// Whoever paces endpoints does not ask for refusals (`Pacer`); without a pacer they count as `attempts` + 10.
    public func delay(after error: SampleError, attempt: Int, unit: Double) -> Double? {
        guard Self.neverLeft(error) || attempt < limit(for: error) else { return nil }
        if case .server(let answer) = error, let seconds = answer.retryAfter { return min(seconds, maxDelay) }
        // Full jitter (Brooker 2015): uniform between 0 and the doubling cap.
        var maxDelay = maxDelay
        if case .aborted = error { maxDelay = min(maxDelay, 2) }
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
        case .reply, .aborted, .filtered: true
        case .transport(let error):
            switch error.kind {
            case .cancelled, .badRequest, .rejected, .tooLarge: nil
            default: false
            }
        // What stands inside an answer is of the request.
        case .server(let answer): answer.status < 500 || answer.isInside
        }
    }

    private func limit(for error: SampleError) -> Int {
        switch error {
        case .dialect, .filtered: 1
        case .reply: min(2, attempts)
        case .aborted: attempts.addingSaturated(10)
        case .transport(let error): limit(for: error.kind)
        case .server(let error): limit(for: error)
        }
    }

    private func limit(for error: ServerError) -> Int {
        if error.isQuota || error.isRetryable == false { return 1 }
        if error.isRefusal { return attempts.addingSaturated(10) }
        switch error.status {
        // 460 and 499 are a balancer's words for a connection that closed behind it.
        case 408, 409, 421, 425, 460, 499, 502, 504, 520...527, 530: return attempts
        case 200, 424, 500...: return min(2, attempts)
        default: return error.isRetryable == true ? attempts : 1
        }
    }

    private func limit(for kind: TransportError.Kind) -> Int {
        switch kind {
        case .badRequest, .tls, .tooLarge, .rejected, .cancelled: 1
        case .firstByteTimeout, .stalled, .totalTimeout: min(2, attempts)
        case .closed, .truncated: attempts
        case .refused, .unknownHost, .connectTimeout: .max
        }
    }
}
