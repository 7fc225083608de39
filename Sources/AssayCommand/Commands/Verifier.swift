import ArgumentParser
import JSON
import Verifiers

/// `assay verifier`: verifiers themselves, written, tried and trusted.
struct VerifierCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verifier",
        abstract: "List, write and test verifiers.",
        discussion: """
            EXAMPLE
              assay verifier list
              assay verifier init --python mine          a verifier in Python that works, with its cases
              assay verifier check math                  does it keep the contract?
              assay verifier golds problems.jsonl        which golds can nothing be judged by?
              assay verifier audit math labelled.jsonl   how often is it wrong, and on what?
              assay verifier redteam math                which reward hacks does it pay for?
            """,
        subcommands: [
            VerifierList.self, VerifierInit.self, VerifierCheck.self, VerifierGolds.self, VerifierAudit.self,
            VerifierRedTeam.self,
        ])
}

/// `assay verifier list`.
struct VerifierList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "All verifiers, or one with its options.")

    @Argument(help: "Show this verifier's options.")
    var name: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let all = VerifierRegistry.ofCommands.entries
        let chosen = all.filter { name == nil || $0.name == name }
        if chosen.isEmpty, let name { _ = try VerifierRegistry.ofCommands.make(name) }
        if common.json {
            Terminal.output(
                JSONValue.array(
                    chosen.map { entry in
                        [
                            "name": .string(entry.name), "summary": .string(entry.summary),
                            "options": .object(entry.options.map { .init($0.name, .string($0.summary)) }),
                        ]
                    }
                ).text)
            return
        }
        let width = chosen.map(\.name.count).max() ?? 0
        for entry in chosen {
            Terminal.output(entry.name + String(repeating: " ", count: width - entry.name.count + 2) + entry.summary)
            guard name != nil else { continue }
            for option in entry.options { Terminal.output("    \(option.name): \(option.summary)") }
        }
    }
}
