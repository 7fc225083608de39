public import JSON

extension VerifierRegistry {
    // How fast and at what cost verdicts are made, not which. What a worker is handed in its own `options` may have such a
    // name and count: it is part of that verifier's version.
    private static let executionKeys: Set<String> = [
        "batch", "budget", "cache", "cache_mb", "concurrency", "slots", "workers",
    ]

    /// Options as far as a verdict can depend on them, those of nested verifiers too: what a scoring is known by.
    public static func identity(of options: JSONValue) -> JSONValue {
        switch options {
        case .object(let members):
            .object(
                members.filter { !executionKeys.contains($0.key) }.map { .init($0.key, identity(of: $0.value)) })
        case .array(let elements): .array(elements.map(identity))
        default: options
        }
    }
}
