import Experience
import HTTPTypes
import HummingbirdCore
import JSON
import Synchronization
import Verifiers

/// NeMo-Skills' sandbox (`/execute`): one program or one cell at a time. Cells that go on from earlier ones need a kernel that
/// keeps its state, which is not here: such a cell is an error that says so.
struct NeMoSkillsRoutes: RouteGroup {
    let programs: ProgramRuns
    let options: ServeOptions
    private let sessions = Sessions()

    init(programs: ProgramRuns, options: ServeOptions) {
        self.programs = programs
        self.options = options
    }

    var routes: [Route] {
        [
            Route(.post, "/execute", scope: .verify, handler: execute),
            Route(.get, "/sessions", scope: .verify) { _ in .json(["sessions": [:], "backend": "ipython"]) },
            Route(.delete, "/sessions/{}", scope: .verify) { call in
                let id = call.parameters[0]  // total: the path has one open segment
                guard sessions.forget(call.principal.owner + " " + id) else {
                    return .json(["error": .string("there is no session \(id.cut(to: 100))")], status: .notFound)
                }
                return .json(["message": "forgotten"])
            },
        ]
    }

    @Sendable private func execute(_ call: Call) async throws -> Reply {
        let body = try JSONBody(try await call.body(limit: options.maxBodyBytes))
        let code = try body.string("generated_code")
        let seconds = try body.double("timeout", default: 10, in: 0.01...86_400)
        let most = try body.int("max_output_characters", in: 0...(1 << 30)) ?? 1000
        let language = try body.optionalString("language") ?? "ipython"
        var isNew = false
        let result: Result<Notebook.Output, Notebook.Failure>
        switch language {
        case "ipython":
            guard let id = call.request.headers[.sessionID] else {
                throw APIError.badRequest("X-Session-ID is required for ipython")
            }
            let session = call.principal.owner + " " + id
            guard sessions.begin(session) else {
                return .json(
                    Self.json("error", stderr: "cells that go on from earlier ones are not offered by this server\n"))
            }
            isNew = true
            // A cell that was not run, or not to its end, leaves nothing to go on from: the client's next try is a first one.
            var isLeft = false
            defer { if !isLeft { _ = sessions.forget(session) } }
            result = try await Notebook.run(code, language: language, seconds: seconds) { try await run($0, call) }
            if case .success(let output) = result { isLeft = !output.isTimeout }
        case "python", "python3", "pypy3", "shell":
            let program = ProgramRequest(
                language: language == "shell" ? "bash" : "python", code: code,
                stdin: Array((try body.optionalString("std_input") ?? "").utf8), runSeconds: seconds)
            switch try await run(program, call) {
            case .failed(let reason): result = .failure(.init(reason: reason))
            case .ran(let compile, let run):
                let step = run ?? compile
                result = .success(
                    Notebook.Output(
                        stdout: step?.stdout ?? "", stderr: step?.stderr ?? "", isTimeout: step?.status == .timeLimit,
                        exitCode: step?.exitCode))
            }
        default:
            return .json(
                Self.json("error", stderr: "the language '\(language.cut(to: 60))' is not offered by this server\n"))
        }
        guard case .success(let output) = result else {
            // The one status that its client tries again.
            throw APIError.overloaded("the sandbox failed", status: .badGateway)
        }
        let status = output.isTimeout ? "timeout" : output.exitCode == 0 ? "completed" : "error"
        let note = output.isTimeout ? "Execution timed out after \(seconds) seconds\n" : ""
        return .json(
            Self.json(
                status, stdout: Self.cut(output.stdout + (output.text.map { $0 + "\n" } ?? ""), most),
                stderr: Self.cut(output.stderr + note, most), isNew: isNew))
    }

    private func run(_ program: ProgramRequest, _ call: Call) async throws -> ProgramResult {
        try await programs.run(program, for: call.principal.share, since: call.start, busy: .badGateway)
    }

    private static func json(
        _ status: String, stdout: String = "", stderr: String = "", isNew: Bool = false
    ) -> JSONValue {
        [
            "process_status": .string(status), "stdout": .string(stdout), "stderr": .string(stderr),
            "new_session_created": .bool(isNew),
        ]
    }

    private static func cut(_ text: String, _ most: Int) -> String {
        text.unicodeScalars.count > most ? String(text.unicodeScalars.prefix(most)) + "<output cut>" : text
    }

    /// Sessions that had their first cell.
    private final class Sessions: Sendable {
        private static let most = 10_000
        private let known = Mutex<Set<String>>([])

        func begin(_ id: String) -> Bool {
            known.withLock { known in
                if known.count >= Self.most { known.removeAll() }
                return known.insert(id).inserted
            }
        }

        func forget(_ id: String) -> Bool { known.withLock { $0.remove(id) != nil } }
    }
}

extension HTTPField.Name {
    fileprivate static let sessionID = HTTPField.Name.known("X-Session-ID")
}
