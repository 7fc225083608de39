public import Experience
internal import JSON

/// Asks a server for one number per token of a completion that was sampled elsewhere.
///
/// Reference log-probs: vLLM (`prompt_logprobs` over prompt and completion) and SGLang (`logprob_start_len` 0 and no new
/// tokens). Critic values: the per-token pooling of vLLM (`/pooling`, one number per token); the value of token t is that
/// of the state before it, at position p - 1 + t of the sequence.
public struct TokenScorer: Sendable {
    private let driver: CurlDriver
    private let timeouts: HTTPTimeouts
    private let endpoint: Endpoint
    private let quantity: TokenQuantity

    /// A scorer at `endpoint`; throws `DialectError` when that server cannot give `quantity`.
    public init(
        _ quantity: TokenQuantity, driver: CurlDriver, endpoint: Endpoint, timeouts: HTTPTimeouts = HTTPTimeouts()
    ) throws {
        let isAble = quantity != .critic ? [.vllm, .sglang].contains(endpoint.server) : endpoint.server == .vllm
        guard isAble else {
            throw DialectError(
                "\(endpoint.url): a \(endpoint.server.rawValue) server gives no \(quantity.rawValue) pass; use vLLM"
                    + (quantity != .critic ? " or SGLang" : " with a token-wise pooling model"))
        }
        self.quantity = quantity
        self.driver = driver
        self.endpoint = endpoint
        self.timeouts = timeouts
    }

    /// One finite number per id of `tokenIDs`, in order; log-probs are natural and <= 0.
    public func score(promptIDs: [Int32], tokenIDs: [Int32]) async throws(SampleError) -> [Float] {
        guard !promptIDs.isEmpty else { throw .dialect(DialectError("the prompt's token ids are not known")) }
        let ids = promptIDs + tokenIDs
        let response = try await send(ids)
        do {
            switch quantity {
            case .reference, .teacher: return try logprobs(response, ids, from: promptIDs.count)
            case .critic: return try values(response, count: ids.count, from: promptIDs.count)
            }
        } catch let error as SampleError {
            throw error
        } catch let error as ReplyViolation {
            throw .reply(error)
        } catch {
            throw .reply(.malformed("\(error)"))
        }
    }

    private func send(_ ids: [Int32]) async throws(SampleError) -> [UInt8] {
        var writer = JSONWriter()
        let path: String
        switch (quantity, endpoint.server) {
        case (.reference, .sglang), (.teacher, .sglang):
            path = "/generate"
            writer.object { writer in
                writer.ids("input_ids", ids)
                writer.key("sampling_params")
                writer.object {
                    $0.member("max_new_tokens", 0)
                    $0.member("temperature", 1)
                }
                writer.member("return_logprob", true)
                writer.member("logprob_start_len", 0)
            }
        case (.reference, _), (.teacher, _):
            path = "/v1/completions"
            writer.object { writer in
                writer.member("model", endpoint.model)
                writer.ids("prompt", ids)
                writer.member("max_tokens", 1)
                writer.member("temperature", 1)
                writer.member("prompt_logprobs", 0)
            }
        case (.critic, _):
            path = "/pooling"
            writer.object { writer in
                writer.member("model", endpoint.model)
                writer.ids("input", ids)
                writer.member("encoding_format", "float")
            }
        }
        var request = endpoint.address.post(path, headers: endpoint.headers, json: writer.bytes)
        request.timeouts = timeouts
        let response: HTTPResponse
        do throws(TransportError) { response = try await driver.send(request) } catch { throw .transport(error) }
        guard (200..<300).contains(response.status) else {
            throw .server(ServerError(response, endpoint.secrets))
        }
        return response.body
    }

    private func logprobs(_ body: [UInt8], _ ids: [Int32], from start: Int) throws -> [Float] {
        let request = SampleRequest(input: .ids(ids), model: endpoint.model, sampling: SamplingParameters())
        var reply = ReplyBuilder(request)
        try JSONCursor.read(body, maxDepth: 64) { cursor in
            if endpoint.server == .sglang {
                try reply.absorbSGLang(&cursor)
            } else {
                try reply.absorbOpenAI(&cursor)
            }
        }
        if let error = reply.error { throw SampleError.server(error) }
        guard reply.promptCandidates.count == ids.count else {
            throw ReplyViolation.lengthMismatch(ids: ids.count, logprobs: reply.promptCandidates.count)
        }
        return try zip(ids, reply.promptCandidates).enumerated().dropFirst(start).map { position, pair in
            guard let value = pair.1[pair.0] else {
                throw ReplyViolation.malformed("no log-prob of token \(pair.0) at position \(position)")
            }
            guard value.isFinite, value <= 1e-4 else {
                throw ReplyViolation.badLogprob(position: position, value: "\(value)")
            }
            return min(value, 0)
        }
    }

    /// `{"data": [{"data": [v | [v], …]}]}`.
    private func values(_ body: [UInt8], count: Int, from start: Int) throws -> [Float] {
        let tree = try JSONValue(parsing: body, maxDepth: 16)
        guard let list = tree["data"]?.arrayValue?.first?["data"]?.arrayValue else {
            throw ReplyViolation.malformed("no list of values at data[0].data")
        }
        let values = try list.map { element in
            let number = element.doubleValue ?? (element.arrayValue.flatMap { $0.count == 1 ? $0[0].doubleValue : nil })
            guard let value = number.map({ Float($0) }), value.isFinite else {
                throw ReplyViolation.malformed("a value that is not one finite number")
            }
            return value
        }
        guard values.count == count else { throw ReplyViolation.lengthMismatch(ids: count, logprobs: values.count) }
        return Array(values[(start - 1)..<(count - 1)])
    }
}
