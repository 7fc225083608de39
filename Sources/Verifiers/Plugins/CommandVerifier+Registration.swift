import Experience
import Foundation
import JSON

extension CommandVerifier {
    /// Adds it as "command".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "command", summary: "any executable: workers that speak JSON lines (see assay verifier init)",
            options: [
                ("command", "program and arguments, for example [\"python3\", \"my.py\"], or one text")
            ] + workerOptions
        ) { options in CommandVerifier(try Options(options)) }
    }

    /// Options of every verifier whose workers are processes.
    static let workerOptions: [(name: String, summary: String)] = [
        ("name", "what the verifier is called in verdicts (command, or a file's own name)"),
        ("revision", "part of the version; change it when imported code changes"),
        ("options", "an object handed to the worker in the handshake"),
        ("environment", "variables added to our own, as an object"),
        ("workers", "processes (the number of cores)"),
        ("batch", "items per message (64)"),
        ("timeout_s", "longest wait for the next reply (30)"),
        ("start_timeout_s", "longest wait for the handshake (60)"),
        ("memory_mb", "resident memory at which a worker is replaced (1024)"),
        ("correct_at", "the score from which a reply without outcome is correct (1)"),
        ("needs_answer", "refuse rows without an answer (false)"),
        ("sandbox", "run workers inside the sandbox: no network, files read-only (false)"),
        ("show", "folders that a worker in the sandbox needs beside those of its command"),
    ]
}

extension CommandVerifier.Options {
    /// Reads the options that `register` lists.
    fileprivate init(_ json: JSONValue) throws {
        guard let command = try OptionsReader(json).command("command") else {
            throw VerifierOptionsError(
                key: "command", "expected program and arguments, for example [\"python3\", \"my.py\"]")
        }
        self.init(command: command)
        try read(json)
    }

    /// Reads those of `workerOptions`.
    mutating func read(_ json: JSONValue) throws {
        let reader = OptionsReader(json)
        name = try reader.string("name") ?? name
        revision = try reader.string("revision") ?? revision
        options = try reader.object("options") ?? options
        environment.merge(try reader.variables("environment")) { $1 }
        workers = try reader.int("workers", default: workers, in: 1...256)
        batch = try reader.int("batch", default: batch, in: 1...65_536)
        timeout = try reader.double("timeout_s", default: timeout, in: 0.01...86_400)
        startTimeout = try reader.double("start_timeout_s", default: startTimeout, in: 0.01...86_400)
        maxMemoryMiB = try reader.int("memory_mb", default: maxMemoryMiB, in: 16...1 << 20)
        correctAt = try reader.double("correct_at", default: correctAt, in: -1e300...1e300)
        needsAnswer = try reader.bool("needs_answer", default: needsAnswer)
        isSandboxed = try reader.bool("sandbox", default: isSandboxed)
        if let folders = try reader.texts("show") {
            if !isSandboxed { throw VerifierOptionsError(key: "show", "has no effect without sandbox: true") }
            shown = folders
        }
    }
}
