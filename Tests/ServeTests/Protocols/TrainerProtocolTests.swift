import Experience
import JSON
import Serve
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
            #expect(openRLHF.status == 503)
            #expect(openRLHF.headers["retry-after"] != nil)
            let slime = try await server.post("/slime", ["prompt": "", "response": "4", "label": nil])
            #expect(slime.status == 503)
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
            #expect(empty.json["key_metrics"]?["mean/reward"] == .null)
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

    @Test(arguments: ["../x", "/etc/passwd", "a//b", "."])
    func runCodeFilesStayInTheirFolder(name: String) async throws {
        let step = ProgramStep(status: .finished, seconds: 1, exitCode: 0, stdout: "", stderr: "")
        try await TestServer.run(programs: FixedRunner(result: .ran(compile: nil, run: step))) {
            (server: TestServer) async throws in
            let body: JSONValue = ["code": "", "language": "python", "files": .object([.init(name, "aGk=")])]
            let reply = try await server.post("/run_code", body)
            #expect(reply.status == 400)
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
