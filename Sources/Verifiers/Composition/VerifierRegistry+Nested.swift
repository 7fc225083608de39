import JSON

extension VerifierRegistry {
    /// Makes a verifier that another's options describe: a name, or an object with `verifier` and `options`. Errors name
    /// the option under `key`.
    func make(nested value: JSONValue, key: String) throws -> any Verifier {
        guard let name = value.stringValue ?? value["verifier"]?.stringValue else {
            throw VerifierOptionsError(key: key, "expected a verifier's name, or an object with 'verifier'")
        }
        do {
            return try make(name, options: value["options"] ?? .object([]))
        } catch let error as VerifierOptionsError {
            throw VerifierOptionsError(key: error.key.isEmpty ? key : "\(key).options.\(error.key)", error.message)
        }
    }
}
