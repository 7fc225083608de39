import Experience
import JSON

/// The keys that a configuration may have, at every depth.
struct ConfigKeys {
    /// The first key that is not known, or has a value of another kind than it takes.
    struct Problem {
        var path: [String]
        var message: String
    }

    private let fields: [ConfigField]

    init(_ fields: [ConfigField]) { self.fields = fields }

    /// nil when all keys of the document are known.
    func problem(in document: JSONValue) -> Problem? { problem(in: document, at: [], fields) }

    private func problem(in section: JSONValue, at path: [String], _ fields: [ConfigField]) -> Problem? {
        for member in section.objectValue ?? [] {
            let inner = path + [member.key]
            guard let field = fields.first(where: { $0.name == member.key }) else {
                return Problem(path: inner, message: Self.unknown(inner, among: fields))
            }
            if let problem = problem(with: member.value, at: inner, field) { return problem }
        }
        return nil
    }

    private func problem(with value: JSONValue, at path: [String], _ field: ConfigField) -> Problem? {
        // An empty section is one whose keys are all commented out.
        if value.isNull { return nil }
        let name = path.joined(separator: ".")
        switch field.kind {
        case .section(let known):
            if value.objectValue != nil { return problem(in: value, at: path, known) }
            return Problem(path: path, message: "'\(name)' is a section with keys of its own: \(Self.list(known))")
        case .sections(let known):
            guard let elements = value.arrayValue else {
                return Problem(path: path, message: "'\(name)' is a list of sections with the keys \(Self.list(known))")
            }
            for (index, element) in elements.enumerated() {
                let inner = path + [String(index)]
                guard element.objectValue != nil else {
                    return Problem(
                        path: inner,
                        message:
                            "'\(inner.joined(separator: "."))' is a section with keys of its own: \(Self.list(known))")
                }
                if let problem = problem(in: element, at: inner, known) { return problem }
            }
            return nil
        case .free:
            if value.objectValue != nil { return nil }
            return Problem(
                path: path,
                message:
                    "'\(name)' takes keys with values, {key: value}, not \(value.text.cut(to: 100)): \(field.summary)")
        case .value:
            if let word = value.stringValue, !field.words.isEmpty, !field.words.contains(word) {
                return Problem(
                    path: path,
                    message: "\(name): not a value it can have: '\(word.cut(to: 100))'" + word.hint(among: field.words))
            }
            // A key below a value says more than that a list or a mapping is no text.
            guard let key = value.objectValue?.first?.key else { return nil }
            let hint =
                Int(key) == nil
                ? "'\(name)' has no keys of its own (text with ': ' needs quotes)"
                : "'\(name)' has no elements here; set the whole list, \(name)=[…]"
            return Problem(path: path + [key], message: "unknown key '\(name).\(key)': \(hint)")
        }
    }

    private static func unknown(_ path: [String], among fields: [ConfigField]) -> String {
        let (full, names) = (path.joined(separator: "."), fields.map(\.name))
        // 'api_key' is no typing mistake of 'api_key_env', but its beginning.
        let near = path.last.flatMap { key in
            key.nearest(in: names) ?? (key.count < 3 ? nil : names.first { $0.hasPrefix(key) })
        }
        if let near { return "unknown key '\(full)'; did you mean '\(near)'?" }
        return "unknown key '\(full)'; known: \(names.joined(separator: ", "))"
    }

    private static func list(_ fields: [ConfigField]) -> String { fields.map(\.name).joined(separator: ", ") }
}
