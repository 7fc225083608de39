public import Experience

/// A verifier made of others.
public protocol ComposedVerifier: Verifier {
    /// The others, by the names that the options give them.
    var members: [(name: String, verifier: any Verifier)] { get }
    /// Whether the problem may come to the member of that name.
    func sends(_ problem: Problem, to name: String) -> Bool
}

extension ComposedVerifier {
    /// Those of all members.
    public var keptFiles: [String] { members.flatMap(\.verifier.keptFiles) }
}

extension CombinedVerifier: ComposedVerifier {
    /// All parts.
    public var members: [(name: String, verifier: any Verifier)] { parts.map { ($0.name, $0.verifier) } }

    /// Any problem may come to any part.
    public func sends(_ problem: Problem, to name: String) -> Bool { true }

    /// The fault of a part without which the whole has no score; where the others decide, only what is every part's.
    public func goldFault(of problem: Problem) async -> GoldFault? {
        var faults: [GoldFault] = []
        for part in parts {
            guard let fault = await part.verifier.goldFault(of: problem) else { continue }
            faults.append(GoldFault(fault.kind, "part '\(part.name)': \(fault.reason)"))
        }
        return faults.count == parts.count || needsAllParts ? faults.first : nil
    }
}

extension RouteVerifier: ComposedVerifier {
    /// The routes, and the default under that name.
    public var members: [(name: String, verifier: any Verifier)] {
        routes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } + (fallback.map { [("default", $0)] } ?? [])
    }

    /// Problems of that route; those of no route come to the default.
    public func sends(_ problem: Problem, to name: String) -> Bool {
        let route = route(of: problem)
        return routes[route] == nil ? name == "default" && routes[name] == nil : name == route
    }

    /// The fault for the route's verifier, or that there is no route.
    public func goldFault(of problem: Problem) async -> GoldFault? {
        guard let verifier = verifier(for: problem) else {
            return GoldFault(.unreadable, unrouted(problem).explanation ?? "the problem has no route")
        }
        return await verifier.goldFault(of: problem)
    }
}
