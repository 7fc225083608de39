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
}

/// Which verifier, and its options.
struct VerifierChoice: ParsableArguments {
    @Option(help: "Verifier to use.")
    var verifier = "math"

    @Option(
        name: .customLong("option"),
        help: ArgumentHelp(
            "An option of the verifier; repeatable. Values are JSON, or else text.", valueName: "key=value"))
    var options: [String] = []

    /// Makes the verifier; throws `VerifierOptionsError`.
    func make() throws -> any Verifier { try Assay.verifiers.make(verifier, options: parsedOptions()) }

    /// What its verdicts depend on: name, version and options.
    func identity(_ made: any Verifier) throws -> JSONValue {
        ["name": .string(made.name), "version": .string(made.version), "options": try parsedOptions()]
    }

    private func parsedOptions() throws -> JSONValue {
        var members: [JSONValue.Member] = []
        for option in options {
            guard let equals = option.firstIndex(of: "=") else {
                throw VerifierOptionsError("expected --option key=value, not '\(option)'")
            }
            let text = String(option[option.index(after: equals)...])
            members.append(.init(String(option[..<equals]), (try? JSONValue(parsing: text.utf8)) ?? .string(text)))
        }
        return .object(members)
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
