internal import Experience

/// What came of asking for a turn.
enum SampledTurn {
    case turn(Completion, EpisodeTemplate)
    /// None: the context has no room for it, or the episode's time is over.
    case limit(EpisodeStop)
}

/// The requests of an episode.
extension Episode {
    /// Likeliest tokens whose entropy says whether to fork, as in ARPO's code.
    private static let candidates = 10

    /// Samples one turn behind all ids so far. `prepare` sees the template first.
    func ask(_ opening: Opening, _ prepare: (EpisodeTemplate) async throws -> Void) async throws -> SampledTurn {
        let affinity = SampleSeed.derive(run: 0, problem: item.problem, ordinal: 0, index: 0)
        let asked = try await driver.turns.ask(
            opening.tools, affinity: affinity, home: home, versionNow: item.versionNow, until: end
        ) { endpoint, template in
            try await prepare(template)
            return budget > 0 ? request(endpoint, template) : nil
        }
        switch asked {
        case .noRoom: return .limit(.context)
        case .late: return .limit(.seconds)
        case .sampled(let sampled):
            home = sampled.home
            return .turn(sampled.completion, sampled.template)
        }
    }

    private func request(_ endpoint: Endpoint, _ template: EpisodeTemplate) -> SampleRequest {
        var sampling = driver.engine.sampling
        sampling.maxTokens = budget
        var request = SampleRequest(input: .ids(ids), model: endpoint.model, sampling: sampling)
        request.seed = SampleSeed.ofTurn(turn, seed)
        request.logprobs = driver.engine.options.logprobs ?? endpoint.logprobs
        if driver.options.roots > 0, sampling.topLogprobs == 0 { request.sampling.topLogprobs = Self.candidates }
        request.shownTokens = template.markers.map(\.text)
        requests += 1
        request.requestID =
            "assay-\(driver.turns.nonce)-\(key.ordinal)-\(key.index)-\(key.attempt)-\(turn)-\(requests)"
        return request
    }
}
