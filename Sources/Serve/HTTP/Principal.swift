/// What a token allows.
public enum Scope: String, Sendable, CaseIterable {
    /// Ask for rewards and start jobs.
    case verify
    /// See runs, jobs and reports.
    case read
    /// Everything, server-side files and policy notices included.
    case admin
}

/// Who sent a request.
struct Principal: Sendable {
    var name: String
    var scopes: Set<Scope>
    /// Whether a token said who it is.
    var isKnown = true
    /// Whether a browser's cookie did.
    var isSession = false

    /// The name that its work and its jobs are kept under; empty where there are no tokens.
    var owner: String { isKnown ? name : "" }

    /// Whom what it asks for is done for.
    var share: WorkShare { isKnown ? WorkShare(owner: name) : .local }

    func may(_ scope: Scope) -> Bool { scopes.contains(scope) || scopes.contains(.admin) }

    /// Anybody who can connect, when the server has no tokens: it then listens on loopback alone.
    static let local = Principal(name: "local", scopes: Set(Scope.allCases), isKnown: false)

    /// The name under which a trainer's acts are kept: its token's, whatever it calls itself; its own where there are no tokens.
    func name(calling itself: String?) -> String { isKnown ? name : itself ?? name }
}
