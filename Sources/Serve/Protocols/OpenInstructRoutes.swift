import Experience
import HTTPTypes
import JSON
import Verifiers

/// open-instruct's code API: each test is judged on its own, so that the answer has one 0 or 1 per test.
struct OpenInstructRoutes: RouteGroup {
    let pool: VerifierPool
    let options: ServeOptions
    private static let maxTests = 1000

    var routes: [Route] {
        [
            Route(.post, "/test_program", scope: .verify) { try await test($0, isStdio: false) },
            Route(.post, "/test_program_stdio", scope: .verify) { try await test($0, isStdio: true) },
            Route(.get, "/health", scope: nil) { _ in .json(["status": "healthy"]) },
        ]
    }

    private func test(_ call: Call, isStdio: Bool) async throws -> Reply {
        let body = try JSONBody(try await call.body(limit: options.maxBodyBytes))
        let program = try body.string("program")
        let seconds = try body.double("max_execution_time", default: 1, in: 0.001...600)
        guard let tests = body.value["tests"]?.arrayValue else {
            throw APIError.badRequest(
                "'tests' must be an array; an encoded (pickled) text is refused, because reading it would run it")
        }
        if tests.count > Self.maxTests { throw APIError.badRequest("more than \(Self.maxTests) tests") }
        let items = try tests.enumerated().map { index, test in
            VerificationItem(
                problem: Problem(
                    id: String(index), fields: try Self.record(test, index, isStdio: isStdio, seconds: seconds)),
                completion: Completion(text: program))
        }
        let endpoint = try pool.endpoint(for: .openInstruct)
        let verdicts = try await endpoint.verify(items, deadline: try call.deadline(default: options.deadlineSeconds))
        let results = try verdicts.map { verdict in
            _ = try verdict.reward()
            return JSONValue.int(verdict.outcome == .correct ? 1 : 0)
        }
        return .json([
            "results": .array(results), "runtimes": .array(verdicts.map { .double($0.milliseconds / 1000) }),
        ])
    }

    // One test as a record of its own.
    private static func record(_ test: JSONValue, _ index: Int, isStdio: Bool, seconds: Double) throws -> JSONRow {
        if isStdio {
            guard let input = test["input"], let output = test["output"] else {
                throw APIError.badRequest("'tests[\(index)]' must have 'input' and 'output'")
            }
            let pair: JSONValue = ["input": .string(input.plainText), "output": .string(output.plainText)]
            return JSONRow(["format": "stdin", "tests": [pair], "limits": ["cpu_s": .double(seconds)]])
        }
        guard let assertion = test.stringValue else { throw APIError.badRequest("'tests[\(index)]' must be a string") }
        return JSONRow(["format": "asserts", "tests": .string(assertion), "limits": ["cpu_s": .double(seconds)]])
    }
}
