import ArgumentParser
import Experience
import Foundation
import JSON
import Reports
import Verifiers

/// `assay report`: what a run's completions, verdicts and entropies say.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Report pass@k, entropy and health of runs or of a file of verdicts.",
        discussion: """
            Several stores, or STORE@RUN for runs of one store, give one report: run by run, and together.

            EXAMPLE
              assay report runs/demo/experience.sqlite --html report.html
              assay report base.sqlite tuned.sqlite --html both.html
              assay report scored.jsonl --by model
              assay report runs/experience.sqlite --watch
              assay report runs/demo/experience.sqlite --json | jq '.overall.metrics'
            """)

    @Argument(
        help: ArgumentHelp(
            "Stores, or one file of JSONL rows with verdicts as 'assay verify' writes them; - is standard input.",
            valueName: "store"))
    var inputs: [String]

    @Option(help: "Run to report (default: the latest).")
    var run: String?

    @Option(help: "Verifier whose verdicts make the headline (default: the latest that ran).")
    var verifier: String?

    @Option(help: "Field to break the tables down by; repeatable.")
    var by: [String] = []

    @Option(help: "Field that rows of one problem share (default: problem_id, group_id …, else no groups).")
    var groupField: String?

    @Option(
        help: "Field that problems share which are no independent draws, such as the passage that questions are about.")
    var cluster: String?

    @Option(help: "tokenizer.json or GGUF model that turns token ids into text (default: the run's report.tokenizer).")
    var tokenizer: String?

    @Option(help: "Write a self-contained HTML page to this file; - is standard output.")
    var html: String?

    @OptionGroup var replacing: ForceFlag

    @Flag(help: "Print CSV: one line per slice and metric.")
    var csv = false

    @Flag(help: "Show the report again and again while a run goes on; ends when the run is complete.")
    var watch = false

    @Option(help: "Seconds between two looks of --watch (3).")
    var every: Double?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if watch, csv || html == "-" {
            throw ValidationError("--watch shows the table or JSON, and keeps an --html FILE.")
        }
        try replacing.refuseIdle(for: html)
        if watch, inputs.count > 1 { throw ValidationError("--watch takes one store.") }
        if !watch { try IdleFlags.refuse(["--every": every != nil], "without --watch") }
        if csv, common.json { throw ValidationError("--csv and --json are two forms of the report: give one of them.") }
        if html == "-" { try IdleFlags.refuse(["--csv": csv, "--json": common.json], "with --html -") }
        if !(0.1...86_400).contains(every ?? 3) {
            throw ValidationError("--every must be between 0.1 and 86400 seconds.")
        }
    }

    func run() async throws {
        let page = try page(force: replacing.force)
        if watch {
            try await keepWatching(page)
        } else {
            try await show(try await report(), page)
        }
    }

    private func page(force: Bool) throws -> OutputFile? {
        let inputs = inputs.map { StoreArgument.split($0).path } + [tokenizer].compactMap(\.self)
        return try html.map { try OutputFile($0, kind: .page, inputs: inputs, force: force) }
    }

    private func keepWatching(_ first: OutputFile?) async throws {
        var page = first
        var last: Slice?
        while true {
            guard let argument = try StoreArgument(inputs[0]) else {
                throw BadInput("\(inputs[0]): --watch needs a store")
            }
            let (store, run) = try await argument.open(run: run)
            let report = try await StoreReport(store: store, run: run, options: try options(of: run)).make()
            if report.overall != last {
                // On a terminal each look replaces the one before.
                if isatty(1) == 1, !common.json { Terminal.output(bytes: "\u{1b}[H\u{1b}[2J") }
                try await show(report, page)
                if Terminal.outputFailure != nil { return }
                // The page that stands there now is our own.
                page = try self.page(force: true)
                last = report.overall
            }
            let counts = try await store.sampleCounts(run: run)
            if Terminal.isInteractive, !common.quiet {
                let judged = report.overall.completions - report.overall.rates.unverified.count
                Terminal.progress(
                    ProgressLine.fitted(
                        "\(counts.present)/\(counts.wanted) completions, \(judged) judged; Ctrl-C ends",
                        fraction: Double(counts.present) / Double(max(counts.wanted, 1)), columns: Terminal.columns,
                        isColoured: Terminal.hasColour))
            }
            if counts.present >= counts.wanted, report.overall.rates.unverified.count == 0 { return }
            try await Task.sleep(for: .seconds(every ?? 3))
        }
    }

    private func options(of run: Run) throws -> StoreReport.Options {
        var options = StoreReport.Options()
        options.verifier = verifier
        options.by = by
        options.cluster = cluster
        options.vocabulary = try Vocabulary.chosen(tokenizer, for: run, isQuiet: common.quiet)
        return options
    }

    private func show(_ report: Report, _ page: OutputFile?) async throws {
        try await page?.write(Array(HTMLReport.render(report).utf8))
        if page?.isStandardOutput == true { return }
        if csv {
            Terminal.output(CSVReport.render(report))
        } else if common.json {
            Terminal.output(String(decoding: try report.json(), as: UTF8.self))
        } else if html == nil || !common.quiet {
            Terminal.output(TerminalReport.render(report, width: Terminal.width(of: .output)))
        }
        if let html, !common.quiet { Terminal.line("wrote \(html)") }
    }

    private func report() async throws -> Report {
        if inputs.count == 1, try StoreArgument(inputs[0]) == nil {
            let idle = IdleFlags.problem(
                ["--run": run != nil, "--verifier": verifier != nil, "--tokenizer": tokenizer != nil],
                "with a file of verdicts, only with a store")
            if let idle { throw BadInput(idle) }
            return try await VerdictFile(
                path: inputs[0], by: by.isEmpty ? ["model"] : by, groupField: groupField, cluster: cluster
            )
            .report(wanted: by)
        }
        if let idle = IdleFlags.problem(["--group-field": groupField != nil], "with a store, whose groups are known") {
            throw BadInput(idle)
        }
        var reports: [StoreReport] = []
        var seen: [FileIdentity?: Set<String>] = [:]
        for input in inputs {
            guard let argument = try StoreArgument(input) else {
                throw BadInput("\(input): not a store; several inputs are stores, or STORE@RUN")
            }
            let (store, found) = try await argument.open(run: run)
            guard seen[FileIdentity(of: store.path), default: []].insert(found.name).inserted else {
                throw BadInput("\(input): run '\(found.name)' of this store was named before")
            }
            reports.append(StoreReport(store: store, run: found, options: try options(of: found)))
        }
        return try await StoreReport.make(reports)
    }
}
