import ArgumentParser
import Experience
import JSON

/// `assay rename`: another name for a run.
struct Rename: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Give a run in a store another name.",
        discussion: """
            Nothing is sampled or judged again. Write the new name into the configuration, too: 'assay run' finds its run by it.

            EXAMPLE
              assay rename runs/gsm8k/experience.sqlite@run gsm8k-base
            """)

    @Argument(help: ArgumentHelp("The run, as STORE@RUN; STORE alone where it has one run.", valueName: "store"))
    var source: String

    @Argument(help: "Its new name.")
    var name: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        guard let argument = try StoreArgument(source) else { throw BadInput("\(source): not a store") }
        if name.isEmpty || name.hasControlCharacters || name.contains("@") || name.utf8.count > 200 {
            throw BadInput(
                "the new name must not be empty, longer than 200 bytes, or hold control characters or @, behind which "
                    + "commands expect a run's name")
        }
        let store = try Store(path: argument.path, access: .write)
        let runs = try await store.runs()
        if argument.run == nil, runs.count > 1 {
            throw BadInput(
                "\(store.path) has the runs \(runs.map(\.name).joined(separator: ", ")): say which, as STORE@RUN")
        }
        do {
            let run = try await store.run(named: argument.run)
            try await store.rename(run, to: name)
            common.say(
                json: ["store": .string(store.path), "run": .string(name), "was": .string(run.name)],
                text: "run '\(run.name)' in \(store.path) is '\(name)' now")
        } catch let error as StoreError where error.kind == .missing || error.kind == .conflict {
            throw BadInput("\(error)")
        }
    }
}
