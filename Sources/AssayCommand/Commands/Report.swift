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
              assay report runs/experience.sqlite --watch
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

    @Flag(help: "Show the report again and again while a run goes on; ends when the run is complete.")
    var watch = false

    @Option(help: "Seconds between two looks of --watch.")
    var every = 3.0

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if watch, csv || html != nil { throw ValidationError("--watch shows the table or JSON alone.") }
        if !(0.1...86_400).contains(every) { throw ValidationError("--every must be between 0.1 and 86400 seconds.") }
    }

    func run() async throws {
        if watch {
            try await keepWatching()
        } else {
            try await show(try await report())
        }
    }

    private func keepWatching() async throws {
        guard Self.isStore(input) else { throw BadInput("\(input): --watch needs a store") }
        let store = try Store(path: input, access: .read)
        var last: Slice?
        while true {
            let run = try await store.run(named: run)
            let report = try await StoreReport(store: store, run: run, options: options).make()
            if report.overall != last {
                // On a terminal each look replaces the one before.
                if isatty(1) == 1, !common.json { print("\u{1b}[H\u{1b}[2J", terminator: "") }
                try await show(report)
                last = report.overall
            }
            let counts = try await store.sampleCounts(run: run)
            if counts.present >= counts.wanted, report.overall.rates.unverified.count == 0 { return }
            try await Task.sleep(for: .seconds(every))
        }
    }

    private var options: StoreReport.Options {
        var options = StoreReport.Options()
        options.verifier = verifier
        options.by = by
        return options
    }

    private func show(_ report: Report) async throws {
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
            return try await StoreReport(store: store, run: try await store.run(named: run), options: options).make()
        }
        return try await VerdictFile(path: input, by: by.isEmpty ? ["model"] : by, groupField: groupField).report()
    }

    static func isStore(_ path: String) -> Bool {
        guard path != "-", let file = FileHandle(forReadingAtPath: path) else { return false }
        return (try? file.read(upToCount: 15)) == Data("SQLite format 3".utf8)
    }
}
