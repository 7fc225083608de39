public import ArgumentParser
import Datasets
import Experience
import Foundation
import Reports
import Rollout
public import Verifiers

/// The command: its subcommands, and how errors become one line and an exit code.
///
/// A package that brings verifiers of its own makes its own `assay` in three lines:
///
///     var verifiers = VerifierRegistry.standard
///     MyVerifier.register(in: &verifiers)
///     await Assay.main(verifiers: verifiers)
public struct Assay: AsyncParsableCommand {
    /// Subcommands and help.
    public static var configuration: CommandConfiguration { described }

    // Made when it is first asked for, after `main` has said which build this is.
    private static let described = CommandConfiguration(
        commandName: "assay",
        abstract: "Reinforcement learning with verifiable rewards: sample, verify, weigh, hand over.",
        discussion: """
            EXAMPLE
              assay verify answers.jsonl --verifier math     score completions you have
              assay run config.yaml                          the whole pipeline, resumable

            EXIT CODES
              0  done    1  the work failed    2  bad usage or bad input
              141  standard output was a pipe whose reader had gone, as after 'assay … | head -1'; nothing is said then
              Standard output that is closed or full is 1. Standard error that cannot be written changes nothing.

            FILES
              A command never writes over its inputs, a store or a file of another kind. An output that exists is replaced
              with --force alone, and appears when it is whole.
              130, 143, 129  SIGINT, SIGTERM or SIGHUP ended it: what there was is kept, a line says how much; a second
              signal ends it at once. 'serve' and 'browse' end by them in order, with 0; to 'serve' SIGHUP means to read its
              tokens again.
            """,
        version: Version.text,
        subcommands: [
            RunCommand.self, RolloutCommand.self, DatasetCommand.self, Verify.self, VerifierCommand.self,
            OptimizeCommand.self, EnvCommand.self,
            ReportCommand.self, Compare.self, Browse.self, ServeCommand.self, Worker.self, Merge.self, Demo.self,
            Init.self, Rename.self, Export.self, Prune.self, Doctor.self,
        ])

    /// A command without arguments; it prints its help.
    public init() {}

    /// Runs the command line with these verifiers and ends the process. `commit` is shown by `--version`.
    public static func main(verifiers: VerifierRegistry, commit: String = "") async -> Never {
        Version.set(commit: commit)
        // A reader that goes away is a write error with its own exit code, not a silent death; a limit of file size as well.
        signal(SIGPIPE, SIG_IGN)
        Interruption.catchSignals()
        signal(SIGXFSZ, SIG_IGN)
        let code = await VerifierRegistry.$ofCommands.withValue(verifiers.withNetwork) { await run() }
        let outputCode = Terminal.outputFailure.map(report) ?? 0
        // Not exit(): libraries' own end would run beside threads of ours that still use them.
        fflush(nil)
        _exit(code == 0 ? outputCode : code)
    }

    private static func run() async -> Int32 {
        do {
            try await Interruption.ending {
                if let line = misspelt(CommandLine.arguments.dropFirst()) { throw BadInput(line) }
                var command = try parseAsRoot(ExplainedTexts.separated(Array(CommandLine.arguments.dropFirst())))
                if var command = command as? any AsyncParsableCommand {
                    try await command.run()
                } else {
                    try command.run()
                }
            }
            return 0
        } catch {
            return report(error)
        }
    }

    /// What to say of a word that should be a command and is none.
    private static func misspelt(_ words: ArraySlice<String>) -> String? {
        var command: any ParsableCommand.Type = Self.self
        var path = "assay"
        for word in words {
            let known = command.configuration.subcommands
            guard !known.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
            let names = known.map { $0._commandName }
            guard let index = names.firstIndex(of: word) else {
                return "'\(word)' is no command of '\(path)'" + word.hint(among: names)
            }
            command = known[index]
            path += " " + word
        }
        return nil
    }

    private static func report(_ error: any Error) -> Int32 {
        switch error {
        case let code as ExitCode: return code.rawValue
        case let error as Interrupted:
            Interruption.say(error)
            return error.exitCode
        case let error as FileError where error.action == "write" && [EPIPE, ECONNRESET].contains(error.code):
            return 141
        case let error as FileError where error.action == "write":
            Terminal.error("\(error)")
            return 1
        case is FileError, is OutputError, is LineTooLong, is ForeignFormat, is VerifierOptionsError,
            is BadInput,
            is ComparisonError,
            is ConfigError,
            is ConfigProblem, is DataMismatch, is DatasetError, is FilterError, is TemplateError, is VocabularyError:
            Terminal.error("\(error)")
            return 2
        case let error as StoreError where [.missing, .foreign].contains(error.kind):
            Terminal.error("\(error)")
            return 2
        default:
            break
        }
        // ArgumentParser knows its own errors, help and version requests among them; the rest describe themselves.
        if exitCode(for: error) == .failure {
            Terminal.error("\(error)")
            return 1
        }
        let text = fullMessage(for: error)
        if exitCode(for: error) == .success {
            Terminal.output(text)
            return 0
        }
        Terminal.line(text)
        return 2
    }
}
