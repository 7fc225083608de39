import Experience
import JSON
import Serve
import TestServers
import Testing
import Verifiers

/// Requests in the shape that each trainer's client sends them, and what that client needs to read.
@Suite(.serialized) struct TrainerProtocolTests {
    @Test func openRLHF() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let reply = try await server.post(
                "/get_reward",
                [
                    "query": ["What is 2+2? The answer is \\boxed{4}", "\\boxed{5}"],
                    "prompts": ["What is 2+2? ", "What is 2+2? "], "labels": ["4", 4],
                ])
            #expect(reply.json["rewards"] == [1, 0])
            #expect(reply.json["scores"] == [1, 0])
            #expect(reply.json["extra_logs"]?["correct"] == [1, 0])
        }
    }

    @Test func openRLHFShardsAnEmptyQuery() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let reply = try await server.post("/get_reward", ["query": [], "prompts": [], "labels": []])
            #expect(reply.status == 200)
            #expect(reply.json["rewards"] == [])
        }
    }

    @Test func openRLHFPromptIsStrippedOnlyWhenItIsAPrefix() async throws {
        try await TestServer.run({ $0.protocols = ["openrlhf": "exact"] }) { (server: TestServer) async throws in
            let reply = try await server.post(
                "/get_reward",
                ["query": ["Q4", "4", "4Q"], "prompts": ["Q", "Q", "Q"], "labels": ["4", "4", "4"]])
            #expect(reply.json["rewards"] == [1, 1, 0])
        }
    }

    @Test func ourFailureIsNeverANumber() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let openRLHF = try await server.post("/get_reward", ["query": ["4"], "prompts": [""], "labels": [nil]])
            // No further try would find a gold.
            #expect(openRLHF.status == 422)
            #expect(openRLHF.headers["retry-after"] == nil)
            let slime = try await server.post("/slime", ["prompt": "", "response": "4", "label": nil])
            #expect(slime.status == 422)
        }
    }

    @Test func unequalLengths() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let reply = try await server.post("/get_reward", ["query": ["4"], "labels": ["4", "4"]])
            #expect(reply.status == 400)
        }
    }

    @Test func slime() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let body: JSONValue = [
                "prompt": [["role": "user", "content": "2+2?"]], "response": "\\boxed{4}", "label": "4",
            ]
            let number = try await server.post("/slime", body)
            #expect(number.json.doubleValue == 1)
            let object = try await server.post("/slime?reply=object", body)
            #expect(object.json["score"]?.doubleValue == 1)
            #expect(object.json["outcome"] == "correct")
        }
    }

    private static let gymRow: JSONValue = [
        "responses_create_params": ["input": [["role": "user", "content": "2+2?"]]],
        "response": [
            "id": "resp_1", "object": "response",
            "output": [
                ["type": "reasoning", "summary": []],
                [
                    "type": "message", "role": "assistant",
                    "content": [["type": "output_text", "text": "It is \\boxed{4}", "annotations": []]],
                ],
            ],
        ],
        "question": "2+2?", "expected_answer": "4", "extra": ["kept": true],
    ]

    @Test func nemoGymEchoesTheRequest() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let reply = try await server.post("/verify", Self.gymRow)
            for member in Self.gymRow.objectValue ?? [] { #expect(reply.json[member.key] == member.value) }
            #expect(reply.json["reward"]?.doubleValue == 1)
            #expect(reply.json["extracted_answer"] == "4")
            #expect(reply.json["mask_sample"] == false)
            #expect(reply.json["reward_components"] == [:])
        }
    }

    @Test func nemoGymMasksOurFailure() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let row = JSONValue.object(
                (Self.gymRow.objectValue ?? []).filter { $0.key != "expected_answer" })
            let reply = try await server.post("/verify", row)
            #expect(reply.status == 200)
            #expect(reply.json["mask_sample"] == true)
            #expect(reply.json["failure_kind"] == "verifier_error")
            #expect(reply.json["failure_reason"]?.stringValue?.isEmpty == false)
            // Its collection puts such a row among the failures, and a row without a gold there for good.
            #expect(reply.json["_ng_failure_class"] == "verifier_error")
            #expect(reply.json["_ng_failure_terminal"] == true)
            // NeMo-RL's rollouts read `full_result["instance_config"]["mask_sample"]`, and nothing else.
            #expect(reply.json["instance_config"] == ["mask_sample": true])
            let named = JSONValue.object(
                (row.objectValue ?? []) + [.init("instance_config", ["id": "a", "mask_sample": false])])
            let kept = try await server.post("/verify", named)
            #expect(kept.json["instance_config"] == ["id": "a", "mask_sample": true])
        }
    }

    @Test("What a row says of its last failure is not said of this time")
    func nemoGymForgetsOldFailures() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let old: [JSONValue.Member] = [
                .init("mask_sample", true), .init("failure_kind", "verifier_error"), .init("failure_reason", "busy"),
                .init("_ng_failure_class", "verifier_error"), .init("_ng_failure_terminal", true),
            ]
            let reply = try await server.post("/verify", .object((Self.gymRow.objectValue ?? []) + old))
            #expect(reply.json["reward"]?.doubleValue == 1 && reply.json["mask_sample"] == false)
            for mark in old.dropFirst() { #expect(reply.json[mark.key] == nil) }
        }
    }

    @Test("A busy verifier is a failure that Gym tries again, not the end of its rollout", .timeLimit(.minutes(1)))
    func nemoGymBusy() async throws {
        let (gate, (asked, bell)) = (Gate(), AsyncStream<Void>.makeStream())
        try await TestServer.run(
            {
                $0.verifiers = ["gated": ["verifier": "gated", "max_pending": 1]]
                $0.protocols = ["nemo_gym": "gated"]
            }, registry: Gated.registry(gate, bell)
        ) { (server: TestServer) async throws in
            async let first = server.post("/verify", Self.gymRow)
            for await _ in asked { break }
            let busy = try await server.post("/verify", Self.gymRow)
            #expect(busy.status == 200 && busy.json["mask_sample"] == true)
            #expect(busy.json["_ng_failure_class"] == "verifier_error" && busy.json["_ng_failure_terminal"] == nil)
            gate.open()
            #expect(try await first.json["reward"]?.doubleValue == 1)
        }
    }

    @Test func nemoGymCallsAreTextsOfJSONLines() async throws {
        var registry = VerifierRegistry.standard
        registry.register("code", summary: "stands in for the sandbox", make: { _ in FieldEcho() })
        try await TestServer.run(registry: registry) { (server: TestServer) async throws in
            let tests: JSONValue = ["inputs": ["1\n[2]"], "outputs": ["3"], "fn_name": "add"]
            let row = JSONValue.object(
                (Self.gymRow.objectValue ?? []) + [.init("verifier_metadata", ["unit_tests": tests])])
            let record = try await server.post("/verify", row).json["failure_reason"]?.stringValue ?? ""
            #expect(
                record == #"{"public_test_cases":[{"input":"1\n[2]","output":"3","testtype":"functional"}],"#
                    + #""metadata":{"func_name":"add"}}"#)
        }
    }

    /// The figures are those of Gym's `compute_aggregate_metrics` and `compute_pass_majority_metrics`.
    @Test func nemoGymAggregates() async throws {
        let rows: [JSONValue] = [
            (0, 0, 1, "4"), (0, 1, 0, "5"), (0, 2, 0, "5"), (1, 0, 1, "7"), (1, 1, 1, "7"), (1, 2, 0, nil),
        ].map { task, rollout, reward, answer in
            [
                "_ng_task_index": .int(task), "_ng_rollout_index": .int(rollout), "reward": .double(reward),
                "extracted_answer": answer.map(JSONValue.string) ?? .null, "mask_sample": false,
                "response": ["usage": ["total_tokens": .int(10 * task + rollout)]],
            ]
        }
        try await TestServer.run { (server: TestServer) async throws in
            let json = try await server.post("/aggregate_metrics", ["verify_responses": .array(rows)]).json
            let agent = json["agent_metrics"]
            for (key, value) in [
                ("mean/reward", 0.5), ("max/reward", 1), ("min/reward", 0), ("median/reward", 0.5),
                ("std/reward", 0.5477225575051661), ("mean/total_tokens", 6), ("mean/mask_sample", 0),
                ("pass@1/accuracy", 50), ("pass@2/accuracy", 83.33333333333334), ("pass@3/accuracy", 100),
                ("pass@1[avg-of-2]/accuracy", 75), ("pass@1[avg-of-3]/accuracy", 50), ("majority@1/accuracy", 100),
                ("majority@2/accuracy", 75), ("majority@3/accuracy", 50), ("pass@3/no_answer", 50),
                ("pass@1[avg-of-2]/accuracy/std_dev_across_runs", 35.35533905932738),
                ("pass@1[avg-of-3]/accuracy/std_err_across_runs", 28.867513459481287),
            ] {
                let got = agent?[key]?.doubleValue ?? .nan
                #expect(abs(got - value) < 1e-9, "\(key): \(got)")
            }
            #expect(agent?["per_sample_aggregate"]?["accuracy"] == [100, 50, 0])
            let groups = json["group_level_metrics"]?.arrayValue ?? []
            #expect(groups.map { $0["_ng_task_index"]?.intValue } == [0, 1])
            #expect(groups.first?["mean/reward"]?.doubleValue.map { abs($0 - 1 / 3) < 1e-12 } == true)
            #expect(groups.last?["std/reward"]?.doubleValue.map { abs($0 - 0.5773502691896257) < 1e-12 } == true)
            #expect(groups.first?["rollout_infos"]?.arrayValue?.map { $0["rollout_id"] } == ["0:0", "0:1", "0:2"])
            #expect(json["key_metrics"]?["mean/reward"]?.doubleValue == 0.5)
        }
    }

    @Test func nemoGymFamily() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            #expect(try await server.post("/seed_session", [:]).text == "{}")
            #expect(try await server.get("/reverify_mode").text == "\"stateless\"")
            let metrics = try await server.post(
                "/aggregate_metrics",
                ["verify_responses": [["reward": 1], ["reward": 0], ["reward": 0, "mask_sample": true]]])
            #expect(metrics.json["agent_metrics"]?["mean/reward"]?.doubleValue == 0.5)
            #expect(metrics.json["agent_metrics"]?["masked"]?.intValue == 1)
            let empty = try await server.post("/aggregate_metrics", ["verify_responses": []])
            #expect(empty.json["key_metrics"] == [:])
        }
    }

    private static let runCode: JSONValue = [
        "compile_timeout": 10, "run_timeout": 10, "code": "print(1)", "stdin": nil, "memory_limit_MB": 1024,
        "language": "python", "files": [:], "fetch_files": [],
    ]

    @Test func runCode() async throws {
        let echo = FixedRunner(
            result: .ran(
                compile: nil,
                run: ProgramStep(status: .finished, seconds: 0.01, exitCode: 0, stdout: "1\n", stderr: "")))
        try await TestServer.run(programs: echo) { (server: TestServer) async throws in
            let reply = try await server.post("/run_code", Self.runCode)
            #expect(reply.json["status"] == "Success")
            #expect(reply.json["run_result"]?["stdout"] == "1\n")
            #expect(reply.json["run_result"]?["return_code"]?.intValue == 0)
            #expect(reply.json["compile_result"] == .null)
            #expect(reply.json["executor_pod_name"] == .null)
            let metrics = try await server.get("/metrics").text
            #expect(metrics.contains("assay_queue_items{lane=\"run_code\"} 0\n"))
        }
    }

    @Test(
        arguments: [
            (ProgramStep.Status.finished, 1), (.timeLimit, nil), (.error, nil),
        ] as [(ProgramStep.Status, Int?)])
    func runCodeOfAFailingProgramIs200(status: ProgramStep.Status, code: Int?) async throws {
        let step = ProgramStep(status: status, seconds: 1, exitCode: code, stdout: "", stderr: "")
        try await TestServer.run(programs: FixedRunner(result: .ran(compile: nil, run: step))) {
            (server: TestServer) async throws in
            let reply = try await server.post("/run_code", Self.runCode)
            #expect(reply.status == 200)
            #expect(reply.json["status"] == "Failed")
            #expect(reply.json["run_result"]?["status"]?.stringValue == status.rawValue)
        }
    }

    @Test func runCodeSandboxErrors() async throws {
        try await TestServer.run(programs: FixedRunner(result: .failed("no namespaces"))) {
            (server: TestServer) async throws in
            let reply = try await server.post("/run_code", Self.runCode)
            #expect(reply.status == 200)
            #expect(reply.json["status"] == "SandboxError")
            #expect(reply.json["message"] == "no namespaces")
        }
        try await TestServer.run({ $0.verifiers = ["math": "math"] }) { (server: TestServer) async throws in
            let reply = try await server.post("/run_code", Self.runCode)
            #expect(reply.status == 501)
        }
    }

    @Test func aProgramWithoutASlotInTimeIsRefusedThenAndThere() async throws {
        // Two slots, three programs: the third is told before the others have ended.
        try await TestServer.run({ $0.programWaitSeconds = 0.3 }, programs: SlowRunner()) {
            (server: TestServer) async throws in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<3 { group.addTask { try await server.post("/run_code", Self.runCode).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == [504, 200, 200])
        }
    }

    @Test(arguments: ["../x", "/etc/passwd", "a//b", ".", "d/../../x", "d/", "d/./x"])
    func runCodeFilesStayInTheirFolder(name: String) async throws {
        let step = ProgramStep(status: .finished, seconds: 1, exitCode: 0, stdout: "", stderr: "")
        try await TestServer.run(programs: FixedRunner(result: .ran(compile: nil, run: step))) {
            (server: TestServer) async throws in
            let body: JSONValue = ["code": "", "language": "python", "files": .object([.init(name, "aGk=")])]
            let reply = try await server.post("/run_code", body)
            #expect(reply.status == 400)
        }
    }

    @Test("What is not offered is said in the protocol's way; no time at all is over before anything runs")
    func runCodeLimits() async throws {
        let killed = ProgramStep(
            status: .finished, seconds: 1, exitCode: -9, stdout: "", stderr: "x\nkilled: over the output limit")
        try await TestServer.run(programs: FixedRunner(result: .ran(compile: nil, run: killed))) {
            (server: TestServer) async throws in
            for (key, value, status, message) in [
                ("files", ["./a.txt": "aGk="], "Failed", "over the output limit"),
                ("files", ["d/e/a.txt": "aGk="], "Failed", "over the output limit"),
                ("fetch_files", ["a.txt"], "SandboxError", "fetch_files"), ("run_timeout", 0, "Failed", ""),
                ("run_timeout", -1, "Failed", ""), ("run_timeout", 3600, "Failed", "over the output limit"),
            ] as [(String, JSONValue, String, String)] {
                let members = (Self.runCode.objectValue ?? []).filter { $0.key != key } + [.init(key, value)]
                let reply = try await server.post("/run_code", .object(members))
                #expect(reply.status == 200 && reply.json["status"]?.stringValue == status, "\(key) \(reply.text)")
                #expect(
                    reply.json["message"]?.stringValue?.hasSuffix(message) == true || message == "fetch_files",
                    "\(reply.text)")
            }
        }
    }

    @Test("A program is over its limit when its time on the wall is long over", .timeLimit(.minutes(1)))
    func runCodeOverdue() async throws {
        try await TestServer.run(programs: StuckRunner()) { (server: TestServer) async throws in
            let body: JSONValue = ["code": "", "language": "python", "run_timeout": 0.2]
            let reply = try await server.post("/run_code", body)
            #expect(reply.json["run_result"]?["status"] == "TimeLimitExceeded")
        }
    }

    @Test("The cells of a request know what the earlier ones made; what one raises ends none but itself")
    func jupyter() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let body: JSONValue = [
                "cells": [
                    "a = 'hello'", "a", "print(a)", "import sys\nsys.stderr.write('oops')", "assert False", "print(a)",
                    "while True: pass",
                ], "cell_timeout": 0.5, "total_timeout": 20,
            ]
            let reply = try await server.post("/run_jupyter", body)
            let cells = reply.json["cells"]?.arrayValue ?? []
            #expect(reply.json["status"] == "Success" && cells.count == 7, "\(reply.text)")
            #expect(cells.map { $0["stdout"] } == ["", "", "hello\n", "", "", "hello\n", ""])
            #expect(
                cells.map { $0["display"] } == [[], [["text/plain": "'hello'"]], [], [["text/plain": "4"]], [], [], []])
            #expect(
                cells.compactMap { $0["error"]?.arrayValue?.first?["ename"] } == ["AssertionError", "TimeoutError"])
            #expect(cells.dropFirst(3).first?["stderr"] == "oops")
            let late: JSONValue = ["cells": ["1", "while True: pass"], "total_timeout": 0.5]
            #expect(try await server.post("/run_jupyter", late).json["status"] == "Failed")
        }
    }

    @Test func openR1() async throws {
        let step = ProgramStep(status: .finished, seconds: 1, exitCode: 0, stdout: "hello\n", stderr: "")
        try await TestServer.run(programs: FixedRunner(result: .ran(compile: nil, run: step))) {
            (server: TestServer) async throws in
            let body: JSONValue = [
                "scripts": ["print('hello')", "1"], "languages": ["python", "javascript"], "timeout": 5,
                "request_timeout": 30,
            ]
            let results = try await server.post("/execute_batch", body).json.arrayValue ?? []
            #expect(results.count == 2)
            #expect(results.first?["execution"]?["logs"]?["stdout"] == ["hello\n"])
            #expect(results.first?["execution"]?["results"] == [] && results.first?["exception_str"] == .null)
            let unequal: JSONValue = ["scripts": ["1"], "languages": [], "timeout": 1, "request_timeout": 1]
            #expect(try await server.post("/execute_batch", unequal).status == 200)
            let odd: JSONValue = ["scripts": ["1"], "languages": ["a", "b"], "timeout": 1, "request_timeout": 1]
            #expect(try await server.post("/execute_batch", odd).status == 400)
        }
    }

    @Test func nemoSkills() async throws {
        let step = ProgramStep(status: .finished, seconds: 1, exitCode: 1, stdout: "hello", stderr: "oops")
        try await TestServer.run(programs: FixedRunner(result: .ran(compile: nil, run: step))) {
            (server: TestServer) async throws in
            let body: JSONValue = [
                "generated_code": "x", "timeout": 1, "language": "python", "std_input": "", "max_output_characters": 3,
            ]
            let reply = try await server.post("/execute", body)
            #expect(reply.json["process_status"] == "error" && reply.json["stdout"] == "hel<output cut>")
            let cell: JSONValue = ["generated_code": "x", "timeout": 1]
            let session = ["X-Session-ID": "s"]
            #expect(try await server.post("/execute", cell).status == 400)
            #expect(try await server.post("/execute", cell, headers: session).json["new_session_created"] == true)
            let second = try await server.post("/execute", cell, headers: session).json
            #expect(second["stderr"]?.stringValue?.contains("not offered") == true)
            #expect(try await server.send("DELETE", "/sessions/s", headers: [:], body: []).status == 200)
            #expect(try await server.send("DELETE", "/sessions/s", headers: [:], body: []).status == 404)
        }
        try await TestServer.run(programs: FixedRunner(result: .failed("no box"))) {
            (server: TestServer) async throws in
            let body: JSONValue = ["generated_code": "x", "timeout": 1, "language": "shell"]
            #expect(try await server.post("/execute", body).status == 502)
            // Its client tries again, and its session has not begun by the first try.
            let cell: JSONValue = ["generated_code": "x", "timeout": 1]
            for _ in 0..<2 {
                #expect(try await server.post("/execute", cell, headers: ["X-Session-ID": "s"]).status == 502)
            }
        }
        let late = ProgramStep(status: .timeLimit, seconds: 1, exitCode: nil, stdout: "", stderr: "")
        try await TestServer.run(programs: FixedRunner(result: .ran(compile: nil, run: late))) {
            (server: TestServer) async throws in
            // A session whose cell ran out of time is over, and the next cell begins a new one.
            let cell: JSONValue = ["generated_code": "x", "timeout": 1]
            for _ in 0..<2 {
                let reply = try await server.post("/execute", cell, headers: ["X-Session-ID": "s"]).json
                #expect(reply["process_status"] == "timeout" && reply["new_session_created"] == true)
            }
        }
    }

    @Test func llamaFactory() async throws {
        let body: JSONValue = ["model": "model", "messages": ["It is \\boxed{4}"]]
        try await TestServer.run { (server: TestServer) async throws in
            #expect(try await server.post("/llama_factory", body).status == 501)
        }
        var registry = VerifierRegistry.standard
        registry.register("free", summary: "needs no gold", make: { _ in FieldVerifier() })
        try await TestServer.run(
            {
                $0.verifiers = ["free": "free", "math": "math"]
                $0.protocols = ["llama_factory": "free"]
            }, registry: registry
        ) { (server: TestServer) async throws in
            #expect(try await server.post("/llama_factory", body).json == ["scores": [0]])
        }
    }

    @Test(.timeLimit(.minutes(1))) func roll() async throws {
        var tokens = Tokens()
        tokens.add("a", name: "a", scopes: [.verify])
        tokens.add("b", name: "b", scopes: [.verify])
        try await TestServer.run(tokens: tokens) { (server: TestServer) async throws in
            let (own, other) = (["XRL-Authorization": "Bearer a"], ["XRL-Authorization": "Bearer b"])
            func result(_ info: JSONValue) async throws -> JSONValue {
                let task: JSONValue = [
                    "prompt": "2+2?", "response": "\\boxed{4}", "reward_info": info, "timeout": 20, "priority": 1,
                ]
                let submitted = try await server.post("/roll/submit_task", task, headers: own).json
                #expect(submitted["errcode"] == 0)
                let asked: JSONValue = ["reward_request_id": submitted["reward_request_id"] ?? .null]
                #expect(
                    try await server.send("GET", "/roll/task_result", headers: other, body: asked.bytes).json["errcode"]
                        == 2)
                var reply = JSONValue.null
                try await eventually {
                    reply = try await server.send("GET", "/roll/task_result", headers: own, body: asked.bytes).json
                    return reply["errcode"] != 1
                }
                return reply
            }
            let right = try await result(["ground_truth": "4"])
            #expect(right["errcode"] == 0 && right["reward_score"]?.doubleValue == 1)
            #expect(try await result(["ground_truth": "5"])["reward_score"]?.doubleValue == 0)
            let none = try await result([:])
            #expect(none["errcode"] == 2 && none["reward_score"] == nil)
        }
    }

    @Test func openInstruct() async throws {
        var registry = VerifierRegistry.standard
        registry.register("code", summary: "stands in for the sandbox", make: { _ in FieldVerifier() })
        try await TestServer.run(registry: registry) { (server: TestServer) async throws in
            #expect(try await server.get("/health").json == ["status": "healthy"])
            let reply = try await server.post(
                "/test_program",
                ["program": "x", "tests": ["assert True", "assert False"], "max_execution_time": 1.0])
            #expect(reply.json["results"] == [1, 0])
            #expect(reply.json["runtimes"]?.arrayValue?.count == 2)
            let stdio = try await server.post(
                "/test_program_stdio", ["program": "x", "tests": [["input": "1", "output": "True"]]])
            #expect(stdio.json["results"] == [1])
            let text = try await server.post(
                "/test_program", ["program": "x", "tests": "[\"assert True\"]", "max_execution_time": 1])
            #expect(text.json["results"] == [1])
            let noTime = try await server.post(
                "/test_program", ["program": "x", "tests": ["assert True"], "max_execution_time": 0])
            #expect(noTime.json["results"] == [0])
            let pickled = try await server.post("/test_program", ["program": "x", "tests": "gASVAAAA"])
            #expect(pickled.status == 400)
        }
    }
}

