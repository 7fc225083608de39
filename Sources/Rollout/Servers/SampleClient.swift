public import Experience
internal import JSON
internal import Synchronization

/// The completions of one request.
public struct SampleReply: Sendable, Hashable {
    /// Prompt token ids, if the server gives them.
    public var promptIDs: [Int32] = []
    /// Number of prompt tokens as the server counts them; nil when it does not say.
    public var promptTokenCount: Int?
    /// As many as were asked for, by choice index; fewer and cut off in `SampleFailed.partial`.
    public var completions: [Completion] = []
}

/// A request that gave no complete answer.
public struct SampleFailed: Error, Sendable {
    /// Why.
    public var error: SampleError
    /// What a stream had brought until then, finish `abort`.
    public var partial: SampleReply?
}

/// Asks an endpoint once: encodes, sends, decodes, checks.
public struct SampleClient: Sendable {
    private let driver: CurlDriver
    private let timeouts: HTTPTimeouts
    private let maxResponseBytes: Int

    /// A client on `driver`.
    public init(driver: CurlDriver, timeouts: HTTPTimeouts = HTTPTimeouts(), maxResponseBytes: Int = 256 << 20) {
        self.driver = driver
        self.timeouts = timeouts
        self.maxResponseBytes = maxResponseBytes
    }

    /// The completions of `request`, with endpoint and times filled in.
    public func sample(_ request: SampleRequest, from endpoint: Endpoint) async throws(SampleFailed) -> SampleReply {
        // A stream is read while it comes, an answer when it is there.
        let reader = request.isStreaming ? ReplyReader(request, dialect: endpoint.dialect) : nil
        let http = try encoded(request, for: endpoint, reader)
        let started = Timestamp.now
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await driver.send(http)
        } catch {
            let partial = reader?.partial().map { stamped($0, endpoint, started) }
            throw SampleFailed(error: reader?.failure ?? .transport(error), partial: partial)
        }
        return try read(response, request, endpoint, reader, started)
    }

    @inline(never)
    private func encoded(
        _ request: SampleRequest, for endpoint: Endpoint, _ reader: ReplyReader?
    ) throws(SampleFailed) -> HTTPRequest {
        let encoded: (path: String, body: [UInt8])
        do {
            encoded = try endpoint.dialect.encode(request)
        } catch {
            throw SampleFailed(error: .dialect(error as? DialectError ?? DialectError("\(error)")))
        }
        var http = HTTPRequest.post(endpoint.url + encoded.path, headers: endpoint.headers, json: encoded.body)
        if !request.requestID.isEmpty { http.headers.append("X-Request-Id: \(request.requestID)") }
        http.timeouts = timeouts
        http.maxResponseBytes = maxResponseBytes
        if let reader { http.onBody = { try reader.feed($0) } }
        return http
    }

    @inline(never)
    private func read(
        _ response: HTTPResponse, _ request: SampleRequest, _ endpoint: Endpoint, _ reader: ReplyReader?,
        _ started: Int64
    ) throws(SampleFailed) -> SampleReply {
        guard (200..<300).contains(response.status) else {
            throw SampleFailed(
                error: .server(
                    ServerError(status: response.status, body: response.body, retryAfter: response.retryAfter)))
        }
        let reader = reader ?? ReplyReader(request, dialect: endpoint.dialect)
        do throws(SampleError) {
            return stamped(try reader.finish(response.body), endpoint, started)
        } catch {
            throw SampleFailed(error: error, partial: reader.partial().map { stamped($0, endpoint, started) })
        }
    }

    private func stamped(_ reply: consuming SampleReply, _ endpoint: Endpoint, _ started: Int64) -> SampleReply {
        let finished = Timestamp.now
        for index in reply.completions.indices {
            reply.completions[index].endpoint = endpoint.url
            if reply.completions[index].model.isEmpty { reply.completions[index].model = endpoint.model }
            reply.completions[index].startedAt = started
            reply.completions[index].finishedAt = finished
        }
        return reply
    }
}

/// Reads one answer: fed by the driver's thread while it streams, finished by the caller.
package final class ReplyReader: Sendable {
    private struct State {
        var parser: StreamParser
        var builder: ReplyBuilder
        var failure: SampleError?
    }

    private let state: Mutex<State>
    private let dialect: any Dialect

    package init(_ request: SampleRequest, dialect: any Dialect) {
        self.dialect = dialect
        state = Mutex(State(parser: StreamParser(dialect.framing), builder: ReplyBuilder(request)))
    }

    /// The error that made `feed` throw.
    var failure: SampleError? { state.withLock { $0.failure } }

    /// Takes a piece of a stream.
    package func feed(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        try state.withLock { state in
            var builder = state.builder
            state.builder = ReplyBuilder(builder.request)
            defer { state.builder = builder }
            do {
                try state.parser.feed(bytes) { try Self.absorb($0, dialect, &builder) }
            } catch let error as SampleError {
                state.failure = error
                throw error
            }
        }
    }

    /// The checked completions; `body` is the whole answer when it was not streamed.
    package func finish(_ body: [UInt8]) throws(SampleError) -> SampleReply {
        let outcome: Result<SampleReply, SampleError> = state.withLock { state in
            var builder = state.builder
            do {
                if builder.request.isStreaming {
                    try state.parser.finish { try Self.absorb($0, dialect, &builder) }
                    state.builder = builder
                } else {
                    try body.withUnsafeBufferPointer { try Self.absorb($0, dialect, &builder) }
                }
                return .success(
                    SampleReply(
                        promptIDs: builder.promptIDs, promptTokenCount: builder.usagePromptTokens,
                        completions: try builder.completions(kind: dialect.logprobKind)))
            } catch {
                return .failure(Self.sampleError(error))
            }
        }
        return try outcome.get()
    }

    /// What a broken stream brought; nil when that is nothing or not usable.
    package func partial() -> SampleReply? {
        state.withLock { state in
            guard state.builder.request.isStreaming,
                let completions = try? state.builder.completions(kind: dialect.logprobKind, isPartial: true),
                !completions.isEmpty
            else { return nil }
            return SampleReply(promptIDs: state.builder.promptIDs, completions: completions)
        }
    }

    private static func absorb(
        _ bytes: UnsafeBufferPointer<UInt8>, _ dialect: any Dialect, _ builder: inout ReplyBuilder
    ) throws {
        do {
            var cursor = JSONCursor(bytes, maxDepth: 64)
            try dialect.absorb(&cursor, into: &builder)
            try cursor.finish()
        } catch {
            throw sampleError(error)
        }
        if let error = builder.error { throw SampleError.server(error) }
    }

    private static func sampleError(_ error: any Error) -> SampleError {
        switch error {
        case let error as SampleError: error
        case let error as ReplyViolation: .reply(error)
        default: .reply(.malformed("\(error)"))
        }
    }
}
