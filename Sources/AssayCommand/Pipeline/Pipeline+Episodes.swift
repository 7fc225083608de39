import Experience
import Rollout
import Verifiers

extension Pipeline {
    /// Lends what samples episodes of the configured environment. The run's own verifier judges what the environment asks
    /// about while an episode goes on.
    func withEpisodes<Result>(
        over engine: RolloutEngine, _ body: (EpisodeDriver) async throws -> Result
    ) async throws -> Result {
        let verifier = try config.makeVerifier()
        do {
            let environment = try await config.makeEnvironment(verifier: verifier)
            let result = try await body(
                EpisodeDriver(engine, environment: environment, options: config.environment, run: run.name))
            await verifier.shutdown()
            return result
        } catch {
            await verifier.shutdown()
            throw error
        }
    }
}
