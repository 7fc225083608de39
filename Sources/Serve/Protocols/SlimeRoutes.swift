import Experience
import HTTPTypes
import JSON
import Verifiers

/// slime's `--rm-type remote_rm`: `{prompt, response, label}` to a number, or with `?reply=object` in the URL to an
/// object for `--reward-key score`.
struct SlimeRoutes: RouteGroup {
    let pool: VerifierPool
    let options: ServeOptions

    var routes: [Route] { [Route(.post, "/slime", scope: .verify, handler: reward)] }

    @Sendable private func reward(_ call: Call) async throws -> Reply {
        let body = try JSONBody(try await call.body(limit: options.maxBodyBytes))
        // No gold is a mapping; such a column is the wrong one.
        let given = body.value["label"]
        if given?.objectValue != nil { throw APIError.permanent("'label' must be a gold answer, not an object") }
        let label = given.flatMap { $0.isNull ? nil : $0.plainText }
        let item = VerificationItem(
            problem: Problem(id: "0", answer: label, fields: body.row),
            completion: Completion(text: try body.string("response")))
        let endpoint = try pool.endpoint(for: .slime)
        let verdict = try await endpoint.verify(
            item, for: call.principal.share, deadline: try call.deadline(default: options.deadlineSeconds))
        let reward = JSONValue.double(try await endpoint.rewards(of: [item], [verdict])[0])  // total: one per item
        guard call.query("reply") == "object" else { return .json(reward) }
        return .json([
            "score": reward, "outcome": .string(verdict.outcome.rawValue), "reason": .string(verdict.reason),
            "extracted": verdict.extracted.map(JSONValue.string) ?? .null,
        ])
    }
}
