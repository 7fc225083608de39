public import Experience
import JSON

/// Sends each problem to the verifier that its record names: one run over several kinds of task.
public struct RouteVerifier: Verifier {
    /// The registered name.
    public let name = "route"
    private let field: String
    let fallback: (any Verifier)?
    let routes: [String: any Verifier]

    /// Routes by the text of a record's `field`; `fallback` judges records whose value has no route.
    public init(field: String, routes: [String: any Verifier], fallback: (any Verifier)?) {
        self.field = field
        self.routes = routes
        self.fallback = fallback
    }

    /// Adds it as "route".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "route", summary: "each problem's record names its verifier",
            options: [
                ("field", "the record's field that names the route (verifier)"),
                ("routes", "for each value of the field: a verifier's name, or {verifier, options}"),
                ("default", "the verifier of records without a route; absent: such records are errors"),
            ]
        ) { options, registry in
            let reader = OptionsReader(options)
            var routes: [String: any Verifier] = [:]
            for member in options["routes"]?.objectValue ?? [] {
                routes[member.key] = try registry.make(nested: member.value, key: "routes.\(member.key)")
            }
            if routes.isEmpty { throw VerifierOptionsError(key: "routes", "expected at least one route") }
            return RouteVerifier(
                field: try reader.string("field") ?? "verifier", routes: routes,
                fallback: try options["default"].map { try registry.make(nested: $0, key: "default") })
        }
    }

    /// The versions of all routes.
    public var version: String {
        let parts = routes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.name)/\($0.value.version)" }
        return "1(" + (parts + (fallback.map { ["default=\($0.name)/\($0.version)"] } ?? [])).joined(separator: ",")
            + ")"
    }

    /// A route may judge by fields alone; a missing answer is then that verifier's own error.
    public var needsAnswer: Bool { false }

    /// Judges by the problem's route.
    public func verify(_ item: VerificationItem) async -> Verdict {
        guard let verifier = verifier(for: item.problem) else { return unrouted(item.problem) }
        return await verifier.verify(item)
    }

    /// Judges in batches by route, so that each verifier sees as many items at once as there are.
    public func verify(_ items: [VerificationItem]) async -> [Verdict] {
        var verdicts = items.map { unrouted($0.problem) }
        var slotsByRoute: [String: [Int]] = [:]
        for (slot, item) in items.enumerated() { slotsByRoute[route(of: item.problem), default: []].append(slot) }
        for (_, slots) in slotsByRoute.sorted(by: { $0.key < $1.key }) {
            guard let verifier = verifier(for: items[slots[0]].problem) else { continue }
            for (slot, verdict) in zip(slots, await verifier.verdicts(of: slots.map { items[$0] })) {
                verdicts[slot] = verdict
            }
        }
        return verdicts
    }

    /// Shuts all routes down.
    public func shutdown() async {
        for verifier in routes.values { await verifier.shutdown() }
        await fallback?.shutdown()
    }

    func route(of problem: Problem) -> String { (problem.fields.strings([field]).first ?? nil) ?? "" }

    func verifier(for problem: Problem) -> (any Verifier)? { routes[route(of: problem)] ?? fallback }

    func unrouted(_ problem: Problem) -> Verdict {
        .verifierError(
            reason: "noRoute",
            explanation: "the record's '\(field)' is '\(route(of: problem))'; routes: "
                + routes.keys.sorted().joined(separator: ", "))
    }
}
