import Experience
import JSON

extension VerifierRegistry {
    /// Makes a verifier that another's options describe: a name, or an object with `verifier`, `options` and what else is
    /// `known`. Errors name the option under `key`.
    func make(nested value: JSONValue, key: String, known: [String] = []) throws -> any Verifier {
        guard let name = value.stringValue ?? value["verifier"]?.stringValue else {
            throw VerifierOptionsError(key: key, "expected a verifier's name, or an object with 'verifier'")
        }
        try value.checkMembers(["verifier", "options"] + known, of: key)
        do {
            return try make(name, options: value["options"] ?? .object([]))
        } catch let error as VerifierOptionsError {
            throw VerifierOptionsError(key: error.key.isEmpty ? key : "\(key).options.\(error.key)", error.message)
        }
    }
}

extension JSONValue {
    /// Throws for the first member that is not `known`; `key` is the option that holds this object.
    func checkMembers(_ known: [String], of key: String) throws {
        for member in objectValue ?? [] where !known.contains(member.key) {
            throw VerifierOptionsError(
                key: "\(key).\(member.key)", "no such key" + VerifierRegistry.hint(member.key, among: known))
        }
    }
}
