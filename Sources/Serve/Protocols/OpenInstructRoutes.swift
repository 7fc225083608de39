import Experience
import HTTPTypes
import JSON
import Numbers
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
        let seconds = try body.double("max_execution_time", default: 1, in: 0...86_400)
        let tests = try Self.tests(body.value["tests"])
        if tests.count > Self.maxTests { throw APIError.badRequest("more than \(Self.maxTests) tests") }
        // In no time nothing passes.
        guard seconds > 0 else {
            return .json([
                "results": .array(tests.map { _ in 0 }), "runtimes": .array(tests.map { _ in 0 }),
            ])
        }
        let items = try tests.enumerated().map { index, test in
            VerificationItem(
                problem: Problem(
                    id: String(index),
                    fields: try Self.record(test, index, isStdio: isStdio, seconds: max(seconds, 0.01))),
                completion: Completion(text: program))
        }
        let endpoint = try pool.endpoint(for: .openInstruct)
        // Its client waits no longer, and takes no answer for 0.
        let patience = max(30, 10 * seconds) - 1
        let deadline = min(try call.deadline(default: options.deadlineSeconds), call.start + .seconds(patience))
        let verdicts = try await endpoint.verify(items, for: call.principal.share, deadline: deadline)
        // A program that used up its own time again and again is late by itself: its tests that had no turn are not passed.
        let isSlow = verdicts.contains { Self.isOverTime($0) }
        let judged = zip(items, verdicts).filter { !(isSlow && $0.1.outcome == .timeout) }
        _ = try await endpoint.rewards(of: judged.map(\.0), judged.map(\.1))
        return .json([
            "results": .array(verdicts.map { .int($0.outcome == .correct ? 1 : 0) }),
            "runtimes": .array(verdicts.map { .double(Self.runtime($0)) }),
        ])
    }

    // The list itself, or its JSON text, which its data sets keep.
    private static func tests(_ value: JSONValue?) throws -> [JSONValue] {
        if let list = value?.arrayValue { return list }
        if let text = value?.stringValue,
            let list = try? JSONValue(parsing: text.utf8, maxDepth: JSONBody.maxDepth).arrayValue
        {
            return list
        }
        throw APIError.badRequest(
            "'tests' must be an array or its JSON text; an encoded (pickled) text is refused, because reading it would run it"
        )
    }

    private static func isOverTime(_ verdict: Verdict) -> Bool {
        verdict.outcome == .incorrect && verdict.reason == "timeout"
    }

    // Of the test alone: what starting its process took, or a cached verdict took long ago, is no time of the program's.
    private static func runtime(_ verdict: Verdict) -> Double {
        guard let tests = verdict.details?["tests"]?.arrayValue else { return verdict.milliseconds / 1000 }
        let times = tests.compactMap { ($0["cpu_ms"] ?? $0["wall_ms"])?.intValue }
        return times.isEmpty ? verdict.milliseconds / 1000 : Double(times.reduce(0) { $0.addingSaturated($1) }) / 1000
    }

    // One test as a record of its own.
    private static func record(_ test: JSONValue, _ index: Int, isStdio: Bool, seconds: Double) throws -> JSONRow {
        // Its own server's clock is the wall's.
        let limits: JSONValue = ["cpu_s": .double(seconds), "wall_s": .double(seconds)]
        if isStdio {
            guard let input = test["input"], let output = test["output"] else {
                throw APIError.badRequest("'tests[\(index)]' must have 'input' and 'output'")
            }
            let pair: JSONValue = ["input": .string(input.plainText), "output": .string(output.plainText)]
            return JSONRow(["format": "stdin", "tests": [pair], "limits": limits])
        }
        guard let assertion = test.stringValue else { throw APIError.badRequest("'tests[\(index)]' must be a string") }
        return JSONRow(["format": "asserts", "tests": .string(assertion), "limits": limits])
    }
}
