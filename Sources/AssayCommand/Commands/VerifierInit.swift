import ArgumentParser
import Experience
import Foundation
import JSON
import Verifiers

/// `assay verifier init`: a verifier that works, to be changed.
struct VerifierInit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a verifier that works, with labelled cases to test it on.",
        discussion: """
            Writes NAME.py, NAME.js or NAME.sh and NAME.cases.jsonl, and prints the commands that try them. A verifier in \
            Swift starts from examples/verifier-template.

            EXAMPLE
              assay verifier init --python mine
            """)

    @Argument(help: "The verifier's name.")
    var name: String

    @Flag(help: "The language.")
    var language: VerifierTemplate

    @OptionGroup var replacing: ForceFlag

    func validate() throws {
        let isGood = name.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95 || $0 == 45
        }
        if name.isEmpty || !isGood { throw ValidationError("A name has letters, digits, - and _ only.") }
    }

    func run() async throws {
        let script = "\(name).\(language.fileExtension)"
        let cases = "\(name).cases.jsonl"
        // Both are settled before one is written.
        let files = try [(script, FileKind.verifierScript), (cases, .verifierCases)].map {
            try OutputFile($0, kind: $1, force: replacing.force)
        }
        for (file, text) in zip(files, [language.script(name: name), VerifierTemplate.cases]) {
            try await file.write(Array(text.utf8))
        }
        _ = chmod(script, 0o755)
        if language == .python {
            Terminal.output(
                """
                wrote \(script) and \(cases). Try it:
                  assay verifier audit ./\(script) \(cases) --strict
                  assay verify \(cases) --verifier ./\(script) --summary
                In a configuration:
                  verify:
                    verifier: ./\(script)
                """)
            return
        }
        let command = JSONValue.array((language.interpreter + [script]).map(JSONValue.string)).text
        Terminal.output(
            """
            wrote \(script) and \(cases). Try it:
              assay verifier audit command --option 'command=\(command)' \(cases) --strict
              assay verify \(cases) --verifier command --option 'command=\(command)' --summary
            In a configuration:
              verify:
                verifier: command
                options: {name: \(name), command: \(command)}
            """)
    }
}
