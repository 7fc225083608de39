import Experience
import JSON

extension VerifierRegistry {
    /// Makes a verifier that another's options describe: a name, or an object with `verifier` and `options` and, of the
    /// caller's, `others`. Errors name the option under `key`.
    func make(nested value: JSONValue, key: String, others: [String] = []) throws -> any Verifier {
        guard let name = value.stringValue ?? value["verifier"]?.stringValue else {
            throw VerifierOptionsError(key: key, "expected a verifier's name, or an object with 'verifier'")
        }
        let known = ["verifier", "options"] + others
        for member in value.objectValue ?? [] where !known.contains(member.key) {
            let hint =
                member.key.nearest(in: known).map { "did you mean '\($0)'?" }
                ?? "known: \(known.joined(separator: ", "))"
            throw VerifierOptionsError(key: "\(key).\(member.key)", "there is no such key; \(hint)")
        }
        do {
            return try make(name, options: value["options"] ?? .object([]))
        } catch let error as VerifierOptionsError {
            throw VerifierOptionsError(key: error.key.isEmpty ? key : "\(key).options.\(error.key)", error.message)
        }
    }
}
