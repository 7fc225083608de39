import ArgumentParser
import Experience
import JSON
import Reports
import Verifiers

/// `assay verifier redteam`: known reward hacks, tried.
struct VerifierRedTeam: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redteam",
        abstract: "Try the known reward hacks on a verifier and report what it pays for.",
        discussion: """
            The built-in problems are numbers, letters and short texts; those whose honest right answer the verifier pays
            are attacked. Exit code 1 when a hack was paid.

            EXAMPLE
              assay verifier redteam math
              assay verifier redteam regex
            """)

    @OptionGroup var argument: VerifierArgument

    @Option(help: "Paid responses to show per hack.")
    var examples = 1

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await argument.use { verifier in
            let report = await RedTeam(verifier)
            if report.usedSeeds == 0 {
                throw BadInput("'\(verifier.name)' pays for none of the built-in problems; there is nothing to attack")
            }
            if common.json { Terminal.output(json(report).text) } else { show(report, of: verifier) }
            if !report.holes.isEmpty { throw ExitCode(1) }
        }
    }

    private func show(_ report: RedTeam, of verifier: any Verifier) {
        var table = TextTable(["hack", "tried", "paid"])
        for finding in report.findings {
            table.add([
                finding.hack.name + ": " + finding.hack.summary, "\(finding.tried)", "\(finding.paid.count)",
            ])
        }
        Terminal.output("\(verifier.name) \(verifier.version): \(report.holes.count) holes")
        for line in table.lines { Terminal.output(line) }
        for finding in report.holes {
            for (problem, response, _) in finding.paid.prefix(examples) {
                Terminal.output("  paid for \(finding.hack.name), gold \(problem.gold): \(Self.short(response))")
            }
        }
        for finding in report.findings {
            guard let failure = finding.failures.first else { continue }
            Terminal.output(
                "  failed on \(finding.hack.name): \(failure.verdict.reason) for \(Self.short(failure.response))")
        }
    }

    private func json(_ report: RedTeam) -> JSONValue {
        .array(
            report.findings.map { finding in
                [
                    "hack": .string(finding.hack.name), "tried": .int(finding.tried), "paid": .int(finding.paid.count),
                    "failures": .int(finding.failures.count),
                    "examples": .array(finding.paid.prefix(examples).map { .string(Self.short($0.response)) }),
                ]
            })
    }

    private static func short(_ text: String) -> String {
        let line = text.replacing("\n", with: "⏎")
        return "'\(line.prefix(120))'" + (line.count > 120 ? "… (\(text.utf8.count) bytes)" : "")
    }
}
