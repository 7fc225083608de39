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
    func make() throws -> any Verifier {
        var members: [JSONValue.Member] = []
        for option in options {
            guard let equals = option.firstIndex(of: "=") else {
                throw VerifierOptionsError("expected --option key=value, not '\(option)'")
            }
            let text = String(option[option.index(after: equals)...])
            members.append(.init(String(option[..<equals]), (try? JSONValue(parsing: text.utf8)) ?? .string(text)))
        }
        return try Assay.verifiers.make(verifier, options: .object(members))
    }
}
