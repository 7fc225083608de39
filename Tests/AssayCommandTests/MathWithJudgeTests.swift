import JSON
import Testing
import TestServers

/// The verifier `math_with_judge` against a server that says "correct" to everything.
@Suite struct MathWithJudgeTests {
    private static let verdict = #"{\"verdict\": \"correct\", \"reason\": \"the same\"}"#

    @Test func theJudgeSeesOnlyWhatMathCannotRead() async throws {
        let server = try FaultServer { request, connection in
            if request.path.hasSuffix("/models") {
                connection.reply(200, Canned.models)
            } else if request.path.hasSuffix("/completions") {
                let text =
                    #"{"index":0,"text":"\#(Self.verdict)","message":{"role":"assistant","content":"\#(Self.verdict)"},"finish_reason":"stop"}"#
                connection.reply(
                    200, #"{"id":"c","model":"tiny","choices":[\#(text)],"usage":{"completion_tokens":9}}"#)
            } else {
                connection.reply(404, "{}")
            }
            return .keep
        }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let rows = [
            #"{"id": 1, "question": "6*7?", "response": "\\boxed{42}", "answer": "42"}"#,
            #"{"id": 2, "question": "6*7?", "response": "\\boxed{WRONG}", "answer": "42"}"#,
            #"{"id": 3, "question": "6*7?", "response": "\\boxed{41}", "answer": "42"}"#,
            #"{"id": 4, "question": "6*7?", "response": "", "answer": "42"}"#,
            #"{"id": 5, "question": "Which?", "response": "\\boxed{UNREAD}", "answer": "[[("}"#,
        ]
        let input = try folder.write(rows.joined(separator: "\n") + "\n", to: "in.jsonl")
        let result = try await AssayProcess.run([
            "verify", input, "--quiet", "--verifier", "math_with_judge", "--option",
            #"judge={"endpoint":"http://127.0.0.1:\#(server.port)"}"#,
        ])
        #expect(result.code == 0, "\(result.errors)")
        let verdicts = try result.output.split(separator: "\n").map { try JSONValue(parsing: $0.utf8)["verdict"] }
        #expect(verdicts.map { $0?["score"]?.doubleValue } == [1, 0, 0, 0, 1])
        #expect(verdicts.allSatisfy { $0?["verifier"]?.stringValue == "math_with_judge" })
        let asked = server.posts.map(\.body)
        #expect(
            asked.contains { $0.contains("UNREAD") }
                && !asked.contains { $0.contains("boxed{4") || $0.contains("WRONG") }, "\(asked)")
    }

    @Test func itsOptionsAreCheckedByName() async throws {
        for (option, words) in [
            (#"judge={"endpiont":"x"}"#, "judge.options.endpiont"), (#"math={"units":"optional"}"#, "'convert'"),
            ("judges={}", "did you mean 'judge'?"), ("math={}", "name a server"),
        ] {
            let result = try await AssayProcess.run(
                ["verify", "--explain", "1", "1", "--verifier", "math_with_judge", "--option", option])
            #expect(result.code == 2 && result.errors.contains(words), "\(option) \(result.errors)")
        }
    }
}
