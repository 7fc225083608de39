import Experience
import JSON

extension CombinedVerifier {
    /// Adds it as "combine".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "combine", summary: "several verifiers as one: sum, product, all, any, first, gate",
            options: [
                ("rule", "sum, product, all, any, first (that decides) or gate (the first part must pass) (sum)"),
                ("parts", "verifiers: names, or objects {verifier, options, name, weight}"),
                ("missing", "a part that could not be judged: null, zero or skip (null)"),
                ("threshold", "the score from which the whole is correct (full marks)"),
                ("undecided", "outcomes that rule first passes on ([noAnswer, timeout, verifierError])"),
            ]
        ) { options, registry in
            let reader = OptionsReader(options)
            let parts = try (options["parts"]?.arrayValue ?? []).enumerated().map { index, part in
                let weight = part["weight"]?.doubleValue
                if weight == nil, let given = part["weight"] {
                    throw VerifierOptionsError(key: "parts.\(index).weight", "expected a number, not \(given.text)")
                }
                if let given = part["name"], given.stringValue == nil {
                    throw VerifierOptionsError(key: "parts.\(index).name", "expected a text, not \(given.text)")
                }
                return Part(
                    try registry.make(nested: part, key: "parts.\(index)", others: ["name", "weight"]),
                    name: part["name"]?.stringValue,
                    weight: weight ?? 1)
            }
            let names = parts.map(\.name)
            if parts.isEmpty { throw VerifierOptionsError(key: "parts", "expected at least one verifier") }
            if let twice = names.first(where: { name in names.filter { $0 == name }.count > 1 }) {
                throw VerifierOptionsError(key: "parts", "two parts are called '\(twice)'; give one a 'name'")
            }
            var undecided: Set<Outcome> = [.noAnswer, .timeout, .verifierError]
            if let given = options["undecided"] {
                let outcomes = given.arrayValue?.compactMap { $0.stringValue.flatMap(Outcome.init(rawValue:)) }
                guard let outcomes, outcomes.count == given.arrayValue?.count else {
                    throw VerifierOptionsError(
                        key: "undecided",
                        "expected a list of \(Outcome.allCases.map(\.rawValue).joined(separator: ", "))")
                }
                undecided = Set(outcomes)
            }
            return CombinedVerifier(
                try reader.choice("rule", default: CombinationRule.sum), of: parts,
                missing: try reader.choice("missing", default: MissingPart.null),
                threshold: options["threshold"] == nil
                    ? nil : try reader.double("threshold", default: 0, in: -1e300...1e300),
                undecided: undecided)
        }
    }
}
