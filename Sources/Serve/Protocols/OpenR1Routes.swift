import HTTPTypes
import JSON
import Verifiers

/// open-r1's router (`/execute_batch`): scripts in, one result each, in the shapes of both its E2B and its Morph client.
struct OpenR1Routes: RouteGroup {
    let programs: ProgramRuns
    let options: ServeOptions
    private static let maxScripts = 1000

    var routes: [Route] { [Route(.post, "/execute_batch", scope: .verify, handler: execute)] }

    @Sendable private func execute(_ call: Call) async throws -> Reply {
        let body = try JSONBody(try await call.body(limit: options.maxBodyBytes))
        let scripts = try body.strings("scripts").map { $0 ?? "" }
        let languages = try body.strings("languages", orEmpty: true).map { $0 ?? "python" }
        if scripts.count > Self.maxScripts { throw APIError.badRequest("more than \(Self.maxScripts) scripts") }
        guard languages.isEmpty || languages.count == scripts.count else {
            throw APIError.badRequest("'languages' has \(languages.count) elements, 'scripts' has \(scripts.count)")
        }
        let seconds = try body.double("timeout", default: 30, in: 0.01...86_400)
        let results = try await withThrowingTaskGroup(of: (Int, JSONValue).self) { group in
            for (index, script) in scripts.enumerated() {
                let language = languages.isEmpty ? "python" : languages[index]
                group.addTask {
                    let patient = ProgramRuns(
                        runner: programs.runner, lane: programs.lane, waitSeconds: options.deadlineSeconds)
                    let result = try await Notebook.run(script, language: language, seconds: seconds) {
                        try await patient.run(
                            $0, for: call.principal.share, since: call.start, busy: .serviceUnavailable)
                    }
                    return (index, Self.json(result))
                }
            }
            return try await group.reduce(into: [Int: JSONValue]()) { $0[$1.0] = $1.1 }
        }
        return .json(.array(scripts.indices.map { results[$0] ?? .null }))
    }

    private static func json(_ result: Result<Notebook.Output, Notebook.Failure>) -> JSONValue {
        switch result {
        case .failure(let failure): return failed("the sandbox failed: \(failure.reason)")
        case .success(let output):
            if output.isTimeout { return failed("the script ran out of time") }
            // Its E2B client reads the main result, its Morph client the text.
            let results: [JSONValue] = output.text.map { [["text": .string($0), "is_main_result": true]] } ?? []
            let last = output.stderr.split(separator: "\n").last.map(String.init) ?? "the script failed"
            let parts = last.split(separator: ":", maxSplits: 1).map(String.init)
            let error: JSONValue =
                output.exitCode == 0
                ? .null
                : [
                    "name": .string(parts.first ?? "Error"),
                    "value": .string(parts.count > 1 ? String(parts[1].drop { $0 == " " }) : last),
                    "traceback": .string(output.stderr),
                ]
            let logs: JSONValue = [
                "stdout": output.stdout.isEmpty ? [] : [.string(output.stdout)],
                "stderr": output.stderr.isEmpty ? [] : [.string(output.stderr)],
            ]
            return [
                "execution": ["results": .array(results), "logs": logs, "error": error, "execution_count": 1],
                "text": .string(output.text ?? output.stdout), "exception_str": .null,
            ]
        }
    }

    private static func failed(_ message: String) -> JSONValue {
        ["execution": .null, "text": .null, "exception_str": .string(message)]
    }
}
