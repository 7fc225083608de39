import ArgumentParser
import Datasets
import Experience
import Foundation
import JSON
import Numbers
import Optim
import Reports
import Verifiers

/// `assay verifier audit`: error rates on labelled rows.
struct VerifierAudit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "False positives and false negatives of a verifier on labelled rows.",
        discussion: """
            A false positive is a reward for a wrong answer, a false negative a punishment for a right one. Intervals are \
            Wilson's, 95 %. Rows that the verifier could not judge count as failures, not as either.

            EXAMPLE
              assay verifier audit math labelled.jsonl
              assay verifier audit math labelled.jsonl --against exact --against 'regex:{"pattern":"(-?\\\\d+)"}'
            """)

    @OptionGroup var argument: VerifierArgument

    @Argument(help: "JSONL rows with a response, an answer and a label.")
    var rows: String

    @Option(help: "Another verifier on the same rows; repeatable. NAME, or NAME:{options as JSON}.")
    var against: [String] = []

    @Option(help: "Field with the label (default: the first of \(Audit.labelNames.joined(separator: ", "))).")
    var labelField: String?

    @Option(help: "Field to break errors down by (default: category, when rows have it).")
    var categoryField: String?

    @Option(help: "Field with the completion.")
    var responseField: String?

    @Option(help: "Field with the gold answer.")
    var answerField: String?

    @Option(help: "Misjudged rows to show.")
    var examples = 10

    @Flag(help: "Exit with 1 when a row is misjudged.")
    var strict = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if examples < 0 { throw ValidationError("--examples must not be negative.") }
    }

    /// One verifier's audit.
    private struct Run {
        var name: String
        var audit: Audit
        var seconds: Double
    }

    func run() async throws {
        let first = try await argument.use { try await audit($0, called: argument.verifier) }
        var runs = [first]
        for spec in against {
            let verifier = try VerifierChoice.make(spec)
            do {
                runs.append(try await audit(verifier, called: spec))
            } catch {
                await verifier.shutdown()
                throw error
            }
            await verifier.shutdown()
        }
        if common.json { Terminal.output(json(runs).text) } else { show(runs) }
        let counts = first.audit.counts
        if strict, counts.right != counts.total { throw ExitCode(1) }
    }

    private func audit(_ verifier: any Verifier, called name: String) async throws -> Run {
        var audit = Audit(labelField: labelField, categoryField: categoryField ?? "category")
        let names = FieldNames()
        let mapping = RowMapping(response: responseField, answer: answerField)
        let start = ContinuousClock.now
        var line = 0
        try await RowVerification(
            verifier: verifier, mapping: mapping, jobs: ProcessInfo.processInfo.activeProcessorCount
        )
        .run(from: try RowReader(path: rows), to: nil) { chunk in
            for row in chunk {
                line += 1
                names.add(row.item.problem.fields)
                guard audit.add(row) else {
                    throw BadInput(
                        "\(rows): row \(line) has no label; name its field with --label-field "
                            + "(true, false, 1, 0, correct, incorrect)")
                }
            }
        }
        if audit.counts.total == 0 { throw BadInput("\(rows): no rows") }
        if let categoryField, audit.byCategory.allSatisfy({ $0.category.isEmpty }) {
            throw BadInput("\(rows): no row has the field '\(categoryField)'" + names.hint(categoryField))
        }
        return Run(name: name, audit: audit, seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    // MARK: Showing

    private func show(_ runs: [Run]) {
        var table = TextTable([
            "verifier", "rows", "right", "false positives", "95 %", "false negatives", "95 %", "failed", "rows/s",
        ])
        for run in runs {
            let counts = run.audit.counts
            table.add([
                run.name, "\(counts.total)", Self.percent(counts.right, of: counts.total),
                "\(counts.falsePositives) of \(counts.negatives)",
                Self.interval(counts.falsePositives, of: counts.negatives),
                "\(counts.falseNegatives) of \(counts.positives)",
                Self.interval(counts.falseNegatives, of: counts.positives),
                "\(counts.failures)", "\(Int(clamping: Double(counts.total) / max(run.seconds, 1e-9)))",
            ])
        }
        for line in table.lines(width: Terminal.width(of: .output)) { Terminal.output(line) }
        let first = runs[0]
        showCategories(first)
        showExamples(first)
        for run in runs.dropFirst() { showAgreement(first, run) }
    }

    private func showCategories(_ run: Run) {
        let bad = run.audit.byCategory.filter { $0.counts.right != $0.counts.total }
            .sorted { $0.counts.total - $0.counts.right > $1.counts.total - $1.counts.right }
        guard run.audit.byCategory.count > 1, !bad.isEmpty else { return }
        var table = TextTable(["category", "rows", "false positives", "false negatives", "failed"])
        for (category, counts) in bad.prefix(15) {
            table.add([
                category.isEmpty ? "(none)" : category, "\(counts.total)", "\(counts.falsePositives)",
                "\(counts.falseNegatives)", "\(counts.failures)",
            ])
        }
        Terminal.output("\n\(run.name) by category (\(bad.count) of \(run.audit.byCategory.count) have errors)")
        for line in table.lines(width: Terminal.width(of: .output)) { Terminal.output(line) }
    }

    private func showExamples(_ run: Run) {
        // False positives first: a policy finds them and keeps them.
        let worst = run.audit.examples.sorted { Self.badness($0) > Self.badness($1) }.prefix(examples)
        if worst.isEmpty { return }
        Terminal.output("\n\(run.name): worst examples")
        for example in worst {
            let kind =
                !example.verdict.outcome.isScored ? "failed" : example.label ? "false negative" : "false positive"
            Terminal.output(
                "  \(kind) \(example.item.problem.id) (\(example.verdict.reason)): "
                    + "gold \(Self.short(example.item.problem.answer)), "
                    + "response \(Self.short(example.item.completion.text))")
            if !example.verdict.outcome.isScored, let why = example.verdict.explanation {
                Terminal.output("    \(why)")
            }
        }
    }

    private func showAgreement(_ first: Run, _ second: Run) {
        let agreement = Agreement(first.audit.outcomes, second.audit.outcomes)
        let kappa = agreement.kappa.map { String(format: "%.3f", $0) } ?? "undefined"
        Terminal.output(
            "\n\(first.name) and \(second.name): agree on \(agreement.agreed) of \(agreement.both), kappa \(kappa); "
                + "\(agreement.firstOnly) paid by \(first.name) alone, \(agreement.secondOnly) by \(second.name) alone")
    }

    private static func badness(_ example: Audit.Example) -> Int {
        !example.verdict.outcome.isScored ? 1 : example.label ? 0 : 2
    }

    private static func short(_ text: String?) -> String {
        guard let text else { return "null" }
        let line = text.replacing("\n", with: "⏎")
        return line.count > 60 ? "'…\(line.suffix(60))'" : "'\(line)'"
    }

    private static func percent(_ count: Int, of total: Int) -> String {
        total == 0 ? "–" : String(format: "%.1f %%", 100 * Double(count) / Double(total))
    }

    private static func interval(_ count: Int, of total: Int) -> String {
        guard case .success(let interval) = BinomialInterval.wilson(c: count, n: total) else { return "–" }
        return String(format: "%.1f–%.1f %%", interval.lower * 100, interval.upper * 100)
    }

    private func json(_ runs: [Run]) -> JSONValue {
        func rate(_ count: Int, _ total: Int) -> JSONValue {
            guard case .success(let interval) = BinomialInterval.wilson(c: count, n: total) else { return .null }
            return [
                "rate": .double(Double(count) / Double(total)), "lower": .double(interval.lower),
                "upper": .double(interval.upper),
            ]
        }
        func object(_ counts: Audit.Counts) -> [JSONValue.Member] {
            [
                .init("rows", .int(counts.total)), .init("true_positives", .int(counts.truePositives)),
                .init("false_positives", .int(counts.falsePositives)),
                .init("true_negatives", .int(counts.trueNegatives)),
                .init("false_negatives", .int(counts.falseNegatives)), .init("failures", .int(counts.failures)),
                .init("false_positive_rate", rate(counts.falsePositives, counts.negatives)),
                .init("false_negative_rate", rate(counts.falseNegatives, counts.positives)),
            ]
        }
        return .array(
            runs.enumerated().map { index, run in
                var members = [JSONValue.Member("verifier", .string(run.name))] + object(run.audit.counts)
                members.append(
                    .init("rows_per_second", .double(Double(run.audit.counts.total) / max(run.seconds, 1e-9))))
                members.append(
                    .init(
                        "categories",
                        .object(run.audit.byCategory.map { .init($0.category, .object(object($0.counts))) })))
                members.append(.init("misjudged", .array(run.audit.examples.map { .string($0.item.problem.id) })))
                if index > 0 {
                    let agreement = Agreement(runs[0].audit.outcomes, run.audit.outcomes)
                    members.append(
                        .init(
                            "agreement_with_first",
                            [
                                "both": .int(agreement.both), "agreed": .int(agreement.agreed),
                                "kappa": agreement.kappa.map(JSONValue.double) ?? .null,
                            ]))
                }
                return .object(members)
            })
    }
}
