import Experience
import HTTPTypes
import JSON
import Verifiers

/// NeMo-Gym's resources server. `/verify` echoes the whole request and adds the reward. A failure of ours is said the
/// protocol's way: `mask_sample` true with `failure_kind` and `failure_reason`, so that the reward 0 is left out.
struct NeMoGymRoutes: RouteGroup {
    let pool: VerifierPool
    let options: ServeOptions

    var routes: [Route] {
        [
            Route(.post, "/verify", scope: .verify, handler: verify),
            Route(.post, "/seed_session", scope: .verify, handler: session),
            Route(.post, "/close_session", scope: .verify, handler: session),
            Route(.post, "/aggregate_metrics", scope: .verify, handler: aggregate),
            Route(.get, "/reverify_mode", scope: .verify) { _ in .json(.string("stateless")) },
        ]
    }

    // Nothing is kept for a session: it is confirmed by its id where the caller gave one.
    @Sendable private func session(_ call: Call) async throws -> Reply {
        let body = try JSONBody(try await call.body(limit: options.maxBodyBytes))
        guard let id = try body.optionalString("resources_session_id") else { return .json(.object([])) }
        return .json(["resources_session_id": .string(id)])
    }

    @Sendable private func verify(_ call: Call) async throws -> Reply {
        let body = try JSONBody(try await call.body(limit: options.maxBodyBytes))
        guard body.value["responses_create_params"]?.objectValue != nil else {
            throw APIError.badRequest("'responses_create_params' must be an object")
        }
        let metadata = body.value["verifier_metadata"]
        let tests = metadata?["unit_tests"]
        let answer = ["expected_answer", "answer", "label", "ground_truth"].lazy
            .compactMap { body.value[$0] ?? metadata?[$0] }.first { !$0.isNull }
        let item = VerificationItem(
            problem: Problem(id: "0", answer: answer?.plainText, fields: tests.map(Self.record) ?? body.row),
            completion: Completion(text: try Self.assistantText(body.value["response"])))
        let endpoint = try pool.endpoint(for: tests != nil ? .nemoGymCode : .nemoGym)
        let verdict = try await endpoint.verify(item, deadline: try call.deadline(default: options.deadlineSeconds))

        let components = JSONValue.object(
            verdict.components.sorted { $0.key < $1.key }.compactMap { name, value in
                value.map { .init(name, .double($0)) }
            })
        var added: [(String, JSONValue)] = [
            ("reward", .double(verdict.score ?? 0)), ("reward_components", components),
            ("extracted_answer", verdict.extracted.map(JSONValue.string) ?? .null),
            ("mask_sample", .bool(verdict.score == nil)),
        ]
        if verdict.score == nil {
            // Gym's word for a failed verifier; it has none for one that is out of time, so that is ours, in its form of such.
            added.append(("failure_kind", .string(verdict.outcome == .timeout ? "assay:timeout" : "verifier_error")))
            added.append(("failure_reason", .string(verdict.explanation ?? verdict.reason)))
        }
        let names = added.map(\.0)
        let echo = (body.value.objectValue ?? []).filter { !names.contains($0.key) }
        return .json(.object(echo + added.map { .init($0.0, $0.1) }))
    }

    // Gym's unit tests have the shape of APPS's.
    private static func record(_ tests: JSONValue) -> JSONRow { JSONRow(["input_output": tests]) }

    // All assistant messages of an OpenAI response object, in order.
    private static func assistantText(_ response: JSONValue?) throws -> String {
        guard let output = response?["output"]?.arrayValue else {
            throw APIError.badRequest("'response.output' must be an array")
        }
        var text = ""
        for entry in output where entry["type"]?.stringValue == "message" && entry["role"]?.stringValue == "assistant" {
            for part in entry["content"]?.arrayValue ?? [] where part["type"]?.stringValue == "output_text" {
                text += part["text"]?.stringValue ?? ""
            }
        }
        return text
    }

    @Sendable private func aggregate(_ call: Call) async throws -> Reply {
        let body = try JSONBody(try await call.body(limit: options.maxBodyBytes))
        guard let responses = body.value["verify_responses"]?.arrayValue else {
            throw APIError.badRequest("'verify_responses' must be an array")
        }
        let rewards = responses.filter { $0["mask_sample"]?.boolValue != true }.compactMap { $0["reward"]?.doubleValue }
        let mean = rewards.isEmpty ? JSONValue.null : .double(rewards.reduce(0, +) / Double(rewards.count))
        let metrics: JSONValue = [
            "mean/reward": mean, "count": .int(rewards.count), "masked": .int(responses.count - rewards.count),
        ]
        return .json(["agent_metrics": metrics, "key_metrics": ["mean/reward": mean], "group_level_metrics": []])
    }
}
