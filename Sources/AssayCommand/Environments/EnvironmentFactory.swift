import Environments
public import Experience
public import JSON

/// The environments that commands know, by name.
public struct EnvironmentFactory: Sendable {
    /// Names with a line on each, in the order in which they are listed.
    public var summaries: [(name: String, summary: String)]
    private let maker: @Sendable (String, JSONValue) async throws -> any Environment

    /// Environments that `make` builds from a name of the list and its options.
    public init(
        _ summaries: [(name: String, summary: String)],
        make: @escaping @Sendable (_ name: String, _ options: JSONValue) async throws -> any Environment
    ) {
        self.summaries = summaries
        maker = make
    }

    /// The environment of that name; throws `ConfigProblem` for a name that is not listed.
    public func make(_ name: String, _ options: JSONValue) async throws -> any Environment {
        guard summaries.contains(where: { $0.name == name }) else {
            let names = summaries.map(\.name)
            throw ConfigProblem(
                "environment.name",
                "there is no environment '\(name)'"
                    + (names.isEmpty ? "; this assay has none" : "; there are " + names.joined(separator: ", ")))
        }
        return try await maker(name, options)
    }

    /// The environments that are built in.
    public static let standard = EnvironmentFactory(
        EnvironmentRegistry.standard.all.map { ($0.name, $0.summary) }
    ) { name, options in
        try await EnvironmentRegistry.standard.make(name, options: options, context: EnvironmentContext())
    }

    /// What the running command uses.
    @TaskLocal public static var ofCommands = standard
}
