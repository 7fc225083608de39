import Experience
public import JSON

/// Typed access to a verifier's options; every error names the option.
public struct OptionsReader {
    private let options: JSONValue

    /// Reads from an options object.
    public init(_ options: JSONValue) { self.options = options }

    /// A boolean option.
    public func bool(_ key: String, default value: Bool) throws -> Bool {
        guard let given = options[key] else { return value }
        guard let flag = given.boolValue else { throw error(key, "true or false", given) }
        return flag
    }

    /// An integer option inside `range`, however it is written: 1000, 1e3 and 1000.0 are one.
    public func int(_ key: String, default value: Int, in range: ClosedRange<Int>) throws -> Int {
        guard let given = options[key] else { return value }
        guard case .number(let written) = given, let number = written.canonical.intValue, range.contains(number) else {
            throw error(key, "an integer from \(range.lowerBound) to \(range.upperBound)", given)
        }
        return number
    }

    /// A number option inside `range`.
    public func double(_ key: String, default value: Double, in range: ClosedRange<Double>) throws -> Double {
        guard let given = options[key] else { return value }
        guard let number = given.doubleValue, range.contains(number) else {
            throw error(key, "a number from \(range.lowerBound) to \(range.upperBound)", given)
        }
        return number
    }

    /// A text option; nil when it is not given.
    public func string(_ key: String) throws -> String? {
        guard let given = options[key] else { return nil }
        guard let text = given.stringValue else { throw error(key, "a text", given) }
        return text
    }

    /// Program and arguments, or one text that is split at spaces; nil when it is not given.
    package func command(_ key: String) throws -> [String]? {
        guard let given = options[key] else { return nil }
        let words =
            given.arrayValue?.compactMap(\.stringValue) ?? given.stringValue?.split(separator: " ").map(String.init)
            ?? []
        guard let program = words.first, !program.isEmpty, words.count == given.arrayValue?.count ?? words.count else {
            throw VerifierOptionsError(
                key: key, "expected program and arguments, for example [\"python3\", \"my.py\"]")
        }
        return words
    }

    /// A list of texts; nil when it is not given.
    package func texts(_ key: String) throws -> [String]? {
        guard let given = options[key] else { return nil }
        let texts = given.arrayValue?.compactMap(\.stringValue) ?? []
        if texts.isEmpty || texts.count != given.arrayValue?.count { throw error(key, "a list of texts", given) }
        return texts
    }

    /// An object, its members in order of their names; nil when it is not given.
    package func object(_ key: String) throws -> JSONValue? {
        guard let given = options[key] else { return nil }
        guard given.objectValue != nil else { throw error(key, "an object", given) }
        return given.canonical
    }

    /// An object of texts: variables of a process.
    package func variables(_ key: String) throws -> [String: String] {
        guard let given = options[key] else { return [:] }
        guard let members = given.objectValue else { throw error(key, "an object of texts", given) }
        var variables: [String: String] = [:]
        for member in members {
            guard let text = member.value.stringValue else {
                throw VerifierOptionsError(key: key, "expected a text for '\(member.key)'")
            }
            variables[member.key] = text
        }
        return variables
    }

    /// Header lines with the key of the variable that `api_key_env` names.
    public func keyHeaders() throws -> [String] {
        let variable = try string("api_key_env")
        do throws(ConfigProblem) {
            return try APIKey.headers(from: variable)
        } catch {
            throw VerifierOptionsError(key: error.key, error.message)
        }
    }

    /// One of an enumeration's raw values; `renamed` are values of earlier versions, which are refused with the new one.
    public func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ key: String, default value: Value, renamed: [String: String] = [:]
    ) throws -> Value {
        guard let given = options[key] else { return value }
        if let text = given.stringValue, let choice = Value(rawValue: text) { return choice }
        let known = Value.allCases.map(\.rawValue)
        var error = error(key, "one of \(known.joined(separator: ", "))", given)
        if let text = given.stringValue {
            if let now = renamed[text] {
                error.message += "; it is called '\(now)' now"
            } else if let nearest = text.nearest(in: known) {
                error.message += "; did you mean '\(nearest)'?"
            }
        }
        throw error
    }

    private func error(_ key: String, _ expected: String, _ given: JSONValue) -> VerifierOptionsError {
        VerifierOptionsError(key: key, "expected \(expected), not \(given.text)")
    }
}
