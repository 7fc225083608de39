public import JSON

/// What verdicts depend on beside the row: those of one identity may stand in one file. Options that only cost time are no
/// part of it, as in a store's scorings.
public struct VerifierIdentity: Sendable, Hashable, CustomStringConvertible {
    /// Registered name.
    public let name: String
    /// The verifier's version.
    public let version: String
    /// A fingerprint of the options as canonical JSON, which rows carry as `options`; nil where there are none.
    public let options: String?

    /// Of a verifier made with these options.
    public init(name: String, version: String, options: JSONValue) {
        self.name = name
        self.version = version
        let options = VerifierRegistry.identity(of: options)
        guard options.objectValue?.isEmpty == false else {
            self.options = nil
            return
        }
        var hash = FNV1a()
        hash.add(options.canonical.bytes)
        self.options = hash.text
    }

    /// Of the verifier that a row's `verdict` names; nil where it names none.
    public init?(verdict: JSONValue) {
        guard let name = verdict["verifier"]?.stringValue, let version = verdict["version"]?.stringValue else {
            return nil
        }
        self.name = name
        self.version = version
        options = verdict["options"]?.stringValue
    }

    /// Of the verifier that a shard's manifest names; nil where it names none.
    public init?(manifest: JSONValue) {
        guard let name = manifest["name"]?.stringValue, let version = manifest["version"]?.stringValue,
            let options = manifest["options"]
        else { return nil }
        self.init(name: name, version: version, options: options)
    }

    /// For a person: `math 3`, or `math 3 with options 1f0c…`.
    public var description: String { "\(name) \(version)" + (options.map { " with options \($0)" } ?? "") }
}
