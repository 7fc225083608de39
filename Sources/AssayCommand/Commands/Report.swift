import ArgumentParser
import Experience
import Foundation
import JSON
import Reports
import Verifiers

/// `assay report`: what a run's completions, verdicts and entropies say.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Report pass@k, entropy and health of a run or of a file of verdicts.",
        discussion: """
            EXAMPLE
              assay report runs/demo/experience.sqlite --html report.html
              assay report scored.jsonl --by model
              assay report runs/demo/experience.sqlite --json | jq '.overall.metrics'
            """)

    @Argument(help: "A store, or JSONL rows with a verdict as 'assay verify' writes them; - is standard input.")
    var input: String

    @Option(help: "Run to report (default: the latest).")
    var run: String?

    @Option(help: "Verifier whose verdicts make the headline (default: the latest that ran).")
    var verifier: String?

    @Option(help: "Field to break the tables down by; repeatable.")
    var by: [String] = []

    @Option(help: "Field that rows of one problem share (default: problem_id, group_id …, else no groups).")
    var groupField: String?

    @Option(help: "Write a self-contained HTML page to this file; - is standard output.")
    var html: String?

    @Flag(help: "Print CSV: one line per slice and metric.")
    var csv = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let report = try await report()
        if let html {
            let writer = try LineWriter(path: html)
            try await writer.write(Array(HTMLReport.render(report).utf8))
            if html == "-" { return }
        }
        if csv {
            Terminal.output(CSVReport.render(report))
        } else if common.json {
            Terminal.output(String(decoding: try report.json(), as: UTF8.self))
        } else if html == nil || !common.quiet {
            Terminal.output(TerminalReport.render(report))
        }
        if let html, !common.quiet { Terminal.line("wrote \(html)") }
    }

    private func report() async throws -> Report {
        if Self.isStore(input) {
            let store = try Store(path: input, access: .read)
            var options = StoreReport.Options()
            options.verifier = verifier
            options.by = by
            return try await StoreReport(store: store, run: try await store.run(named: run), options: options).make()
        }
        return try await VerdictFile(path: input, by: by.isEmpty ? ["model"] : by, groupField: groupField).report()
    }

    static func isStore(_ path: String) -> Bool {
        guard path != "-", let file = FileHandle(forReadingAtPath: path) else { return false }
        return (try? file.read(upToCount: 15)) == Data("SQLite format 3".utf8)
    }
}

/// A file of rows with verdicts, as `assay verify` writes them.
struct VerdictFile {
    var path: String
    var by: [String]
    var groupField: String?

    /// Its report; throws `RowError` for a row without a verdict.
    func report() async throws -> Report {
        let reader = try LineReader(path: path)
        let samples = RowSamples(by: by)
        var builder = ReportBuilder(by: by)
        var mapping: RowMapping?
        var verifiers: Set<String> = []
        while case let lines = try await reader.next(maxLines: 1024), !lines.isEmpty {
            for line in lines {
                let row = try Self.parse(line, path: path)
                if mapping == nil { mapping = names(in: row) }
                guard let json = row["verdict"], let verdict = Verdict(json) else {
                    throw RowError(
                        path: path, line: line.number,
                        message: "no verdict in this row; make one with 'assay verify \(path) -o scored.jsonl'")
                }
                if let name = json["verifier"]?.stringValue {
                    verifiers.insert("\(name) \(json["version"]?.stringValue ?? "")")
                }
                let values = row.strings(
                    [mapping?.group, mapping?.id, mapping?.answer, mapping?.response].map { $0 ?? "" })
                let id = values[1] ?? "line \(line.number)"
                builder.add(samples.sample(of: row, group: values[0] ?? id, verdict: verdict))
                if builder.wantsExample(verdict.outcome) {
                    builder.add(example: Example(id: id, verdict: verdict, gold: values[2], text: values[3] ?? ""))
                }
            }
        }
        if builder.count == 0 { throw BadInput("\(path): no rows") }
        return try builder.report(of: Source(path: path, verifier: verifiers.sorted().joined(separator: ", ")))
    }

    private func names(in row: JSONRow) -> RowMapping {
        let keys = row.keys
        func first(_ usual: [String]) -> String? { usual.first(where: keys.contains) }
        return RowMapping(
            response: first(RowMapping.responseNames), answer: first(RowMapping.answerNames),
            id: first(RowMapping.idNames), group: groupField ?? first(RowMapping.groupNames))
    }

    private static func parse(_ line: LineReader.Line, path: String) throws -> JSONRow {
        do {
            return try JSONRow(checking: line.bytes)
        } catch let error as JSONError {
            throw RowError(path: path, line: line.number, message: "\(error)")
        }
    }
}
