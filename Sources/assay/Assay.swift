import ArgumentParser

@main
struct Assay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assay", abstract: "Reinforcement learning with verifiable rewards: sample, verify, weigh, hand over.")
}
