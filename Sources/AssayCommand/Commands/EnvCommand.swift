import ArgumentParser

/// `assay env`: what a policy can act in over several turns.
struct EnvCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "env", abstract: "Environments of several turns.", subcommands: [List.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the environments.",
            discussion: """
                EXAMPLE
                  assay env list
                """)

        func run() async throws {
            let all = EnvironmentFactory.ofCommands.summaries
            if all.isEmpty { return Terminal.output("no environments are built in") }
            let width = all.map(\.name.count).max() ?? 0
            for environment in all {
                let padding = String(repeating: " ", count: width - environment.name.count + 2)
                Terminal.output(environment.name + padding + environment.summary)
            }
        }
    }
}
