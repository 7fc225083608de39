import Experience
import JSON

/// Checks of the objects whose keys are ours to define: what is misspelt there would be ignored, and a verdict be another.
extension JSONValue {
    /// Throws `CodeRowError` when this is no object, or has a key that is not `known`.
    func requireKeys(_ known: [String], of place: String) throws {
        guard let members = objectValue else {
            throw CodeRowError(description: "'\(place)' must be an object, not \(text.prefix(60))")
        }
        for member in members where !known.contains(member.key) {
            // The same quantity in another unit is the nearest, however it is spelt.
            let sameStem = known.first { $0.prefix { $0 != "_" } == member.key.prefix { $0 != "_" } }
            let hint =
                (member.key.nearest(in: known) ?? sameStem).map { "did you mean '\($0)'?" }
                ?? "known: \(known.joined(separator: ", "))"
            throw CodeRowError(description: "'\(place)' has no '\(member.key.prefix(60))'; \(hint)")
        }
    }

    /// Throws `CodeRowError` when one of these members is there and no text.
    func requireTexts(_ keys: String...) throws {
        for key in keys {
            guard let value = self[key], !value.isNull, value.stringValue == nil else { continue }
            throw CodeRowError(description: "'\(key)' must be a text, not \(value.text.prefix(60))")
        }
    }
}
