import Experience
import HTTPTypes
import JSON
import Verifiers

/// LLaMA-Factory's `reward_model_type: api`: whole conversations as text, without golds, to `{"scores": […]}`. So a verifier that
/// needs none must be named for it, under `serve.protocols.llama_factory`.
struct LLaMAFactoryRoutes: RouteGroup {
    let pool: VerifierPool
    let options: ServeOptions

    var routes: [Route] { [Route(.post, "/llama_factory", scope: .verify, handler: scores)] }

    @Sendable private func scores(_ call: Call) async throws -> Reply {
        let body = try JSONBody(try await call.body(limit: options.maxBodyBytes))
        let endpoint = try pool.endpoint(for: .llamaFactory)
        let items = try body.strings("messages").enumerated().map { index, text in
            VerificationItem(problem: Problem(id: String(index)), completion: Completion(text: text ?? ""))
        }
        let verdicts = try await endpoint.verify(
            items, for: call.principal.share, deadline: try call.deadline(default: options.deadlineSeconds))
        let rewards = try await endpoint.rewards(of: items, verdicts)
        return .json(["scores": .array(rewards.map(JSONValue.double))])
    }
}
