import ArgumentParser
import Experience
import Foundation
import JSON
import Reports

/// `assay export`: a run's rows for other programs.
struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a run's completions with verdicts, advantages and tokens as Parquet or JSONL.",
        discussion: """
            One row per completion; with --pairs the best and the worst of each problem, as trainers of preferences read them.

            EXAMPLE
              assay export runs/gsm8k/experience.sqlite -o gsm8k.parquet
              assay export runs/gsm8k/experience.sqlite --pairs --no-tokens -o pairs.jsonl
              assay export runs/gsm8k/experience.sqlite --hf gsm8k-rollouts
            """)

    @Argument(help: ArgumentHelp("The store, or STORE@RUN.", valueName: "store"))
    var store: String

    @Option(name: .shortAndLong, help: "File for the rows, .parquet or .jsonl; - is standard output, as JSONL.")
    var output: String?

    @Option(help: ArgumentHelp("A folder as load_dataset of Hugging Face reads it.", valueName: "folder"))
    var hf: String?

    @Flag(help: "Pairs of completions whose scores differ: prompt, chosen, rejected.")
    var pairs = false

    @Flag(inversion: .prefixedNo, help: "Token ids, log-probs, masks and advantages per token.")
    var tokens = true

    @Option(help: "Run to export (default: the latest).")
    var run: String?

    @Option(help: "Verifier whose verdicts count (default: the latest that ran).")
    var verifier: String?

    @Option(help: "Estimator whose newest advantages are taken (default: the newest of all).")
    var estimator: String?

    @OptionGroup var replacing: ForceFlag
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (output == nil) != (hf == nil) else { throw ValidationError("Name one of -o FILE and --hf FOLDER.") }
        if output == "-" { try IdleFlags.refuse(["--force": replacing.force, "--json": common.json], "with -o -") }
        guard let output, output != "-", format(of: output) == nil else { return }
        throw ValidationError("\(output): the name says what the file is: end it in .parquet or .jsonl.")
    }

    private func format(of path: String) -> StoreExport.Format? {
        StoreExport.Format.allCases.first { path.hasSuffix(".\($0.rawValue)") }
    }

    func run() async throws {
        guard let argument = try StoreArgument(store) else { throw BadInput("\(store): not a store") }
        let (opened, found) = try await argument.open(run: run)
        var export = try await StoreExport(store: opened, run: found, verifier: verifier, estimator: estimator)
        export.isPairs = pairs
        export.withTokens = tokens
        let path = output ?? (hf ?? "") + "/data/train-00000-of-00001.parquet"
        let format = format(of: path) ?? .jsonl
        var card: OutputFile?
        if let hf {
            try Folder.make(hf + "/data")
            card = try OutputFile(
                hf + "/README.md", kind: FileKind("a data set's card") { $0.starts(with: Array("---".utf8)) },
                inputs: [argument.path], force: replacing.force)
        }
        let file = try OutputFile(path, kind: export.kind(format), inputs: [argument.path], force: replacing.force)
        let rows = try await export.write(format, to: try LineWriter(file))
        try await card?.write(Array(export.card(rows: rows).utf8))
        if file.isStandardOutput { return }
        common.say(
            json: [
                "store": .string(opened.path), "run": .string(found.name), "output": .string(hf ?? path),
                "rows": .int(rows),
            ],
            text: "\(hf ?? path): " + rows.counted(pairs ? "pair" : "completion", pairs ? "pairs" : "completions")
                + " of run '\(found.name)'")
    }
}
