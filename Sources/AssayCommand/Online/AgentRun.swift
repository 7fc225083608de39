import Experience
import Foundation
import JSON
import Rollout
import Verifiers

/// A run whose episodes programs outside have: `assay serve --episodes`.
struct AgentRun {
    private(set) var config: RunConfig
    private let isOnline: Bool
    /// Judges beside what agents report, where both count.
    private let judge: (any Verifier)?

    /// Reads the configuration; one without an environment is of agents by being served so. Throws `ConfigError` or `BadInput`.
    init(path: String, overrides: [String], isOnline: Bool) throws {
        config = try RunConfig.load(path: path, overrides: overrides)
        self.isOnline = isOnline
        if config.environment.name.isEmpty { config.environment.name = AgentOptions.environmentName }
        guard config.isOfAgents else {
            throw BadInput(
                "environment.name is '\(config.environment.name)', which 'assay run' samples itself; agents outside have "
                    + "'\(AgentOptions.environmentName)', or none")
        }
        guard config.rollout.wantedGroups == 0 || !isOnline else {
            throw BadInput("rollout.wanted_groups has no effect with --online")
        }
        judge = try AgentOptions(config.environment.options).reward == .both ? config.makeVerifier() : nil
    }

    /// Opens the store and the run, with the gateway that the server and the stages share.
    func prepare(isQuiet: Bool) async throws -> Pipeline {
        try await Preflight(config).run(isQuiet: isQuiet)
        var pipeline = try await Pipeline(config: config, isQuiet: isQuiet)
        var ask: AgentGateway.Judge?
        if let judge {
            ask = { problem, completion in
                let item = VerificationItem(problem: problem, completion: completion)
                return await judge.verdicts(of: [item])[0]  // total: one for each
            }
        }
        pipeline.gateway = AgentGateway(
            options: config.environment, agent: try AgentOptions(config.environment.options), run: pipeline.run.name,
            judge: ask)
        return pipeline
    }

    /// Samples, judges and weighs as `assay run` does, while agents ask; returns when the run has all it wants.
    func sample(_ pipeline: Pipeline, json: Bool) async throws {
        do {
            try await pipeline.leavingNoEmptyRun {
                if isOnline {
                    _ = try await OnlineLoop(pipeline: pipeline, options: pipeline.config.online).runAll()
                } else {
                    try await pipeline.runAll(json: json)
                }
            }
        } catch {
            await judge?.shutdown()
            throw error
        }
        await judge?.shutdown()
        if let counts = pipeline.gateway?.counts { pipeline.note(Self.line(counts)) }
        pipeline.note("the run has all its episodes; the server goes on until it is stopped")
    }

    private static func line(_ counts: AgentGateway.Counts) -> String {
        func list(_ counts: [String: Int]) -> String {
            counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        }
        var line = counts.kept.counted("episode", "episodes") + " kept, " + counts.turns.counted("turn", "turns")
        if counts.repeats > 0 { line += "; " + counts.repeats.counted("request", "requests") + " answered again" }
        if !counts.lost.isEmpty { line += "; without a sample: " + list(counts.lost) }
        if !counts.unheeded.isEmpty {
            line += "; asked otherwise than the run samples: " + list(counts.unheeded) + " (the run's own holds)"
        }
        return line
    }
}
