import Experience
import Foundation
import HTTPTypes
import JSON
import Numbers
import Verifiers

/// SandboxFusion's `/run_code`, which verl calls: always 200 for what a program did, 504 when there is no slot in time,
/// which is the one answer verl tries again.
struct SandboxFusionRoutes: RouteGroup {
    let programs: ProgramRuns
    let options: ServeOptions

    var routes: [Route] { [Route(.post, "/run_code", scope: .verify, handler: run)] }

    /// What this sandbox has no way to do.
    struct NotOffered: Error {
        var message: String
    }

    @Sendable private func run(_ call: Call) async throws -> Reply {
        if programs.runner == nil { throw APIError.off("there is no sandbox on this server") }
        let body = try JSONBody(try await call.body(limit: options.maxBodyBytes))
        let program: ProgramRequest
        do {
            program = try Self.program(body)
        } catch let error as NotOffered {
            return .json(Self.json(.failed(error.message)))
        }
        // No time at all is over before anything runs.
        guard program.runSeconds > 0 else {
            let step = ProgramStep(status: .timeLimit, seconds: 0, exitCode: nil, stdout: "", stderr: "")
            return .json(Self.json(.ran(compile: nil, run: step)))
        }
        return .json(Self.json(try await programs.run(program, for: call.principal.share, since: call.start)))
    }

    private static func program(_ body: JSONBody) throws -> ProgramRequest {
        ProgramRequest(
            language: try body.string("language"), code: try body.string("code"),
            stdin: Array((try body.optionalString("stdin") ?? "").utf8), files: try files(of: body),
            compileSeconds: try seconds(body, "compile_timeout"), runSeconds: try seconds(body, "run_timeout"),
            memoryBytes: memory(try body.double("memory_limit_MB", default: 1024, in: -1...1_048_576)))
    }

    // As SandboxFusion has it any number is a time; a day is the sandbox's longest.
    private static func seconds(_ body: JSONBody, _ key: String) throws -> Double {
        let given = try body.double(key, default: 10, in: -1e9...1e9)
        return given > 0 ? min(max(given, 0.01), 86_400) : 0
    }

    // SandboxFusion takes -1 for "no limit"; here that is the largest limit the sandbox has.
    private static func memory(_ megabytes: Double) -> Int {
        Int(clamping: megabytes > 0 ? megabytes : 4096, to: 1...1 << 20, .down) << 20
    }

    /// The files that are to stand beside the program.
    static func files(of body: JSONBody) throws -> [String: [UInt8]] {
        if let fetch = body.value["fetch_files"]?.arrayValue, !fetch.isEmpty {
            throw NotOffered(message: "'fetch_files' is not offered: programs hand back stdout and stderr")
        }
        var files: [String: [UInt8]] = [:]
        for member in body.value["files"]?.objectValue ?? [] where !member.value.isNull {
            guard let content = member.value.stringValue.flatMap({ Data(base64Encoded: $0) }) else {
                throw APIError.badRequest("'files.\(member.key)' must be base64")
            }
            let name = member.key.hasPrefix("./") ? String(member.key.dropFirst(2)) : member.key
            let parts = name.split(separator: "/", omittingEmptySubsequences: false)
            guard !name.utf8.contains(0), parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
                throw APIError.badRequest("'files': '\(member.key)' must be a file name below the program's folder")
            }
            files[name] = Array(content)
        }
        return files
    }

    private static func json(_ result: ProgramResult) -> JSONValue {
        var status = "Success"
        var message = ""
        var compileResult = JSONValue.null
        var runResult = JSONValue.null
        switch result {
        case .failed(let reason):
            status = "SandboxError"
            message = reason
        case .ran(let compile, let run):
            compileResult = compile.map(json) ?? .null
            runResult = run.map(json) ?? .null
            let succeeded = [compile, run].allSatisfy { $0.map { $0.status == .finished && $0.exitCode == 0 } ?? true }
            if !succeeded || run == nil { status = "Failed" }
            for word in ["output", "memory"] where run?.isKilled(over: word) ?? false {
                message = "the program was killed: over the \(word) limit"
            }
        }
        return [
            "status": .string(status), "message": .string(message), "compile_result": compileResult,
            "run_result": runResult, "executor_pod_name": nil, "files": [:],
        ]
    }

    /// A step as SandboxFusion writes it.
    static func json(_ step: ProgramStep) -> JSONValue {
        [
            "status": .string(step.status.rawValue), "execution_time": .double(step.seconds),
            "return_code": step.exitCode.map(JSONValue.int) ?? .null, "stdout": .string(step.stdout),
            "stderr": .string(step.stderr),
        ]
    }
}

extension ProgramStep {
    /// Whether a limit that has no status of its own ended it: the sandbox says so at the end of what it wrote.
    fileprivate func isKilled(over word: String) -> Bool {
        exitCode == -9 && stderr.hasSuffix("killed: over the \(word) limit")
    }
}
