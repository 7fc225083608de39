import ArgumentParser
import Experience
import Foundation
import JSON
import Reports
import Verifiers

/// `assay compare`: two runs on the problems that both have.
struct Compare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare two runs, or two models of a file of verdicts, problem by problem.",
        discussion: """
            A side is a store, STORE@RUN, a file of verdicts, or FILE@FIELD=VALUE for some of its rows.

            EXAMPLE
              assay compare before.sqlite after.sqlite --html compare.html
              assay compare runs.sqlite@base runs.sqlite@tuned
              assay compare scored.jsonl@model=small scored.jsonl@model=large
            """)

    @Argument(help: "What to compare with.")
    var first: String

    @Argument(help: "What is compared.")
    var second: String

    @Option(help: "Verifier whose verdicts count (default: the latest of each run).")
    var verifier: String?

    @Option(help: "Field that rows of one problem share (default: problem_id, group_id …, else the id).")
    var groupField: String?

    @Option(
        help: "Field that problems share which are no independent draws, such as the passage that questions are about.")
    var cluster: String?

    @Option(help: "Write a self-contained HTML page to this file; - is standard output.")
    var html: String?

    @OptionGroup var replacing: ForceFlag
    @OptionGroup var common: CommonOptions

    func validate() throws {
        try replacing.refuseIdle(for: html)
        if html == "-" { try IdleFlags.refuse(["--json": common.json], "with --html -") }
    }

    func run() async throws {
        let areStores = try [first, second].map { try StoreArgument($0) != nil }
        let idle =
            areStores.contains(true)
            ? nil : IdleFlags.problem(["--verifier": verifier != nil], "with files of verdicts, only with stores")
        let otherIdle =
            areStores.contains(false)
            ? nil : IdleFlags.problem(["--group-field": groupField != nil], "with stores, whose groups are known")
        if let problem = idle ?? otherIdle { throw BadInput(problem) }
        let inputs = [first, second].map { StoreArgument.split($0).path }
        let page = try html.map { try OutputFile($0, kind: .page, inputs: inputs, force: replacing.force) }
        let comparison = try Comparison.make(try await side(first), try await side(second))
        try await page?.write(Array(HTMLComparison.render(comparison).utf8))
        if page?.isStandardOutput == true { return }
        Terminal.output(
            common.json
                ? String(decoding: try comparison.json(), as: UTF8.self)
                : TerminalComparison.render(comparison, width: Terminal.width(of: .output))
        )
        if let html, !common.quiet { Terminal.line("wrote \(html)") }
    }

    private func side(_ argument: String) async throws -> ComparisonSide {
        if let argument = try StoreArgument(argument) {
            let (store, run) = try await argument.open()
            var options = StoreReport.Options()
            options.verifier = verifier
            options.cluster = cluster
            return try await StoreReport(store: store, run: run, options: options).side()
        }
        let (path, selector) = StoreArgument.split(argument)
        return try await VerdictFile(path: path, by: [], groupField: groupField, cluster: cluster).side(
            where: try condition(selector))
    }

    private func condition(_ selector: String?) throws -> (field: String, value: String)? {
        guard let selector else { return nil }
        guard let equals = selector.firstIndex(of: "=") else {
            throw BadInput("expected FILE@FIELD=VALUE, not '@\(selector)'")
        }
        return (String(selector[..<equals]), String(selector[selector.index(after: equals)...]))
    }
}
