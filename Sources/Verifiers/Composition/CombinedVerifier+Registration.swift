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
            let rule = try reader.choice("rule", default: CombinationRule.sum)
            let parts = try (options["parts"]?.arrayValue ?? []).enumerated().map { index, part in
                try Self.part(part, at: "parts.\(index)", rule, registry)
            }
            let names = parts.map(\.name)
            if parts.isEmpty { throw VerifierOptionsError(key: "parts", "expected at least one verifier") }
            if let twice = names.first(where: { name in names.filter { $0 == name }.count > 1 }) {
                throw VerifierOptionsError(key: "parts", "two parts are called '\(twice)'; give one a 'name'")
            }
            var undecided: Set<Outcome> = [.noAnswer, .timeout, .verifierError]
            if let given = options["undecided"] {
                if rule != .first {
                    throw VerifierOptionsError(
                        key: "undecided", "has no effect with rule \(rule.rawValue), only with first")
                }
                let outcomes = given.arrayValue?.compactMap { $0.stringValue.flatMap(Outcome.init(rawValue:)) }
                guard let outcomes, outcomes.count == given.arrayValue?.count else {
                    throw VerifierOptionsError(
                        key: "undecided",
                        "expected a list of \(Outcome.allCases.map(\.rawValue).joined(separator: ", "))")
                }
                undecided = Set(outcomes)
            }
            return CombinedVerifier(
                rule, of: parts,
                missing: try reader.choice("missing", default: MissingPart.null),
                threshold: options["threshold"] == nil
                    ? nil : try reader.double("threshold", default: 0, in: -1e300...1e300),
                undecided: undecided)
        }
    }

    private static func part(
        _ json: JSONValue, at key: String, _ rule: CombinationRule, _ registry: VerifierRegistry
    ) throws -> Part {
        let verifier = try registry.make(nested: json, key: key, known: ["name", "weight"])
        if let name = json["name"], name.stringValue == nil {
            throw VerifierOptionsError(key: "\(key).name", "expected a text, not \(name.text)")
        }
        guard let given = json["weight"] else { return Part(verifier, name: json["name"]?.stringValue) }
        guard let weight = given.doubleValue else {
            throw VerifierOptionsError(key: "\(key).weight", "expected a number, not \(given.text)")
        }
        if rule != .sum, rule != .gate {
            throw VerifierOptionsError(
                key: "\(key).weight", "has no effect with rule \(rule.rawValue), only with sum and gate")
        }
        return Part(verifier, name: json["name"]?.stringValue, weight: weight)
    }
}
