import ArgumentParser

/// `assay env`: what a policy can act in over several turns.
struct EnvCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "env",
        abstract: "List, try and write environments of several turns.",
        discussion: """
            EXAMPLE
              assay env list
              assay env list python           what may be set
              assay env check game            leaks between episodes, hangs, what is left behind
              assay env init --python mine    one that works, to be changed
            """,
        subcommands: [EnvList.self, EnvCheck.self, EnvInit.self])
}
