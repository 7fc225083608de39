import ArgumentParser
import Experience
import JSON

/// `assay prune`: a smaller store.
struct Prune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Drop what no trainer will read again from a store, and give its space back.",
        discussion: """
            The columns of batches that are done, rejected or expired go; completions, tokens, verdicts and advantages stay.
            --run takes whole runs away. What a trainer holds or waits for is never touched.

            EXAMPLE
              assay prune runs/gsm8k/experience.sqlite
              assay prune runs/gsm8k/experience.sqlite --run first-try --run second-try
            """)

    @Argument(help: ArgumentHelp("The store.", valueName: "store"))
    var store: String

    @Option(help: "A run to take away with all that is its; repeatable.")
    var run: [String] = []

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let argument = try StoreArgument(store)
        guard let argument, argument.run == nil else {
            throw BadInput(
                "\(store): " + (argument == nil ? "not a store" : "name the store alone")
                    + "; --run names runs to take away")
        }
        do {
            let store = try Store(path: argument.path, access: .write)
            var runs: [Run] = []
            for name in run where !runs.contains(where: { $0.name == name }) {
                runs.append(try await store.run(named: name))
            }
            let pruned = try await store.prune(runs: runs)
            common.say(
                json: [
                    "store": .string(store.path), "batches": .int(pruned.batches), "runs": .int(pruned.runs),
                    "bytes": .int(pruned.bytes),
                ],
                text: "\(store.path): the columns of " + pruned.batches.counted("batch", "batches") + " and "
                    + pruned.runs.counted("run", "runs") + " dropped, \(pruned.bytes) bytes given back")
        } catch let error as StoreError where error.kind == .missing || error.kind == .conflict {
            throw BadInput("\(error)")
        }
    }
}
