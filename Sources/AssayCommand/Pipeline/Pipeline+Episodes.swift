import Experience
import Rollout
import Verifiers

extension Pipeline {
    /// Samples answers, or episodes where an environment is configured: what the run lacks, or what `next` gives.
    func sample(
        _ stage: RolloutStage, over engine: RolloutEngine, admission: Admission = Admission(),
        next: RolloutStage.Next? = nil,
        onProgress: @escaping RolloutStage.OnProgress
    ) async throws -> RolloutSummary {
        if config.environment.name.isEmpty {
            return try await stage.sample(with: engine, admission: admission, next: next, onProgress: onProgress)
        }
        if config.isOfAgents {
            guard let gateway else {
                throw BadInput(
                    "environment '\(config.environment.name)' is a program outside: 'assay serve --episodes' leases it the "
                        + "episodes of this run")
            }
            return try await stage.sample(
                through: gateway, over: engine, admission: admission, next: next, onProgress: onProgress)
        }
        // The run's own verifier judges what the environment asks about while an episode goes on.
        let verifier = try config.makeVerifier()
        do {
            let environment = try await config.makeEnvironment(verifier: verifier)
            do {
                let driver = EpisodeDriver(
                    engine, environment: environment, options: config.environment, run: run.name)
                let summary = try await stage.sample(
                    with: driver, admission: admission, next: next, onProgress: onProgress)
                await environment.shutdown()
                await verifier.shutdown()
                return summary
            } catch {
                await environment.shutdown()
                throw error
            }
        } catch {
            await verifier.shutdown()
            throw error
        }
    }
}
