public import JSON
public import Verifiers

/// An option of an environment is not acceptable, or there is no such environment. As verifiers say it.
public typealias EnvironmentOptionsError = VerifierOptionsError

/// One option, as `assay env list` shows it.
public struct EnvironmentOption: Sendable, Hashable {
    /// The key that users write.
    public var name: String
    /// `integer`, `number`, `boolean`, `text`, or the words that it may be.
    public var type: String
    /// What it is when it is not given; null where it is then left out.
    public var `default`: JSONValue
    /// Smallest and greatest value, `1...100`; nil where any value of the type will do.
    public var range: String?
    /// One line for a person.
    public var summary: String

    /// An option as it is listed.
    public init(name: String, type: String, default usual: JSONValue = .null, range: String? = nil, summary: String) {
        (self.name, self.type, self.range, self.summary) = (name, type, range, summary)
        self.default = usual
    }
}

/// An option as it is declared, once: what is listed and what is read are the same.
struct Option<Value: Sendable>: Sendable {
    let listed: EnvironmentOption
    let read: @Sendable (OptionsReader) throws(EnvironmentOptionsError) -> Value

    private init(
        _ listed: EnvironmentOption, _ read: @escaping @Sendable (OptionsReader) throws -> Value
    ) {
        self.listed = listed
        self.read = { reader throws(EnvironmentOptionsError) in
            do {
                return try read(reader)
            } catch let error as EnvironmentOptionsError {
                throw error
            } catch {
                throw EnvironmentOptionsError(key: listed.name, "\(error)")
            }
        }
    }
}

extension Option<Int> {
    static func int(_ name: String, _ value: Int, in range: ClosedRange<Int>, _ summary: String) -> Self {
        Self(.init(name: name, type: "integer", default: .int(value), range: "\(range)", summary: summary)) {
            try $0.int(name, default: value, in: range)
        }
    }
}

extension Option<Double> {
    static func number(_ name: String, _ value: Double, in range: ClosedRange<Double>, _ summary: String) -> Self {
        Self(.init(name: name, type: "number", default: .double(value), range: "\(range)", summary: summary)) {
            try $0.double(name, default: value, in: range)
        }
    }
}

extension Option<Bool> {
    static func flag(_ name: String, _ value: Bool, _ summary: String) -> Self {
        Self(.init(name: name, type: "boolean", default: .bool(value), range: nil, summary: summary)) {
            try $0.bool(name, default: value)
        }
    }
}

extension Option<String> {
    static func text(_ name: String, _ value: String, _ summary: String) -> Self {
        Self(.init(name: name, type: "text", default: .string(value), range: nil, summary: summary)) {
            try $0.string(name) ?? value
        }
    }
}

extension Option<String?> {
    static func text(_ name: String, _ summary: String) -> Self {
        Self(.init(name: name, type: "text", default: .null, range: nil, summary: summary)) { try $0.string(name) }
    }
}

extension Option where Value: RawRepresentable<String> & CaseIterable {
    static func choice(_ name: String, _ value: Value, _ summary: String) -> Self {
        let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
        return Self(.init(name: name, type: words, default: .string(value.rawValue), range: nil, summary: summary)) {
            try $0.choice(name, default: value)
        }
    }
}

extension Option<[String]> {
    /// Program and arguments, or one text that is split at spaces; empty where it is not given.
    static func command(_ name: String, _ summary: String) -> Self {
        Self(.init(name: name, type: "list of texts", default: .null, range: nil, summary: summary)) {
            try $0.command(name) ?? []
        }
    }

    static func texts(_ name: String, _ summary: String) -> Self {
        Self(.init(name: name, type: "list of texts", default: .null, range: nil, summary: summary)) {
            try $0.texts(name) ?? []
        }
    }
}

extension Option<JSONValue> {
    static func object(_ name: String, _ summary: String) -> Self {
        Self(.init(name: name, type: "object", default: .object([]), range: nil, summary: summary)) {
            try $0.object(name) ?? .object([])
        }
    }
}

extension Option<[String: String]> {
    static func variables(_ name: String, _ summary: String) -> Self {
        Self(.init(name: name, type: "object", default: .object([]), range: nil, summary: summary)) {
            try $0.variables(name)
        }
    }
}
