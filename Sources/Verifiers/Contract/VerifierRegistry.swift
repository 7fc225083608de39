import Experience
public import JSON

/// A verifier's options, or its name, are not acceptable.
public struct VerifierOptionsError: Error, Sendable, CustomStringConvertible {
    /// The option at fault, dotted from the verifier's options; empty for the verifier itself.
    public var key: String
    /// What is wrong and what to do, in one sentence.
    public var message: String

    /// An error at an option.
    public init(key: String = "", _ message: String) {
        self.key = key
        self.message = message
    }

    /// Key and message.
    public var description: String { key.isEmpty ? message : "option '\(key)': \(message)" }
}

/// Verifiers by name. Register a type once; config files and commands then name it.
public struct VerifierRegistry: Sendable {
    /// Makes a verifier from its options (an object; empty when none were given) and, for one that is composed of others,
    /// the registry that makes those; throws `VerifierOptionsError`.
    public typealias Factory = @Sendable (JSONValue, VerifierRegistry) throws -> any Verifier

    /// One registered verifier.
    public struct Entry: Sendable {
        /// The name users write.
        public var name: String
        /// One line for `--help` and lists.
        public var summary: String
        /// Option names with one line each.
        public var options: [(name: String, summary: String)]
        /// Options of earlier versions and what they are called now.
        fileprivate var renamed: [String: String]
        fileprivate var make: Factory
    }

    private var byName: [String: Entry] = [:]

    /// An empty registry.
    public init() {}

    /// All entries, by name.
    public var entries: [Entry] { byName.values.sorted { $0.name < $1.name } }

    /// Adds or replaces a verifier.
    public mutating func register(
        _ name: String, summary: String, options: [(name: String, summary: String)] = [],
        renamed: [String: String] = [:], make: @escaping Factory
    ) {
        byName[name] = Entry(name: name, summary: summary, options: options, renamed: renamed, make: make)
    }

    /// Adds or replaces a verifier that needs no others.
    public mutating func register(
        _ name: String, summary: String, options: [(name: String, summary: String)] = [],
        renamed: [String: String] = [:], make: @escaping @Sendable (JSONValue) throws -> any Verifier
    ) {
        register(name, summary: summary, options: options, renamed: renamed) { options, _ in try make(options) }
    }

    /// Makes the named verifier; an unknown name or option is an error that gives the nearest known one.
    public func make(_ name: String, options: JSONValue = .object([])) throws -> any Verifier {
        guard let entry = byName[name] else {
            if VerifierPath.isPath(name), byName[VerifierPath.verifier] != nil, let members = options.objectValue {
                if members.contains(where: { $0.key == "file" }) {
                    throw VerifierOptionsError(key: "file", "the verifier is a file already: '\(name)'")
                }
                return try make(VerifierPath.verifier, options: .object([.init("file", .string(name))] + members))
            }
            let hint = VerifierPath.file(of: name).map { "; did you mean '\($0)'?" }
            throw VerifierOptionsError(
                "there is no verifier '\(name)'" + (hint ?? Self.hint(name, among: byName.keys.sorted())))
        }
        guard let members = options.objectValue else {
            throw VerifierOptionsError("options of '\(name)' must be an object")
        }
        if let twice = members.map(\.key).firstRepeated {
            throw VerifierOptionsError(key: twice, "given twice")
        }
        for member in members where !entry.options.contains(where: { $0.name == member.key }) {
            let hint = entry.renamed[member.key].map { "; it is called '\($0)' now" }
            throw VerifierOptionsError(
                key: member.key,
                "'\(name)' has no such option" + (hint ?? Self.hint(member.key, among: entry.options.map(\.name))))
        }
        return try entry.make(options, self)
    }

    static func hint(_ word: String, among known: [String]) -> String {
        if let nearest = word.nearest(in: known) { return "; did you mean '\(nearest)'?" }
        return known.isEmpty ? "; it takes none" : "; known: \(known.joined(separator: ", "))"
    }
}

extension [String] {
    /// The first text that stands in the list a second time.
    fileprivate var firstRepeated: String? {
        var seen: Set<String> = []
        return first { !seen.insert($0).inserted }
    }
}
