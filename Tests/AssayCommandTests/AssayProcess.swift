import Foundation

/// Runs the built `assay` as its users do: arguments in; exit code, stdout and stderr out.
struct AssayProcess {
    struct Result {
        var code: Int32
        var output: String
        var errors: String
    }

    /// The binary beside the test bundle.
    static var binary: String {
        get throws {
            var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            for _ in 0..<4 {
                folder.deleteLastPathComponent()
                let candidate = folder.appendingPathComponent("assay").path
                if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
            }
            throw CocoaError(.fileNoSuchFile)
        }
    }

    /// Runs to the end.
    static func run(_ arguments: [String], input: String? = nil, folder: String? = nil) async throws -> Result {
        try await run(bounded([binary] + arguments), input: input, folder: folder)
    }

    /// Runs a shell line in which `$ASSAY` is the binary and `$@` the arguments.
    static func shell(_ line: String, _ arguments: [String] = [], folder: String? = nil) async throws -> Result {
        let process = bounded(["/bin/bash", "-c", line, "bash"] + arguments)
        process.environment = ProcessInfo.processInfo.environment.merging(["ASSAY": try binary]) { $1 }
        return try await run(process, input: nil, folder: folder)
    }

    // What hangs is ended with all that it started, by SIGKILL (9): no test waits for ever.
    private static func bounded(_ command: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["timeout", "--signal=KILL", "150"] + command
        return process
    }

    // A moment before that: where it hangs.
    private static func stacks(of process: Int32) async throws -> String {
        try await Task.sleep(for: .seconds(120))
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
        let (command, told) = (Process(), Pipe())
        command.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        command.arguments = [
            "timeout", "25", "python3", "-B", root.path + "/scripts/progress.py", "--stacks", "\(process)",
        ]
        command.standardError = told
        async let text = read(told)
        try command.run()
        return "it hung:\n" + (await text)
    }

    /// Runs until `moment` has returned, and then as long as it takes after a signal. Standard input stays open.
    static func interrupted(
        _ arguments: [String], by signal: Int32, input: String = "", when moment: @Sendable () async throws -> Void
    ) async throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try binary)
        process.arguments = arguments
        let (output, errors, standardInput) = (Pipe(), Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = standardInput
        async let text = read(output)
        async let errorText = read(errors)
        try process.run()
        standardInput.fileHandleForWriting.write(Data(input.utf8))
        do {
            try await moment()
        } catch {
            kill(process.processIdentifier, SIGKILL)
            throw error
        }
        kill(process.processIdentifier, signal)
        let result = (await text, await errorText)
        process.waitUntilExit()
        return Result(code: process.terminationStatus, output: result.0, errors: result.1)
    }

    private static func run(_ process: Process, input: String?, folder: String?) async throws -> Result {
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        let (output, errors, standardInput) = (Pipe(), Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = standardInput
        async let text = read(output)
        async let errorText = read(errors)
        try process.run()
        if let input { standardInput.fileHandleForWriting.write(Data(input.utf8)) }
        try standardInput.fileHandleForWriting.close()
        let hung = Task { try await stacks(of: process.processIdentifier) }
        let result = (await text, await errorText)
        process.waitUntilExit()
        hung.cancel()
        let place = (try? await hung.value) ?? ""
        return Result(code: process.terminationStatus, output: result.0, errors: result.1 + place)
    }

    // On a thread of its own: the pool has too few for blocking reads.
    private static func read(_ pipe: Pipe) async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let data = pipe.fileHandleForReading.readDataToEndOfFile()
                continuation.resume(returning: String(decoding: data, as: UTF8.self))
            }
        }
    }
}

/// A folder that is gone when the value is.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "assay-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }
}
