import ArgumentParser
import Experience
import JSON
import Verifiers

/// Options that every command has.
struct CommonOptions: ParsableArguments {
    @Flag(help: "Print machine-readable JSON instead of tables.")
    var json = false

    @Flag(help: "No progress on stderr.")
    var quiet = false

    /// Prints a result on stdout: one JSON object with --json, else a line for a person.
    func say(json: JSONValue, text: String) { Terminal.output(self.json ? json.text : text) }

    /// Prints where a server is. One that cannot say it on stdout says so on stderr, and serves.
    func announce(json: JSONValue, text: String) {
        say(json: json, text: text)
        guard let failure = Terminal.takeOutputFailure() else { return }
        Terminal.error("\(failure); going on: \(text.prefix { $0 != "\n" })")
    }
}

/// The flag of every command that writes a file.
struct ForceFlag: ParsableArguments {
    @Flag(help: "Replace the output if it exists; never an input, a store or a file of another kind.")
    var force = false

    /// Throws `ValidationError` when it was given and no page is written to a file; for `validate()`.
    func refuseIdle(for html: String?) throws {
        if html == nil || html == "-" { try IdleFlags.refuse(["--force": force], "without --html FILE") }
    }
}

/// Which verifier, and its options.
struct VerifierChoice: ParsableArguments {
    @Option(help: "Verifier to use: NAME, NAME:{options as JSON}, or a Python file, ./mine.py (default: math).")
    var verifier: String?

    @Option(
        name: .customLong("option"),
        help: ArgumentHelp(
            "An option of the verifier; repeatable. Values are JSON, or else text.", valueName: "key=value"))
    var options: [String] = []

    @Flag(
        help: ArgumentHelp(
            "Run programs without a sandbox where none can be built; every verdict is stamped isolation none. "
                + "For the verifier code, on a machine that may be lost."))
    var unsafeNoSandbox = false

    private var name: String { verifier ?? "math" }
    private var allOptions: [String] { options + (unsafeNoSandbox ? ["unsafe=true"] : []) }

    /// Makes the verifier; throws `VerifierOptionsError`.
    func make() throws -> any Verifier { try Self.make(name, options: allOptions) }

    /// What its verdicts depend on: name, version and options.
    func identity(_ made: any Verifier) throws -> VerifierIdentity {
        VerifierIdentity(name: made.name, version: made.version, options: try Self.parse(name, allOptions).1)
    }

    /// The same as a shard's manifest has it.
    func manifest(_ made: any Verifier) throws -> JSONValue {
        [
            "name": .string(made.name), "version": .string(made.version),
            "options": try Self.parse(name, allOptions).1,
        ]
    }

    /// Makes a verifier from its name, or `name:{options as JSON}`, and `key=value` options.
    static func make(_ spec: String, options: [String] = []) throws -> any Verifier {
        let (name, options) = try parse(spec, options)
        return try VerifierRegistry.ofCommands.make(name, options: options)
    }

    /// Throws `BadInput` when its program does not start: then no row could be judged.
    static func checkStart(of verifier: any Verifier) async throws {
        if let fault = await (verifier as? CommandVerifier)?.startFault() { throw BadInput(fault) }
    }

    /// Name and options of `NAME` or `NAME:{options as JSON}`, and `key=value` options.
    static func parse(_ spec: String, _ options: [String]) throws -> (String, JSONValue) {
        let parts = spec.split(separator: ":", maxSplits: 1).map(String.init)
        var members: [JSONValue.Member] = []
        if parts.count == 2 {
            guard let given = (try? JSONValue(parsing: parts[1].utf8))?.objectValue else {
                throw VerifierOptionsError("expected NAME or NAME:{options as JSON}, not '\(spec)'")
            }
            members = given
        }
        for option in options {
            guard let equals = option.firstIndex(of: "="), equals > option.startIndex else {
                throw VerifierOptionsError("expected --option key=value, not '\(option)'")
            }
            let text = String(option[option.index(after: equals)...])
            members.append(.init(String(option[..<equals]), (try? JSONValue(parsing: text.utf8)) ?? .string(text)))
        }
        return (parts.first ?? spec, .object(members))
    }
}

extension Shard {
    /// From `--shard i/n`.
    init(argument: String) throws {
        guard let shard = Shard(argument) else {
            throw ValidationError("'\(argument)' is not i/n with i in 1...n, for example 2/4")
        }
        self = shard
    }
}

/// Options of commands about one verifier.
struct VerifierArgument: ParsableArguments {
    @Argument(help: "The verifier: NAME, NAME:{options as JSON}, or a Python file, ./mine.py.")
    var verifier: String

    @Option(
        name: .customLong("option"),
        help: ArgumentHelp(
            "An option of the verifier; repeatable. Values are JSON, or else text.", valueName: "key=value"))
    var options: [String] = []

    /// Makes the verifier, lends it to `body` and shuts it down.
    func use<Result>(_ body: (any Verifier) async throws -> Result) async throws -> Result {
        let verifier = try VerifierChoice.make(verifier, options: options)
        do {
            try await VerifierChoice.checkStart(of: verifier)
            let result = try await body(verifier)
            await verifier.shutdown()
            return result
        } catch {
            await verifier.shutdown()
            throw error
        }
    }
}
