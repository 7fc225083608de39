import ArgumentParser
import AssayCommand
import Foundation

/// A folder in which every command has something to do, and the arguments that make it do so, again and again.
struct CommandSamples: Sendable {
    let folder: TemporaryFolder

    /// Makes a run of the demo, rows, cases, shards. A suite makes its own: two commands that write a store at once are in
    /// each other's way.
    init() async throws {
        folder = try TemporaryFolder()
        let rows = (0..<40).map { #"{"id": "\#($0)", "response": "\#($0)", "answer": "\#($0 / 2 * 2)"}"# + "\n" }
        try folder.write(rows.joined(), to: "rows.jsonl")
        try folder.write(#"{"question": "1?", "answer": "so #### 1"}"# + "\n", to: "problems.jsonl")
        try folder.write(#"{"rows":1}"# + "\n" + rows[0], to: "batch")
        try folder.write(
            #"{"response": "1", "answer": "1", "label": true}"# + "\n"
                + #"{"response": "2", "answer": "1", "label": 0}"#,
            to: "labelled.jsonl")
        for arguments in [
            ["demo", "--simulated", "--quiet", "--folder", "demo"],
            ["verify", "rows.jsonl", "--verifier", "exact", "--shard", "1/2", "-o", "part1", "--quiet"],
            ["verify", "rows.jsonl", "--verifier", "exact", "--shard", "2/2", "-o", "part2", "--quiet"],
            ["verify", "rows.jsonl", "--verifier", "exact", "-o", "scored.jsonl", "--quiet"],
        ] {
            let made = try await AssayProcess.run(arguments, folder: folder.path)
            guard made.code == 0 else { throw CocoaError(.fileNoSuchFile, userInfo: ["said": made.errors]) }
        }
    }

    /// Arguments after the command's own words; `batch` is on standard input.
    static let arguments: [String: [String]] = [
        "run": ["demo/config.yaml"], "rollout": ["demo/config.yaml"], "optimize": ["demo/config.yaml"],
        "dataset": ["problems.jsonl"], "verify": ["rows.jsonl", "--verifier", "exact"], "verifier list": [],
        "env list": [], "env check": ["game"], "env init": ["--python", "acted", "--force"],
        "verifier init": ["--python", "mine", "--force"], "verifier check": ["exact"],
        "verifier golds": ["rows.jsonl"], "verifier audit": ["exact", "labelled.jsonl"], "verifier redteam": ["exact"],
        "report": ["demo/experience.sqlite"], "compare": ["demo/experience.sqlite", "demo/experience.sqlite"],
        "worker": ["--stdio", "--verifier", "exact"], "merge": ["part1", "part2", "-o", "merged", "--force"],
        "demo": ["--simulated", "--folder", "other"], "init": ["new.yaml", "--force"], "doctor": [],
        "rename": ["demo/experience.sqlite@demo", "demo"],
        "prune": ["demo/experience.sqlite"],
        "export": ["demo/experience.sqlite", "-o", "rows.parquet", "--force"],
        // These two serve until they are told to stop.
        "browse": ["demo/experience.sqlite"], "serve": [],
    ]

    /// Commands that serve.
    static let servers = ["browse", "serve"]

    /// Those without --json, or too slow to be run with it as well.
    static let plain = ["verifier init", "env init", "worker", "init", "doctor", "demo"]

    /// Every command that does something, as its words.
    static let commands: [[String]] = leaves(of: Assay.self, [])

    private static func leaves(of command: any ParsableCommand.Type, _ words: [String]) -> [[String]] {
        let inner = command.configuration.subcommands
        return inner.isEmpty ? [words] : inner.flatMap { leaves(of: $0, words + [$0._commandName]) }
    }
}
