import Experience
import HTTPTypes
import Hummingbird
import JSON
import Logging
import NIOCore

/// Serves a `SimulatedPolicy` on a loopback port in the shape of vLLM's OpenAI endpoints: `/v1/models`,
/// `/v1/completions`, `/v1/chat/completions`, with token ids and log-probabilities.
public struct SimulatedServer: Sendable {
    private let policy: SimulatedPolicy

    /// A server of one policy.
    public init(policy: SimulatedPolicy) { self.policy = policy }

    /// Listens on a free loopback port while `body` runs with the base URL, then stops.
    public func run<Value: Sendable>(_ body: @Sendable @escaping (_ url: String) async throws -> Value) async throws
        -> Value
    {
        let (ports, port) = AsyncStream<Int>.makeStream()
        let application = Application(
            router: router(), configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                port.yield(channel.localAddress?.port ?? 0)
                port.finish()
            }, logger: Logger(label: "assay.simulated") { _ in SwiftLogNoOpLogHandler() })
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await application.run()
                return nil
            }
            group.addTask {
                for await number in ports { return try await body("http://127.0.0.1:\(number)") }
                return nil
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/health") { _, _ in HTTPResponse.Status.ok }
        router.get("/v1/models") { _, _ in
            Self.reply(["object": "list", "data": [["id": .string(SimulatedPolicy.modelName), "object": "model"]]])
        }
        for path in ["/v1/completions", "/v1/chat/completions"] {
            router.post("\(path)") { request, _ in
                let body = try await request.body.collect(upTo: 4 << 20)
                guard let json = try? JSONValue(parsing: body.readableBytesView), json.objectValue != nil else {
                    return Self.failure(.badRequest, "the body is not a JSON object")
                }
                return complete(json, isChat: path.contains("chat"))
            }
        }
        return router
    }

    private func complete(_ request: JSONValue, isChat: Bool) -> Response {
        if let model = request["model"]?.stringValue, model != SimulatedPolicy.modelName {
            return Self.failure(.notFound, "The model `\(model)` does not exist.")
        }
        let n = request["n"]?.intValue ?? 1
        let maxTokens = (request["max_tokens"] ?? request["max_completion_tokens"])?.intValue ?? 16
        guard (1...1024).contains(n), (1...65_536).contains(maxTokens) else {
            return Self.failure(.badRequest, "n must be in 1...1024 and max_tokens in 1...65536")
        }
        let prompt =
            isChat
            ? (request["messages"]?.arrayValue ?? []).compactMap { $0["content"]?.stringValue }.joined(separator: "\n")
            : request["prompt"]?.stringValue ?? ""
        let seed = UInt64(bitPattern: Int64(request["seed"]?.intValue ?? 0))
        let promptIDs = JSONValue.array(policy.promptIDs(prompt).map { .int(Int($0)) })
        var sampled = 0
        let choices = (0..<n).map { index -> JSONValue in
            let sample = policy.sample(
                prompt: prompt, temperature: request["temperature"]?.doubleValue ?? 1, maxTokens: maxTokens,
                seed: seed &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15)
            sampled += sample.tokens.count
            return choice(sample, index: index, promptIDs: promptIDs, request: request, isChat: isChat)
        }
        var reply: [JSONValue.Member] = [
            .init("id", "sim"), .init("object", isChat ? "chat.completion" : "text_completion"),
            .init("model", .string(SimulatedPolicy.modelName)), .init("choices", .array(choices)),
            .init(
                "usage",
                ["prompt_tokens": .int(promptIDs.arrayValue?.count ?? 0), "completion_tokens": .int(sampled)]),
        ]
        if isChat { reply.append(.init("prompt_token_ids", promptIDs)) }
        return Self.reply(.object(reply))
    }

    private func choice(
        _ sample: SimulatedPolicy.Sample, index: Int, promptIDs: JSONValue, request: JSONValue, isChat: Bool
    ) -> JSONValue {
        let text = JSONValue.string(policy.text(sample.tokens))
        var members: [JSONValue.Member] = [
            .init("index", .int(index)), .init("finish_reason", sample.isTruncated ? "length" : "stop"),
        ]
        members.append(
            isChat ? .init("message", ["role": "assistant", "content": text]) : .init("text", text))
        if request["return_token_ids"]?.boolValue == true {
            members.append(.init("token_ids", .array(sample.tokens.map { .int(Int($0)) })))
            if !isChat { members.append(.init("prompt_token_ids", promptIDs)) }
        }
        if isChat, request["logprobs"]?.boolValue == true {
            members.append(
                .init(
                    "logprobs", ["content": .array(chatLogprobs(sample, top: request["top_logprobs"]?.intValue ?? 0))]))
        } else if let top = request["logprobs"]?.intValue {
            members.append(.init("logprobs", completionLogprobs(sample, top: top)))
        }
        return .object(members)
    }

    /// As with vLLM's return_tokens_as_token_ids: two tokens with one text stay apart.
    private func name(_ token: Int32) -> String { "token_id:\(token)" }

    private func chatLogprobs(_ sample: SimulatedPolicy.Sample, top: Int) -> [JSONValue] {
        zip(zip(sample.tokens, sample.logprobs), sample.candidates).map { drawn, candidates in
            let entries = candidates.prefix(top).map { candidate -> JSONValue in
                ["token": .string(name(candidate.token)), "logprob": .double(candidate.logprob)]
            }
            return ["token": .string(name(drawn.0)), "logprob": .double(drawn.1), "top_logprobs": .array(entries)]
        }
    }

    private func completionLogprobs(_ sample: SimulatedPolicy.Sample, top: Int) -> JSONValue {
        [
            "tokens": .array(sample.tokens.map { .string(name($0)) }),
            "token_logprobs": .array(sample.logprobs.map { .double($0) }),
            "top_logprobs": .array(
                sample.candidates.map { candidates in
                    .object(candidates.prefix(top).map { .init(name($0.token), .double($0.logprob)) })
                }),
        ]
    }

    private static func reply(_ json: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }

    private static func failure(_ status: HTTPResponse.Status, _ message: String) -> Response {
        reply(
            ["error": ["message": .string(message), "type": "invalid_request_error", "code": .int(status.code)]],
            status: status)
    }
}
