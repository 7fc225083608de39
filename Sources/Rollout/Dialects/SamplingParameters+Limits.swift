internal import Experience
internal import JSON

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

    /// All texts that end a completion.
    var stopTexts: [String] {
        stop
            + extraMembers.flatMap { members in
                (members["stop"].map { $0.arrayValue ?? [$0] } ?? []).compactMap(\.stringValue)
            }
    }

    /// `extra` and the objects in it that servers take sampling parameters from.
    var extraMembers: [JSONValue] {
        guard let extra else { return [] }
        return [extra] + Self.sections.compactMap { extra[$0]?.unlessNull }
    }

    static let sections = ["sampling_params", "parameters", "options", "extra_body"]
}
