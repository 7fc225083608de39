import ArgumentParser
import Datasets
import Experience
import Foundation
import JSON
import Reports
import Verifiers

/// `assay verify`: reward verification of completions that exist already.
struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Score completions in a JSONL file or of a run, or explain one verdict.",
        discussion: """
            Each output row is the input row plus "verdict": {outcome, score, reason, extracted, verifier, version, \
            milliseconds}, and "options", their fingerprint, where --option was given. Output order is input order. Without -o, rows go to stdout when it is a pipe or a file, \
            and only the table is shown on a terminal. A file appears when it is whole: until then its rows are in FILE.part, \
            where --resume goes on if its rows were judged by the same verifier, version and options.

            Given a configuration (.yaml), judges what its run has sampled and its verifier has not seen.

            EXAMPLE
              assay verify answers.jsonl --verifier math -o scored.jsonl
              cat answers.jsonl | assay verify - --verifier math > scored.jsonl
              assay verify answers.jsonl --verifier choice --summary
              assay verify answers.jsonl --verifier ./mine.py        a Python file with a verify function
              assay verify config.yaml --set verify.verifier=code
              assay verify --explain '\\frac{1}{2}' 'so the answer is 0.5'

            VERIFIERS
            \(VerifierRegistry.ofCommands.entries.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))
            """)

    @Argument(
        help:
            "File, folder or pattern of rows to verify, as 'assay dataset' reads it; - is standard input; or a run's configuration (.yaml)."
    )
    var input: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Override a key of the configuration; repeatable.", valueName: "key=value"))
    var overrides: [String] = []

    @Option(name: .shortAndLong, help: "File for the output rows; - is standard output.")
    var output: String?

    @OptionGroup var verifierChoice: VerifierChoice

    @Option(
        help: "Field with the completion (default: the first of \(RowMapping.responseNames.joined(separator: ", "))).")
    var responseField: String?

    @Option(
        help:
            "Field with the gold answer, a.b for one inside (default: by the rows' layout, else the first of \(RowMapping.answerNames.joined(separator: ", ")))."
    )
    var answerField: String?

    @Option(help: "Field with the row's id (default: id, else the line number).")
    var idField: String?

    @Option(help: "Field that rows of one problem share (default: problem_id, group_id …, else no groups).")
    var groupField: String?

    @Option(help: "Field to break the table down by; repeatable (default: model, when rows have it).")
    var by: [String] = []

    @Flag(help: "Print the table alone, no rows.")
    var summary = false

    @Flag(help: "Go on where an interrupted run of the same command stopped; needs -o.")
    var resume = false

    @Option(
        help: ArgumentHelp(
            "Verify every n-th row alone, from the i-th on; 'assay merge' puts shards together.",
            valueName: "i/n"),
        transform: Shard.init(argument:))
    var shard: Shard?

    @OptionGroup var replacing: ForceFlag

    @Option(help: "Chunks verified at the same time (default: the number of cores).")
    var jobs: Int?

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Explain one verdict: the gold answer and a prediction, each as it stands, -5 too.",
            valueName: "gold> <prediction"))
    var explain: [String] = []

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if explain.isEmpty == (input == nil) {
            throw ValidationError("Give a JSONL file, or --explain GOLD PREDICTION.")
        }
        if !explain.isEmpty, explain.count != 2 {
            throw ValidationError("--explain takes a gold answer and a prediction.")
        }
        if resume, output == nil || output == "-" { throw ValidationError("--resume needs -o FILE.") }
        if shard != nil, output == nil || output == "-" { throw ValidationError("--shard needs -o FILE.") }
        if !overrides.isEmpty, !isConfiguration { throw ValidationError("--set needs a configuration (.yaml).") }
        if !RowVerification.jobCounts.contains(jobs ?? 1) {
            throw ValidationError("--jobs must be between 1 and \(RowVerification.jobCounts.upperBound).")
        }
        try refuseIdleFlags()
    }

    private func refuseIdleFlags() throws {
        if !explain.isEmpty || isConfiguration {
            try IdleFlags.refuse(
                [
                    "-o": output != nil, "--response-field": responseField != nil, "--answer-field": answerField != nil,
                    "--id-field": idField != nil, "--group-field": groupField != nil, "--by": !by.isEmpty,
                    "--summary": summary, "--resume": resume, "--shard": shard != nil, "--force": replacing.force,
                    "--jobs": jobs != nil,
                ], isConfiguration ? "with a configuration" : "with --explain")
        }
        if isConfiguration {
            try IdleFlags.refuse(
                [
                    "--verifier": verifierChoice.verifier != nil, "--option": !verifierChoice.options.isEmpty,
                    "--unsafe-no-sandbox": verifierChoice.unsafeNoSandbox,
                ], "with a configuration: --set verify.verifier=… and --set verify.options.…=… change its verifier")
        }
        if output == nil || output == "-" { try IdleFlags.refuse(["--force": replacing.force], "without -o FILE") }
        if replacing.force, resume {
            throw ValidationError("--force starts anew and --resume goes on: give one of them.")
        }
    }

    private var isConfiguration: Bool { input?.hasSuffix(".yaml") == true || input?.hasSuffix(".yml") == true }

    func run() async throws {
        if let input, isConfiguration { return try await verifyRun(of: input) }
        let verifier = try verifierChoice.make()
        do {
            try await VerifierChoice.checkStart(of: verifier)
            if let input {
                try await verifyRows(of: input, by: verifier)
            } else {
                try await explainOne(by: verifier)
            }
        } catch {
            await verifier.shutdown()
            throw error
        }
        await verifier.shutdown()
    }

    private func verifyRun(of config: String) async throws {
        let config = try RunConfig.load(path: config, overrides: overrides)
        try await config.requireRun()
        let pipeline = try await Pipeline(config: config, isQuiet: common.quiet)
        try await pipeline.reload()
        let (scoring, count) = try await pipeline.verify()
        let all = try await pipeline.store.verdictCounts(run: pipeline.run, scoring: scoring)
        common.say(
            json: [
                "run": .string(pipeline.run.name), "store": .string(pipeline.store.path),
                "verifier": .string(scoring.verifier), "version": .string(scoring.version), "judged_now": .int(count),
                "judged": .int(all.verdicts), "completions": .int(all.completions),
            ],
            text: "\(count) judged now, \(all.verdicts) of \(all.completions) completions in all, by "
                + "\(scoring.verifier) \(scoring.version), in \(pipeline.store.path)")
    }

    private func verifyRows(of input: String, by verifier: any Verifier) async throws {
        try await checkBreakdown(of: input)
        let reader = try RowReader(path: input, shard: shard)
        let identity = try verifierChoice.identity(verifier)
        let inputs = [input] + verifier.keptFiles
        let mapping = RowMapping(response: responseField, answer: answerField, id: idField, group: groupField)
        var verification = RowVerification(
            verifier: verifier, mapping: mapping, jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount)
        verification.options = identity.options
        let samples = RowSamples(by: by.isEmpty ? ["model"] : by)
        var report = ReportBuilder(by: by.isEmpty ? ["model"] : by)
        let names = by.isEmpty ? nil : FieldNames()
        var settled: RowMapping?
        var writer: LineWriter?
        if let destination = output ?? (summary || common.json || isatty(1) == 1 ? nil : "-") {
            writer = try await open(destination, resuming: reader, of: identity, inputs: inputs) { line, verdict in
                // The report is of the whole file, whenever a row was judged.
                let row = try JSONRow(checking: line.bytes)
                let known =
                    try settled
                    ?? mapping.resolved(
                        by: row, needsAnswer: verifier.needsAnswer, path: line.path, line: line.number)
                settled = known
                let (item, group) = try verification.item(
                    from: row, mapping: known, path: line.path, line: line.number)
                RowNote(VerifiedRow(item: item, group: group, verdict: verdict), samples, names).add(to: &report)
            }
        }
        let before = report.count
        let manifest =
            try shard == nil
            ? nil
            : output.map {
                try OutputFile(ShardManifest.path(of: $0), kind: .shardManifest, inputs: inputs, force: true)
            }
        var progress = Progress(unit: "rows", isQuiet: common.quiet)
        let done = Count()
        Interruption.says { [output, hasRows = writer != nil] in
            guard hasRows else { return "\(done.value) rows judged, none kept" }
            guard let output, output != "-" else { return "\(done.value) rows written" }
            return "\(done.value) rows written to \(output); run the same command again with --resume"
        }
        do {
            try await verification.run(from: reader, to: writer, noting: { RowNote($0, samples, names) }) { notes in
                for note in notes { note.add(to: &report) }
                done.add(notes.count)
                Interruption.step()
                progress.show(done.value)
            }
        } catch {
            progress.finish()
            // A signal's own line says the same.
            if let part = await writer?.resumablePart, !common.quiet, !(error is CancellationError) {
                Terminal.line("the rows so far are in \(part); the same command with --resume goes on")
            }
            throw error
        }
        progress.finish()
        if await reader.rows == 0 { throw BadInput("\(input): no rows") }
        if before > 0, done.value > 0, !common.quiet {
            Terminal.line("\(before.counted("row was", "rows were")) judged before, \(done.value) now")
        }
        try names?.check(report, path: input)
        // The manifest vouches for the file beside it: it is gone before that is another, and there when it is whole.
        try manifest?.remove()
        try await writer?.finish()
        if let shard, let manifest {
            let json = ShardManifest(
                shard: shard, inputRows: await reader.rows, inputHash: await reader.hash,
                outputHash: try await LineReader.hash(ofRowsAt: output ?? ""),
                verifier: try verifierChoice.manifest(verifier)
            ).json
            try await manifest.write(json.bytes)
        }
        try show(
            report.report(of: Source(path: input, verifier: "\(verifier.name) \(verifier.version)")),
            onStderr: writer?.isStandardOutput == true)
    }

    /// A field that is in no row of a short file is refused before anything is judged or written.
    private func checkBreakdown(of input: String) async throws {
        if by.isEmpty || input == "-" { return }
        let reader = try RowReader(path: input)
        let (names, samples) = (FieldNames(), RowSamples(by: by))
        var report = ReportBuilder(by: by)
        for line in try await reader.next(maxLines: 4096) {
            // A row that cannot be read has its own message, from the verification.
            guard let row = try? JSONRow(checking: line.bytes) else { return }
            names.add(row)
            report.add(samples.sample(of: row, group: "", verdict: .noAnswer()))
        }
        if try await reader.next(maxLines: 1).isEmpty, report.count > 0 { try names.check(report, path: input) }
    }

    /// The table goes where the rows do not.
    private func show(_ report: Report, onStderr: Bool) throws {
        if onStderr, common.quiet { return }
        let text =
            common.json
            ? String(decoding: try report.json(), as: UTF8.self)
            : TerminalReport.render(report, width: Terminal.width(of: onStderr ? .errors : .output))
        if onStderr { Terminal.line(text) } else { Terminal.output(text) }
    }

    private func explainOne(by verifier: any Verifier) async throws {
        let item = VerificationItem(
            problem: Problem(id: "explain", answer: explain[0]), completion: Completion(text: explain[1]))
        let verdict = await verifier.verdicts(of: [item])[0]  // total: one verdict per item
        try Task.checkCancellation()
        if common.json {
            var json = JSONWriter()
            verdict.write(to: &json, verifier: verifier.name, version: verifier.version)
            return Terminal.output(String(decoding: json.bytes, as: UTF8.self))
        }
        var lines: [(String, String)] = []
        if let math = verifier as? MathVerifier {
            let trace = MathGrader.explain(gold: explain[0], prediction: explain[1], options: math.options).trace
            lines += trace.steps.map { ($0.name, $0.result) }
        } else {
            lines += [("gold", explain[0]), ("extracted", verdict.extracted ?? "nothing")]
            if let explanation = verdict.explanation { lines.append(("because", explanation)) }
        }
        lines.append(("outcome", "\(verdict.outcome.rawValue) (\(verdict.reason))"))
        lines.append(("score", verdict.score.map { "\($0)" } ?? "null"))
        let width = lines.map(\.0.count).max() ?? 0
        for (name, text) in lines {
            Terminal.output(name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + text)
        }
    }
}

/// What the table needs of a verified row, made where the row was verified.
struct RowNote: Sendable {
    private let sample: Sample
    /// Of a row that may be shown as an example.
    private let row: VerifiedRow?

    init(_ row: VerifiedRow, _ samples: RowSamples, _ names: FieldNames?) {
        self.row = row.verdict.outcome == .correct ? nil : row
        names?.add(row.item.problem.fields)
        sample = samples.sample(of: row.item.problem.fields, group: row.group, verdict: row.verdict)
    }

    /// Takes the row into a report.
    func add(to report: inout ReportBuilder) {
        report.add(sample)
        guard let row, report.wantsExample(row.verdict.outcome) else { return }
        let (problem, verdict) = (row.item.problem, row.verdict)
        report.add(
            example: Example(
                id: row.group == problem.id ? problem.id : "\(row.group) · \(problem.id)", verdict: verdict,
                gold: problem.answer, text: row.item.completion.text))
    }
}
