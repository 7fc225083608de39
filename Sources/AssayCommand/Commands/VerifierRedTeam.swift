import ArgumentParser
import Datasets
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
            The built-in problems are numbers, letters and short texts; those whose honest right answer the verifier pays \
            are attacked. A verifier that pays a formula in another spelling is also tried with made formulas and their wrong \
            twins, by kind; --seed makes others. --problems attacks your own: rows with "question", "answer" and "wrong", a list of two wrong \
            answers. Exit code 1 when a hack was paid.

            EXAMPLE
              assay verifier redteam math
              assay verifier redteam regex
              assay verifier redteam command --option 'command=["python3","mine.py"]' --problems mine.problems.jsonl
            """)

    @OptionGroup var argument: VerifierArgument

    @Option(help: "JSONL problems to attack in place of the built-in ones.")
    var problems: String?

    @Option(help: "Seed of the made formulas.")
    var seed: UInt64 = 0

    @Option(help: "Paid responses to show per hack.")
    var examples = 1

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if examples < 0 { throw ValidationError("--examples must not be negative.") }
    }

    func run() async throws {
        try await argument.use { verifier in
            let report: RedTeam
            if let problems {
                report = await RedTeam(verifier, seeds: try await seeds(in: problems), formulas: [])
            } else {
                report = await RedTeam(verifier, seed: seed)
            }
            try Task.checkCancellation()
            if report.usedSeeds == 0 {
                let which = problems ?? "the built-in problems"
                throw BadInput(
                    "'\(verifier.name)' pays for none of \(which); name problems that it can judge with --problems")
            }
            if common.json { Terminal.output(json(report).text) } else { show(report, of: verifier) }
            if !report.holes.isEmpty { throw ExitCode(1) }
        }
    }

    private func seeds(in path: String) async throws -> [SeedProblem] {
        let reader = try RowReader(path: path)
        var seeds: [SeedProblem] = []
        while let line = try await reader.next(maxLines: 1).first {
            let row = try? JSONValue(parsing: line.bytes)
            let wrong = row?["wrong"]?.arrayValue?.compactMap(\.stringValue) ?? []
            guard let question = row?["question"]?.stringValue, let answer = row?["answer"]?.stringValue,
                wrong.count > 1
            else {
                throw BadInput(
                    "\(path):\(line.number): expected \"question\", \"answer\" and \"wrong\", a list of two wrong answers"
                )
            }
            seeds.append(SeedProblem(question: question, gold: answer, wrong: wrong))
        }
        return seeds
    }

    private func show(_ report: RedTeam, of verifier: any Verifier) {
        var table = TextTable(["hack", "tried", "paid"])
        for finding in report.findings {
            table.add([
                finding.hack.name + ": " + finding.hack.summary, "\(finding.tried)", "\(finding.paid.count)",
            ])
        }
        Terminal.output("\(verifier.name) \(verifier.version): \(report.holes.count) holes")
        for line in table.lines(width: Terminal.width(of: .output)) { Terminal.output(line) }
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
