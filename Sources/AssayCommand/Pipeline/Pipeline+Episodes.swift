import Experience
import Rollout

extension Pipeline {
    /// What samples episodes over a connected engine; nil where no environment is configured.
    func episodes(over engine: RolloutEngine) async throws -> EpisodeDriver? {
        let options = config.environment
        if options.name.isEmpty { return nil }
        let environment = try await EnvironmentFactory.ofCommands.make(options.name, options.options)
        return EpisodeDriver(engine, environment: environment, options: options, run: run.name)
    }
}
