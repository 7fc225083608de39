import ArgumentParser
import Datasets
import Experience
import JSON

/// `assay dataset`: what a file of problems is taken for, before anything is sampled from it.
struct DatasetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dataset",
        abstract: "Show what a data set is recognized as: its layout, the first problem as it is sent, its golds.",
        discussion: """
            Files are JSON Lines, a JSON list or objects, CSV, TSV, Parquet or Arrow (by pyarrow, where Python has it), plain or \
            packed with gzip, zstd, xz or bzip2; a folder or a quoted pattern is all its shards. The layout is told by the \
            rows: docs/datasets.md lists them. All rows are read, none is kept. Exit code 1 when a row is no problem.

            EXAMPLE
              assay dataset train.parquet
              assay dataset 'data/train-*.parquet' --answer-field extra_info.answer
              zcat rows.jsonl.gz | assay dataset - --json
              assay dataset config.yaml
            """)

    @Argument(help: "File, folder or pattern of rows, - is standard input; or a run's configuration (.yaml).")
    var input: String

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Override a key of the configuration; repeatable.", valueName: "key=value"))
    var overrides: [String] = []

    @Option(help: "Field of the prompt, a.b for one inside (default: by the layout).")
    var promptField: String?

    @Option(help: "Field of the gold answer, a.b for one inside (default: by the layout).")
    var answerField: String?

    @Option(help: "Field with the problem's id (default: id, else the line number).")
    var idField: String?

    @Option(help: "System message of a chat.")
    var system: String?

    @Flag(help: "Send a text prompt as a user message.")
    var chat = false

    @OptionGroup var common: CommonOptions

    private var isConfiguration: Bool { input.hasSuffix(".yaml") || input.hasSuffix(".yml") }

    func validate() throws {
        guard isConfiguration else {
            return try IdleFlags.refuse(["--set": !overrides.isEmpty], "without a configuration (.yaml)")
        }
        try IdleFlags.refuse(
            [
                "--prompt-field": promptField != nil, "--answer-field": answerField != nil,
                "--id-field": idField != nil,
                "--system": system != nil, "--chat": chat,
            ], "with a configuration: --set dataset.prompt_field=… and the like change it")
    }

    func run() async throws {
        var surveys: [DatasetSurvey] = []
        for options in try datasets() {
            var progress = Progress(unit: "rows", isQuiet: common.quiet)
            let survey = try await DatasetSurvey(options, limit: .max, keeping: 0) { rows in
                try Task.checkCancellation()
                Interruption.step()
                progress.show(rows)
            }
            progress.finish()
            if survey.rows == 0 { throw BadInput("\(options.path): no rows") }
            surveys.append(survey)
        }
        if common.json {
            let found = surveys.map(Self.json)
            Terminal.output((found.count == 1 ? found.first ?? .null : .array(found)).text)
        } else {
            for (index, survey) in surveys.enumerated() {
                if index > 0 { Terminal.output("") }
                for line in Self.lines(survey) { Terminal.output(line) }
            }
        }
        if surveys.contains(where: { $0.faults > 0 }) { throw ExitCode(1) }
    }

    private func datasets() throws -> [DatasetOptions] {
        if isConfiguration {
            let config = try RunConfig.load(path: input, overrides: overrides)
            return [config.dataset] + config.dataset.mix
        }
        var options = DatasetOptions()
        options.path = input
        options.promptField = promptField ?? ""
        options.answerField = answerField ?? ""
        options.idField = idField ?? options.idField
        options.system = system ?? ""
        options.chat = chat
        try options.validate()
        return [options]
    }

    /// The members of a request that the prompt becomes.
    private static func sent(_ prompt: Prompt) -> JSONValue {
        switch prompt {
        case .text(let text): ["prompt": .string(text)]
        case .chat(let chat):
            .object(
                [.init("messages", chat.messagesJSON)] + (chat.tools.map { [JSONValue.Member("tools", $0)] } ?? []))
        }
    }

    private static func lines(_ survey: DatasetSurvey) -> [String] {
        let recognition = survey.recognition
        var lines = [
            "file    \(survey.path): \(survey.formats.joined(separator: "; "))",
            "rows    \(survey.rows), \(survey.rowsWithoutGold) without a gold",
            "layout  \(recognition.shape?.name ?? "none that is known; the rows have \(survey.fields.joined(separator: ", "))")",
            "prompt  \(recognition.promptWords ?? "none; name it with --prompt-field")",
            "gold    \(recognition.goldWords ?? "none in a field of its own")",
        ]
        if let remark = recognition.shape?.remark { lines.append("note    \(remark)") }
        lines += recognition.notes.map { "note    \($0.note.words($0.count))" }
        if !survey.passedOver.isEmpty {
            let names = survey.passedOver.prefix(5).map { FilePath.name(of: $0) }.joined(separator: ", ")
            let more = survey.passedOver.count > 5 ? ", …" : ""
            lines.append("note    \(survey.passedOver.count) files without rows passed over: \(names)\(more)")
        }
        for absence in survey.absences {
            lines.append("note    no field '\(absence.field)' in \(absence.rows) rows, first in line \(absence.line)")
        }
        if let fault = survey.fault {
            lines.append("fault   \(survey.faults) rows are no problems, the first: \(fault)")
        }
        guard let first = survey.first else { return lines }
        lines.append("first   \(first.path):\(first.line), id '\(first.problem.id)', sent as")
        lines.append("        \(sent(first.problem.prompt).text)")
        lines.append("        gold: \(first.problem.answer.map { JSONValue.string($0).text } ?? "none")")
        return lines
    }

    private static func json(_ survey: DatasetSurvey) -> JSONValue {
        func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
        let recognition = survey.recognition
        return [
            "file": .string(survey.path), "formats": .array(survey.formats.map(JSONValue.string)),
            "rows": .int(survey.rows), "rows_without_gold": .int(survey.rowsWithoutGold),
            "layout": text(recognition.shape?.name), "prompt": text(recognition.promptWords),
            "gold": text(recognition.goldWords), "remark": text(recognition.shape?.remark),
            "notes": .array(
                recognition.notes.map { ["note": .string($0.note.words($0.count)), "rows": .int($0.count)] }),
            "passed_over": .array(survey.passedOver.map(JSONValue.string)),
            "fields": .array(survey.fields.map(JSONValue.string)),
            "absent": .array(
                survey.absences.map { ["field": .string($0.field), "rows": .int($0.rows), "line": .int($0.line)] }),
            "faults": .int(survey.faults), "fault": text(survey.fault.map { "\($0)" }),
            "first": survey.first.map { first in
                [
                    "file": .string(first.path), "line": .int(first.line), "id": .string(first.problem.id),
                    "sent": sent(first.problem.prompt), "gold": text(first.problem.answer),
                ]
            } ?? .null,
        ]
    }
}
