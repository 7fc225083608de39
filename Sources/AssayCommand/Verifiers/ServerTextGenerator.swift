import Experience
import JSON
import Rollout
import Verifiers

/// Asks an inference server for a judge: Rollout's client behind the verifiers' protocol.
actor ServerTextGenerator: TextGenerator {
    private let judge: JudgeEndpoint
    private let driver: CurlDriver
    private let retry = RetryPolicy(attempts: 4)
    private var probing: Task<Endpoint, any Error>?

    init(_ judge: JudgeEndpoint) throws {
        self.judge = judge
        driver = try CurlDriver(maxConnections: 64)
    }

    func generate(
        _ prompt: Prompt, count: Int, temperature: Double, maxTokens: Int, seed: UInt64
    ) async throws -> [String] {
        let endpoint = try await endpoint()
        var sampling = SamplingParameters()
        sampling.temperature = temperature
        sampling.maxTokens = maxTokens
        var timeouts = HTTPTimeouts()
        timeouts.total = judge.timeout
        let client = SampleClient(driver: driver, timeouts: timeouts, maxResponseBytes: 16 << 20)
        var request = SampleRequest(input: .prompt(prompt), model: endpoint.model, sampling: sampling)
        var texts: [String] = []
        // One request per vote, each with a seed of its own: servers ignore n, or bound it by their slots.
        for vote in 0..<count {
            request.seed = (seed &+ UInt64(vote)) % (1 << 31)
            texts += try await sample(request, client, endpoint)
        }
        return texts
    }

    /// One answer, by the failure table of sampling.
    private func sample(
        _ request: SampleRequest, _ client: SampleClient, _ endpoint: Endpoint
    ) async throws -> [String] {
        var attempt = 1
        while true {
            let failure: SampleError
            let asked = endpoint.taught(request)
            do throws(SampleFailed) {
                let reply = try await client.sample(asked, from: endpoint)
                guard let missing = reply.failures.first else { return reply.completions.map(\.text) }
                failure = missing.error
            } catch {
                failure = error.error
            }
            if endpoint.learn(from: failure, asked: asked) { continue }
            guard let wait = retry.delay(after: failure, attempt: attempt, unit: .random(in: 0..<1)) else {
                throw BadInput("\(endpoint.url): \(failure)")
            }
            attempt += 1
            try await Task.sleep(for: .seconds(wait))
        }
    }

    func logprobs(of continuation: String, after prefix: String) async throws -> [Double]? {
        let endpoint = try await endpoint()
        let body: JSONValue = [
            "model": .string(endpoint.model), "prompt": .string(prefix + continuation), "echo": true, "max_tokens": 0,
            "logprobs": 1, "temperature": 0,
        ]
        var request = endpoint.post("/v1/completions", json: body.bytes)
        request.timeouts.total = judge.timeout
        let response = try await driver.send(request)
        guard response.status == 200, let json = try? JSONValue(parsing: response.body),
            let logprobs = json["choices"]?.arrayValue?.first?["logprobs"],
            let values = logprobs["token_logprobs"]?.arrayValue, let offsets = logprobs["text_offset"]?.arrayValue,
            values.count == offsets.count
        else { return nil }
        // The token that straddles the border belongs to the continuation: it is what writes its first letter.
        let border = prefix.unicodeScalars.count
        var ends = offsets.dropFirst().map { $0.intValue ?? 0 }
        ends.append((prefix + continuation).unicodeScalars.count)
        return zip(values, ends).filter { $0.1 > border }.compactMap { $0.0.doubleValue }
    }

    /// The probed server; concurrent first calls share one probe, and a failed one is tried again.
    private func endpoint() async throws -> Endpoint {
        if let probing, let endpoint = try? await probing.value { return endpoint }
        let task = Task { [judge, driver] in
            try await ServerProbe(driver: driver, timeout: 10).endpoint(
                judge.url, model: judge.model, server: nil, api: .chat, headers: judge.headers)
        }
        probing = task
        return try await task.value
    }
}

/// Posts through libcurl for verifiers and environments behind a URL.
struct CurlPoster: HTTPPoster {
    private let driver: CurlDriver

    init() throws { driver = try CurlDriver(maxConnections: 64) }

    func post(_ url: String, headers: [String], body: [UInt8], timeout: Double) async throws -> HTTPReply {
        var request = HTTPRequest.post(url, headers: headers, json: body)
        request.timeouts.firstByte = timeout
        request.timeouts.interChunk = timeout
        request.timeouts.total = timeout
        request.maxResponseBytes = 64 << 20
        request.keepsHeaders = true
        do throws(TransportError) {
            let response = try await driver.send(request)
            return HTTPReply(
                status: response.status, retryAfter: response.retryAfter, body: response.body,
                headers: response.headers.map { ($0.name, $0.value) })
        } catch {
            switch error.kind {
            case .firstByteTimeout, .stalled, .totalTimeout, .connectTimeout: throw HTTPTimeout()
            default: throw error
            }
        }
    }

    func delete(_ url: String, headers: [String], timeout: Double) async {
        var request = HTTPRequest.delete(url, headers: headers)
        request.timeouts.total = timeout
        _ = try? await driver.send(request)
    }
}
