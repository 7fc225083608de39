import Experience
import Foundation
import JSON
import Verifiers
import Workers

/// How the processes of a plug-in are started and watched.
struct CommandSettings: Sendable {
    var command: [String]
    var options: JSONValue
    var variables: [String: String]
    var revision: String
    /// Longest wait for an answer, in seconds.
    var timeout: Double
    /// Longest wait for the handshake, in seconds.
    var startTimeout: Double
    var memoryMiB: Int
    /// Longest line of a worker's in bytes.
    var lineBytes: Int
    /// Folders shown to a process inside the sandbox; nil to start it outside.
    var sandbox: [String]?

    /// What messages call it.
    var title: String { command.shortened }

    /// Changes with the command, its options and the files that the command line names.
    var fingerprint: String {
        var hash = FNV1a()
        for word in command {
            hash.add(word.utf8)
            hash.add(fileAt: word)
        }
        hash.add(options.bytes)
        hash.add(revision.utf8)
        return hash.text
    }

    /// A process of it that speaks `lines`, started on a thread of its own.
    func start(_ lines: any LineProtocol) -> Conversation {
        let ours = sandbox == nil ? ProcessInfo.processInfo.environment : CommandVerifier.boxed
        let environment = ours.merging(variables) { $1 }
        let (command, sandbox, memoryMiB) = (command, sandbox, memoryMiB)
        return Conversation(
            Conversation.Settings(title: title, memoryMiB: memoryMiB, lineBytes: lineBytes), lines
        ) {
            guard let sandbox else { return try WorkerProcess(command: command, environment: environment) }
            return try BoxedWorker(
                BoxedCommand(command, shown: sandbox), environment: environment, memoryMiB: memoryMiB)
        }
    }
}

/// The options of `CommandSettings`.
enum CommandOptions {
    static let command = Option<[String]>.command(
        "command", "program and arguments, for example [\"python3\", \"my.py\"], or one text")
    private static let options = Option<JSONValue>.object("options", "handed to the process in the handshake")
    private static let variables = Option<[String: String]>.variables("environment", "variables added to our own")
    private static let revision = Option<String>.text(
        "revision", "", "part of the version; change it when imported code changes")
    private static let timeout = Option<Double>.number(
        "timeout_s", 30, in: 0.01...86_400, "longest wait for an answer; the process is killed then")
    private static let startTimeout = Option<Double>.number(
        "start_timeout_s", 60, in: 0.01...86_400, "longest wait for the handshake")
    private static let memory = Option<Int>.int(
        "memory_mb", 1024, in: 16...1 << 20, "resident memory at which a process is killed")
    private static let line = Option<Int>.int(
        "line_bytes", 4 << 20, in: 1024...LineBuffer.maxLineBytes, "longest line of a process")
    private static let sandbox = Option<Bool>.flag(
        "sandbox", false, "run processes inside the sandbox: no network, files read-only")
    private static let show = Option<[String]>.texts(
        "show", "folders that a process in the sandbox needs beside those of its command")
    static let all = [
        command.listed, options.listed, variables.listed, revision.listed, timeout.listed, startTimeout.listed,
        memory.listed, line.listed, sandbox.listed, show.listed,
    ]

    static func read(_ reader: OptionsReader) throws(EnvironmentOptionsError) -> CommandSettings {
        let isBoxed = try sandbox.read(reader)
        let shown = try show.read(reader)
        if !isBoxed, !shown.isEmpty {
            throw EnvironmentOptionsError(key: "show", "has no effect without sandbox: true")
        }
        return CommandSettings(
            command: try command.read(reader), options: try options.read(reader),
            variables: try variables.read(reader), revision: try revision.read(reader),
            timeout: try timeout.read(reader), startTimeout: try startTimeout.read(reader),
            memoryMiB: try memory.read(reader), lineBytes: try line.read(reader), sandbox: isBoxed ? shown : nil)
    }
}

extension EnvironmentError {
    /// What a conversation's end means to an episode.
    init(_ failure: Conversation.Failure) {
        switch failure.kind {
        case .notStarted: self.init(.start, failure.description)
        case .late: self.init(.deadline, failure.description)
        case .garbled: self.init(.contract, failure.description)
        case .lost, .cancelled: self.init(.lost, failure.description)
        }
    }
}
