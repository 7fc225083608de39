import Experience
import Foundation
import HTTPTypes
import JSON
import Numbers
import Verifiers

/// SandboxFusion's `/run_code`, which verl calls: always 200 for what a program did, 504 when there is no slot in time,
/// which is the one answer verl tries again.
struct SandboxFusionRoutes: RouteGroup {
    let runner: (any ProgramRunner)?
    let lane: Lane
    let options: ServeOptions

    var routes: [Route] { [Route(.post, "/run_code", scope: .verify, handler: run)] }

    @Sendable private func run(_ call: Call) async throws -> Reply {
        guard let runner else { throw APIError.off("there is no sandbox on this server") }
        let body = try JSONBody(try await call.body(limit: options.maxBodyBytes))
        if let fetch = body.value["fetch_files"]?.arrayValue, !fetch.isEmpty {
            throw APIError.badRequest("'fetch_files' is not offered: programs hand back stdout and stderr")
        }
        let program = ProgramRequest(
            language: try body.string("language"), code: try body.string("code"),
            stdin: Array((try body.optionalString("stdin") ?? "").utf8), files: try Self.files(body.value["files"]),
            compileSeconds: try body.double("compile_timeout", default: 10, in: 0.001...600),
            runSeconds: try body.double("run_timeout", default: 10, in: 0.001...600),
            memoryBytes: Self.memory(try body.double("memory_limit_MB", default: 1024, in: -1...1_048_576)))
        guard lane.admit(1, within: options.programWaitSeconds) else {
            throw APIError.overloaded("\(lane.load.pending) programs are waiting", status: .gatewayTimeout)
        }
        // The client waits compile + run + 10 s; a program that cannot end by then is not worth starting.
        let deadline = call.start + .seconds(program.compileSeconds + program.runSeconds + 10)
        let start = Deadline.Start(by: call.start + .seconds(options.programWaitSeconds))
        let work = { @Sendable in
            let result = await lane.inSlot(1) { start.begin() ? await runner.run(program) : nil }
            lane.leave(1)
            return result
        }
        guard let result = await Deadline.run(until: deadline, start: start, work) ?? nil else {
            throw APIError.overloaded("no sandbox slot in time", status: .gatewayTimeout)
        }
        return .json(Self.json(result))
    }

    // SandboxFusion takes -1 for "no limit"; here that is the largest limit the sandbox has.
    private static func memory(_ megabytes: Double) -> Int {
        Int(clamping: megabytes > 0 ? megabytes : 4096, to: 1...1 << 20, .down) << 20
    }

    private static func files(_ value: JSONValue?) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for member in value?.objectValue ?? [] where !member.value.isNull {
            guard let content = member.value.stringValue.flatMap({ Data(base64Encoded: $0) }) else {
                throw APIError.badRequest("'files.\(member.key)' must be base64")
            }
            guard !member.key.isEmpty, !member.key.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "/") }),
                member.key != ".", member.key != ".."
            else { throw APIError.badRequest("'files': '\(member.key)' must be a file name without folders") }
            files[member.key] = Array(content)
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
        }
        return [
            "status": .string(status), "message": .string(message), "compile_result": compileResult,
            "run_result": runResult, "executor_pod_name": nil, "files": [:],
        ]
    }

    private static func json(_ step: ProgramStep) -> JSONValue {
        [
            "status": .string(step.status.rawValue), "execution_time": .double(step.seconds),
            "return_code": step.exitCode.map(JSONValue.int) ?? .null, "stdout": .string(step.stdout),
            "stderr": .string(step.stderr),
        ]
    }
}
