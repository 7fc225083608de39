import Experience
import HTTPTypes
import JSON
import Verifiers

/// OpenRLHF's remote reward model (`--reward.remote_url`): `{query: [prompt + response], prompts: […], labels: […]}` to
/// `{rewards: […], scores: […], extra_logs: {name: […]}}`, logs numeric.
struct OpenRLHFRoutes: RouteGroup {
    let pool: VerifierPool
    let options: ServeOptions

    var routes: [Route] { [Route(.post, "/get_reward", scope: .verify, handler: getReward)] }

    @Sendable private func getReward(_ call: Call) async throws -> Reply {
        let body = try JSONBody(try await call.body(limit: options.maxBodyBytes))
        let queries = try body.strings("query")
        let prompts = try body.strings("prompts", orEmpty: true)
        let labels = try body.strings("labels", orEmpty: true)
        // No gold is a mapping; such a column is the wrong one.
        for (index, label) in (body.value["labels"]?.arrayValue ?? []).enumerated() where label.objectValue != nil {
            throw APIError.permanent("'labels[\(index)]' must be a gold answer, not an object")
        }
        for (name, list) in [("prompts", prompts), ("labels", labels)]
        where !list.isEmpty && list.count != queries.count {
            throw APIError.badRequest("'\(name)' has \(list.count) elements, 'query' has \(queries.count)")
        }
        let items = queries.enumerated().map { index, query in
            var response = query ?? ""
            // Older trainers send the response alone: only a true prefix is the prompt.
            if index < prompts.count, let prompt = prompts[index], !prompt.isEmpty, response.hasBytePrefix(prompt) {
                response = String(decoding: response.utf8.dropFirst(prompt.utf8.count), as: UTF8.self)
            }
            return VerificationItem(
                problem: Problem(id: String(index), answer: index < labels.count ? labels[index] : nil),
                completion: Completion(text: response))
        }
        let endpoint = try pool.endpoint(for: .openRLHF)
        let verdicts = try await endpoint.verify(
            items, for: call.principal.share, deadline: try call.deadline(default: options.deadlineSeconds))
        let rewards = try await endpoint.rewards(of: items, verdicts).map(JSONValue.double)
        return .json([
            "rewards": .array(rewards), "scores": .array(rewards),
            "extra_logs": [
                "correct": .array(verdicts.map { $0.outcome == .correct ? 1 : 0 }),
                "no_answer": .array(verdicts.map { $0.outcome == .noAnswer ? 1 : 0 }),
            ],
        ])
    }
}

extension String {
    /// Prefix by bytes: Unicode equivalence would cut at another length.
    func hasBytePrefix(_ prefix: String) -> Bool { utf8.starts(with: prefix.utf8) }
}
