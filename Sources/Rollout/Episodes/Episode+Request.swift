internal import Experience

/// The requests of an episode.
extension Episode {
    /// Samples one turn behind all ids so far; nil where no token fits. `prepare` sees the template first.
    func ask(
        _ opening: Opening, _ prepare: (EpisodeTemplate) async throws -> Void
    ) async throws -> (Completion, EpisodeTemplate)? {
        let affinity = SampleSeed.derive(run: 0, problem: job.item.problem, ordinal: 0, index: 0)
        let sampled = try await driver.turns.ask(
            opening.tools, affinity: affinity, home: home, versionNow: job.item.versionNow
        ) { endpoint, template in
            try await prepare(template)
            return budget > 0 ? request(endpoint, template) : nil
        }
        guard let sampled else { return nil }
        home = sampled.home
        return (sampled.completion, sampled.template)
    }

    private func request(_ endpoint: Endpoint, _ template: EpisodeTemplate) -> SampleRequest {
        var sampling = driver.engine.sampling
        sampling.maxTokens = budget
        var request = SampleRequest(input: .ids(ids), model: endpoint.model, sampling: sampling)
        request.seed = SampleSeed.ofTurn(turn, seed)
        request.logprobs = driver.engine.options.logprobs ?? endpoint.logprobs
        request.shownTokens = template.markers.map(\.text)
        requests += 1
        request.requestID =
            "assay-\(driver.turns.nonce)-\(key.ordinal)-\(key.index)-\(key.attempt)-\(turn)-\(requests)"
        return request
    }
}