/// Takes a second and a half for each program.
private struct SlowRunner: ProgramRunner {
    func run(_ program: ProgramRequest) async -> ProgramResult {
        try? await Task.sleep(for: .seconds(1.5))
        return .ran(
            compile: nil,
            run: ProgramStep(status: .finished, seconds: 1.5, exitCode: 0, stdout: "", stderr: ""))
    }
}

struct FixedRunner: ProgramRunner {
    let result: ProgramResult
    func run(_ program: ProgramRequest) async -> ProgramResult { result }
}

/// Right when the record's tests say "True".
struct FieldVerifier: Verifier {
    let name = "code"
    let version = "1"
    let needsAnswer = false

    func verify(_ item: VerificationItem) async -> Verdict {
        item.problem.fields.value["tests"]?.text.contains("True") == true ? .correct() : .incorrect()
    }
}

/// Never ends, cancelled or not, for longer than anybody waits.
private struct StuckRunner: ProgramRunner {
    func run(_ program: ProgramRequest) async -> ProgramResult {
        try? await Task.sleep(for: .seconds(3600))
        return .failed("it was cancelled")
    }
}

/// Says what record it was given.
private struct FieldEcho: Verifier {
    let name = "code"
    let version = "1"
    let needsAnswer = false

    func verify(_ item: VerificationItem) async -> Verdict {
        .verifierError(reason: "echo", explanation: item.problem.fields.value.text)
    }
}
