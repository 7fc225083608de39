import ArgumentParser
import Foundation

/// Feeds boundary values to everything in assay that takes input from outside. `make fuzz` runs it.
@main
struct AssayFuzz: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "AssayFuzz",
        abstract: "Feed boundary values to every verifier, parser, store, route and renderer.",
        discussion: """
            Inputs are made from the seed, the target's name and a number, so that a finding can be had again. A finding \
            is a signal, an input that takes 2 s longer than its own limit, growth by 512 MB, or a broken promise (a \
            verdict that changes, an answer 500). It is written as one row, which --replay feeds alone and which belongs, \
            when it is repaired, into Fuzz/Assay/corpus.

            EXAMPLE
              AssayFuzz --seconds 600
              AssayFuzz --seconds 60 --seed 7 --target 'verifier math' --target rows
              AssayFuzz --replay .build/fuzz/findings/rows-7-1234.jsonl
            """)

    @Option(help: "Seconds in all, shared over the targets.")
    var seconds = 60.0

    @Option(help: "Seed of all inputs (default: another each time).")
    var seed: UInt64?

    @Option(name: .customLong("target"), help: "A target, or the beginning of its name; repeatable (default: all).")
    var targets: [String] = []

    @Option(help: "Processes at the same time (default: one per core).")
    var processes = ProcessInfo.processInfo.activeProcessorCount

    @Option(help: "Folder of the seed inputs.")
    var corpus = "Fuzz/Assay/corpus"

    @Flag(help: "Start cold: without the seed inputs.")
    var cold = false

    @Option(help: "Folder that findings are written to.")
    var findings = ".build/fuzz/findings"

    @Option(help: "Feed the rows of this file, in this process.")
    var replay: String?

    @Flag(help: "Say nothing but findings.")
    var quiet = false

    @Flag(help: "List the targets.")
    var list = false

    // What the supervisor tells its workers.
    @Option(help: .hidden) var worker: String?
    @Option(help: .hidden) var first: UInt64 = 0
    @Option(help: .hidden) var folder: String?

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        let seeds = cold ? Corpus() : try Corpus(folder: corpus)
        if list {
            for kind in FuzzTargetKind.all { print(kind.name) }
        } else if let replay {
            try await withFolder { folder in
                do {
                    try await FuzzWorker.replay(replay, corpus: seeds, folder: folder, isQuiet: quiet)
                } catch {
                    FileHandle.standardError.write(Data("\(error)\n".utf8))
                    throw ExitCode(FuzzWorker.failed)
                }
            }
        } else if let worker, let folder {
            throw ExitCode(try await work(on: worker, in: folder, seeds))
        } else {
            try await withFolder { try supervise(in: $0, seeds) }
        }
    }

    private func work(on name: String, in folder: String, _ seeds: Corpus) async throws -> Int32 {
        guard let kind = FuzzTargetKind.all.first(where: { $0.name == name }) else {
            throw ValidationError("there is no target '\(name)'")
        }
        return try await FuzzWorker(
            kind: kind, context: FuzzContext(corpus: seeds, folder: folder), seed: seed ?? 0, first: first,
            seconds: seconds, state: WorkerState(path: folder + "/state")
        ).run(message: folder + "/message")
    }

    private func supervise(in folder: String, _ seeds: Corpus) throws {
        let kinds = FuzzTargetKind.all.filter { kind in
            targets.isEmpty || targets.contains { kind.name.hasPrefix($0) }
        }
        guard !kinds.isEmpty else { throw ValidationError("no such target; --list names them") }
        let seed = seed ?? UInt64.random(in: 0..<1_000_000_000)
        print("seed \(seed), \(kinds.count) targets, \(seconds) s on \(processes) processes")
        let table = try FuzzSupervisor(
            kinds: kinds, corpus: seeds, seed: seed, seconds: seconds, processes: max(1, processes), folder: folder,
            findings: findings, options: ["--corpus", corpus] + (cold ? ["--cold"] : [])
        ).run { print($0) }
        print(table.text)
        if table.rows.contains(where: { $0.row.findings > 0 }) { throw ExitCode(1) }
    }

    /// A folder in memory where there is one: stores and data files are made anew for every input.
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory()
        let folder = "\(parent)/assay-fuzz-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }
}
