public import Experience
public import JSON

/// The section `verify` of a configuration.
public struct VerifyOptions: Codable, Sendable {
    /// A registered verifier.
    public var verifier = "math"
    /// Its options.
    public var options: JSONValue = .object([])
    /// Whether a resumed run judges again what ended in our own failure (timeout, verifierError).
    public var retryErrors = true

    /// The defaults above.
    public init() {}

    enum CodingKeys: String, CodingKey {
        case verifier, options
        case retryErrors = "retry_errors"
    }

    /// Keys of the section.
    public static let fields: [ConfigField] = [
        ConfigField("verifier", "the verifier's name; 'assay verify --help' lists them"),
        ConfigField("options", "the verifier's own options", kind: .free),
        ConfigField("retry_errors", "judge again, on resume, what ended in a failure of ours"),
    ]
}
