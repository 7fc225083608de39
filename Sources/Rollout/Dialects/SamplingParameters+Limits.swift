internal import Experience

extension SamplingParameters {
    /// Throws for what `server` has no words for.
    func refuseLimits(of server: String) throws {
        let given = [
            ("stop_token_ids", stopTokenIDs != nil), ("min_tokens", minTokens != nil), ("logit_bias", logitBias != nil),
        ].filter(\.1).map(\.0)
        guard let first = given.first else { return }
        throw DialectError(
            "\(server) has no \(first); take it out of sampling, or say it in sampling.extra in its words")
    }
}
