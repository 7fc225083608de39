import Experience
internal import JSON
internal import Synchronization

/// A request that gave no complete answer.
public struct SampleFailed: Error, Sendable {
    /// Why.
    public var error: SampleError
    /// What a stream had brought until then: choices that had ended, and the beginnings of others.
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

    /// What `request` brought, with endpoint and times filled in; `seconds` is the longest wait where that is shorter than the
    /// client's own.
    public func sample(
        _ request: SampleRequest, from endpoint: Endpoint, within seconds: Double = .infinity
    ) async throws(SampleFailed) -> SampleReply {
        // A stream is read while it comes, an answer when it is there.
        let reader = request.isStreaming ? ReplyReader(request, dialect: endpoint.dialect) : nil
        var http = try encoded(request, for: endpoint, reader)
        http.timeouts.total = min(http.timeouts.total, seconds)
        let started = Timestamp.now
        do throws(SampleFailed) {
            let response: HTTPResponse
            do throws(TransportError) {
                response = try await driver.send(http)
            } catch {
                // All was there, only the end of the connection was not as it should be.
                if let reader, reader.isComplete, error.kind != .cancelled, error.kind != .rejected {
                    return try finish(reader, nil, endpoint, started)
                }
                let partial = reader?.partial().map { stamped($0, endpoint, started) }
                throw SampleFailed(error: reader?.failure ?? .transport(error), partial: partial)
            }
            return try read(response, request, endpoint, reader, started)
        } catch {
            var failed = error
            failed.error.mask(endpoint.secrets)
            throw failed
        }
    }

    @inline(never)
    private func encoded(
        _ request: SampleRequest, for endpoint: Endpoint, _ reader: ReplyReader?
    ) throws(SampleFailed) -> HTTPRequest {
        var encoded: (path: String, body: [UInt8])
        do {
            encoded = try endpoint.dialect.encode(request)
        } catch {
            throw SampleFailed(error: .dialect(error as? DialectError ?? DialectError("\(error)")))
        }
        if let extra = request.sampling.extra, let body = try? JSONValue(parsing: encoded.body) {
            encoded.body = body.overlaid(with: extra).bytes
        }
        var http = endpoint.address.post(encoded.path, headers: endpoint.headers, json: encoded.body)
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
            throw SampleFailed(error: .server(ServerError(response, endpoint.secrets)))
        }
        return try finish(reader ?? ReplyReader(request, dialect: endpoint.dialect), response, endpoint, started)
    }

    private func finish(
        _ reader: ReplyReader, _ response: HTTPResponse?, _ endpoint: Endpoint, _ started: Int64
    ) throws(SampleFailed) -> SampleReply {
        do throws(SampleError) {
            return stamped(try reader.finish(response?.body ?? []), endpoint, started)
        } catch {
            var error = error
            // An error inside a good answer may have its wait in the headers.
            if case .server(var inside) = error, inside.retryAfter == nil {
                inside.retryAfter = response?.retryAfter
                error = .server(inside)
            }
            throw SampleFailed(error: error, partial: reader.partial().map { stamped($0, endpoint, started) })
        }
    }

    private func stamped(_ reply: consuming SampleReply, _ endpoint: Endpoint, _ started: Int64) -> SampleReply {
        let finished = Timestamp.now
        for index in reply.completions.indices { reply.completions[index].stamp(endpoint, started, finished) }
        for index in reply.failures.indices {
            reply.failures[index].beginning?.stamp(endpoint, started, finished)
            reply.failures[index].error.mask(endpoint.secrets)
        }
        return reply
    }
}

extension Completion {
    fileprivate mutating func stamp(_ endpoint: Endpoint, _ started: Int64, _ finished: Int64) {
        self.endpoint = endpoint.url
        if model.isEmpty { model = endpoint.model }
        startedAt = started
        finishedAt = finished
    }
}

extension ServerError {
    /// An answer that is no success; a redirection, which is not followed, says where to.
    init(_ response: HTTPResponse, _ secrets: Secrets) {
        self.init(status: response.status, body: response.body, retryAfter: response.retryAfter)
        mask(secrets)
        if let target = response.redirect {
            message = "the server redirects to \(SecretURL.shown(target)); set the endpoint to that address"
        }
    }
}

extension JSONValue {
    /// This with `other`'s members laid over it, objects member by member; a null member takes one away.
    func overlaid(with other: JSONValue) -> JSONValue {
        guard case .object(var members) = self, case .object(let overlay) = other else { return other }
        for member in overlay {
            members.removeAll { member.value.isNull && $0.key == member.key }
            if member.value.isNull { continue }
            if let index = members.firstIndex(where: { $0.key == member.key }) {
                members[index].value = members[index].value.overlaid(with: member.value)
            } else {
                members.append(member)
            }
        }
        return .object(members)
    }
}
