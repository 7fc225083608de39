/// One key of a configuration section: the single source of what `assay init`, error messages and docs say of it.
///
/// A section is a Codable struct whose default initialiser holds the defaults, with
/// `static let fields: [ConfigField]` beside it. Keys are snake_case.
public struct ConfigField: Sendable {
    /// What a key's value is.
    public enum Kind: Sendable {
        /// A scalar or a list of scalars.
        case value
        /// A nested section.
        case section([ConfigField])
        /// A list of sections, each with these keys.
        case sections([ConfigField])
        /// A free-form object, checked by whoever reads it.
        case free
    }

    /// The key.
    public var name: String
    /// One line: what it does, unit and range.
    public var summary: String
    /// What its value is.
    public var kind: Kind
    /// The words that it can have; empty where it takes others, too.
    public var words: [String]

    /// A key of a section.
    public init(_ name: String, _ summary: String, kind: Kind = .value, words: [String] = []) {
        self.name = name
        self.summary = summary
        self.kind = kind
        self.words = words
    }
}

/// A configuration value that decodes but makes no sense.
public struct ConfigProblem: Error, Sendable, CustomStringConvertible {
    /// Dotted key, from the section that found it; the reader of the file adds the rest and the line.
    public var key: String
    /// What is wrong and what to do.
    public var message: String

    /// A problem with one key.
    public init(_ key: String, _ message: String) {
        self.key = key
        self.message = message
    }

    /// Key and message.
    public var description: String { "\(key): \(message)" }
}
