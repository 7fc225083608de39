public import Experience
public import JSON
public import Verifiers

/// What an environment may use besides its options.
public struct EnvironmentContext: Sendable {
    /// Judges what the policy said, where the environment asks while the episode goes on.
    public var verifier: (any Verifier)?
    /// Reaches a language model that plays a part of its own.
    public var generator: (@Sendable (JudgeEndpoint) throws -> any TextGenerator)?
    /// Reaches environments behind a URL.
    public var poster: (@Sendable () throws -> any HTTPPoster)?
    /// Whether the environment is made for a check: plug-ins answer for themselves then, unguarded by their host.
    public var isForCheck = false

    /// What there is of the three.
    public init(
        verifier: (any Verifier)? = nil, generator: (@Sendable (JudgeEndpoint) throws -> any TextGenerator)? = nil,
        poster: (@Sendable () throws -> any HTTPPoster)? = nil
    ) {
        self.verifier = verifier
        self.generator = generator
        self.poster = poster
    }
}

/// One environment, as `assay env list` shows it.
public struct EnvironmentDescription: Sendable, Hashable {
    /// The name that users write.
    public var name: String
    /// One line for a person.
    public var summary: String
    /// What may be set.
    public var options: [EnvironmentOption]
    /// What an interrupted episode can go on from.
    public var resumption: Resumption

    /// An environment as it is listed.
    public init(name: String, summary: String, options: [EnvironmentOption], resumption: Resumption) {
        (self.name, self.summary, self.options, self.resumption) = (name, summary, options, resumption)
    }
}

/// Environments by name.
public struct EnvironmentRegistry: Sendable {
    /// Makes an environment from checked options.
    typealias Factory = @Sendable (OptionsReader, EnvironmentContext) async throws -> any Environment

    private struct Entry: Sendable {
        var description: EnvironmentDescription
        var make: Factory
    }

    private var byName: [String: Entry] = [:]

    /// An empty registry.
    public init() {}

    /// All of them, by name.
    public var all: [EnvironmentDescription] { byName.values.map(\.description).sorted { $0.name < $1.name } }

    /// Adds or replaces an environment that is known by its kind.
    mutating func register<Kind: EnvironmentKind>(_: Kind.Type) {
        let description = EnvironmentDescription(
            name: Kind.name, summary: Kind.summary, options: Kind.options, resumption: Kind.resumption)
        byName[Kind.name] = Entry(description: description) { try await Kind.make($0, $1) }
    }

    /// Makes the named environment. Throws `EnvironmentOptionsError` for a name, an option or a value that is not known,
    /// with the nearest that is, and `EnvironmentError` when what it needs of this machine is not there.
    public func make(
        _ name: String, options: JSONValue = .object([]), context: EnvironmentContext = EnvironmentContext()
    ) async throws -> any Environment {
        try await entry(name, options).make(OptionsReader(options), context)
    }

    /// Throws what `make` throws for a name or an option that is not known.
    public func check(_ name: String, options: JSONValue) throws(EnvironmentOptionsError) {
        _ = try entry(name, options)
    }

    private func entry(_ name: String, _ options: JSONValue) throws(EnvironmentOptionsError) -> Entry {
        guard let entry = byName[name] else {
            throw EnvironmentOptionsError(
                "there is no environment '\(name)'" + name.hint(among: byName.keys.sorted()))
        }
        guard let members = options.objectValue else {
            throw EnvironmentOptionsError("options of '\(name)' must be an object")
        }
        var seen: Set<String> = []
        let known = entry.description.options.map(\.name)
        for member in members {
            if !seen.insert(member.key).inserted { throw EnvironmentOptionsError(key: member.key, "given twice") }
            if !known.contains(member.key) {
                throw EnvironmentOptionsError(
                    key: member.key, "'\(name)' has no such option" + member.key.hint(among: known))
            }
        }
        return entry
    }
}

/// A registered kind of environment: what is listed of it, and how one is made.
protocol EnvironmentKind: Sendable {
    static var name: String { get }
    static var summary: String { get }
    static var options: [EnvironmentOption] { get }
    static var resumption: Resumption { get }
    static func make(_ options: OptionsReader, _ context: EnvironmentContext) async throws -> any Environment
}
