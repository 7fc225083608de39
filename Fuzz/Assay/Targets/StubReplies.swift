import Experience
import JSON
import Synchronization
import Verifiers

/// A model and a reward server that answer with the parts of the input: `reply` (one each), `status`, `logprobs`.
final class StubReplies: TextGenerator, HTTPPoster {
    private let input = Mutex(FuzzInput())

    func set(_ next: FuzzInput) { input.withLock { $0 = next } }

    private var replies: [[UInt8]] { input.withLock { $0.parts.filter { $0.name == "reply" }.map(\.bytes) } }

    func generate(
        _ prompt: Prompt, count: Int, temperature: Double, maxTokens: Int, seed: UInt64
    ) async throws -> [String] {
        let replies = replies.map { String(decoding: $0, as: UTF8.self) }
        if replies.isEmpty { throw FuzzFailure("no reply") }
        return (0..<count).map { replies[$0 % replies.count] }
    }

    func logprobs(of continuation: String, after prefix: String) async throws -> [Double]? {
        let text = input.withLock { $0.text("logprobs") }
        return text?.split(separator: " ").compactMap { Double($0) }
    }

    func post(_ url: String, headers: [String], body: [UInt8], timeout: Double) async throws -> HTTPReply {
        let (status, wait) = input.withLock { (Int($0.text("status") ?? "200"), $0.text("retry_after")) }
        guard let body = replies.first else { throw HTTPTimeout() }
        // Long waits are asked for in vain: their arithmetic is what is tried.
        let seconds = wait.flatMap { Double($0) }.flatMap { $0 > 0.01 ? nil : $0 } ?? 0
        return HTTPReply(status: status ?? 200, retryAfter: seconds, body: body)
    }
}

extension VerifierRegistry {
    /// These verifiers and those that need a network, answered by `stub`.
    func answered(by stub: StubReplies) -> VerifierRegistry {
        var registry = self
        HTTPVerifier.register(in: &registry) { stub }
        JudgeVerifier.register(in: &registry) { _ in stub }
        return registry
    }
}
