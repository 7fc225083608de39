import Experience
import HTTPTypes
import JSON
import Verifiers

/// NeMo-Gym's resources server. `/verify` echoes the whole request and adds the reward. A failure of ours is said the
/// protocol's way: `mask_sample` true, also in `instance_config` where NeMo-RL reads it, with `failure_kind` and
/// `failure_reason`, so that the reward 0 is left out.
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
            problem: Problem(id: "0", answer: answer?.plainText, fields: try tests.map(Self.record) ?? body.row),
            completion: Completion(text: try Self.assistantText(body.value["response"])))
        let endpoint = try pool.endpoint(for: tests != nil ? .nemoGymCode : .nemoGym)
        let verdict: Verdict
        do {
            verdict = try await endpoint.verify(
                item, for: call.principal.share, deadline: try call.deadline(default: options.deadlineSeconds))
        } catch let error as APIError where error.retryAfter != nil {
            // Its client takes an error for the end of the rollout; a failure's row is tried again on resume.
            verdict = .verifierError(reason: error.code, explanation: error.message)
        }
        let fault = await endpoint.permanentFault(of: item, verdict)

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
            // What sends the row to the file of failures, and not to the results as a success of reward 0.
            let isTimeout = verdict.outcome == .timeout
            added.append(("_ng_failure_class", .string(isTimeout ? "verifier_timeout" : "verifier_error")))
            if fault != nil { added.append(("_ng_failure_terminal", true)) }
            // NeMo-RL takes the mark from here alone, and trains on the reward where it is not.
            let configuration = (body.value["instance_config"]?.objectValue ?? []).filter { $0.key != "mask_sample" }
            added.append(("instance_config", .object(configuration + [.init("mask_sample", true)])))
        }
        // A row that is sent again has the marks of its last time: they are no part of this answer.
        let names = Self.failureMarks + added.map(\.0)
        let echo = (body.value.objectValue ?? []).filter { !names.contains($0.key) }
        return .json(.object(echo + added.map { .init($0.0, $0.1) }))
    }

    private static let failureMarks = ["failure_kind", "failure_reason", "_ng_failure_class", "_ng_failure_terminal"]

    // Gym's unit tests have the shape of APPS's; but where a function is called, each input is a text with one argument a line,
    // as LiveCodeBench has it.
    private static func record(_ tests: JSONValue) throws -> JSONRow {
        guard let function = tests["fn_name"]?.stringValue, let inputs = tests["inputs"]?.arrayValue,
            let outputs = tests["outputs"]?.arrayValue, inputs.count == outputs.count,
            (inputs + outputs).allSatisfy({ $0.stringValue != nil })
        else { return JSONRow(["input_output": tests]) }
        let cases = zip(inputs, outputs).map { input, output -> JSONValue in
            ["input": input, "output": output, "testtype": "functional"]
        }
        return JSONRow(["public_test_cases": .array(cases), "metadata": ["func_name": .string(function)]])
    }

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
        guard responses.allSatisfy({ $0.objectValue != nil }) else {
            throw APIError.badRequest("'verify_responses' must hold objects")
        }
        return .json(NeMoGymMetrics(responses).json)
    }
}
