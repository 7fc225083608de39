import Experience
import HTTPTypes
import JSON
import Verifiers

/// The verifiers of a server by name, and which of them serves which protocol.
struct VerifierPool: Sendable {
    /// In the order of the configuration.
    let endpoints: [VerifierEndpoint]
    /// What was left out, and why.
    let notes: [String]
    private let protocols: [TrainerProtocol: String]

    init(options: ServeOptions, registry: VerifierRegistry, cores: Int) throws {
        var endpoints: [VerifierEndpoint] = []
        var notes: [String] = []
        for member in options.verifiers.objectValue ?? [] {
            try Self.check(member.value, key: "verifiers.\(member.key)")
            let name = member.value["verifier"]?.stringValue ?? member.value.stringValue ?? member.key
            do {
                let given = member.value["options"] ?? .object([])
                let verifier = try Self.make(name, given, registry, cores: cores)
                let most = member.value["max_pending"]?.intValue ?? options.maxPending
                endpoints.append(
                    VerifierEndpoint(
                        name: member.key, verifier: verifier, cores: cores, maxPending: most,
                        maxPerOwner: options.maxPerToken(of: most)))
            } catch let error as VerifierOptionsError {
                let inner = error.key.isEmpty ? "" : ".options.\(error.key)"
                throw ConfigProblem("verifiers.\(member.key)\(inner)", error.message)
            }
        }
        if endpoints.isEmpty {
            for name in ["math", "exact", "choice", "code"] where registry.entries.contains(where: { $0.name == name })
            {
                do {
                    let verifier = try Self.make(name, .object([]), registry, cores: cores)
                    endpoints.append(
                        VerifierEndpoint(
                            name: name, verifier: verifier, cores: cores, maxPending: options.maxPending,
                            maxPerOwner: options.maxPerToken(of: options.maxPending)))
                } catch {
                    notes.append("'\(name)' is off: \(error)")
                }
            }
        }
        self.endpoints = endpoints
        self.notes = notes
        let names = endpoints.map(\.name)
        var protocols: [TrainerProtocol: String] = [:]
        for kind in TrainerProtocol.allCases {
            if let usual = kind.usualVerifier, names.contains(usual) { protocols[kind] = usual }
        }
        for member in options.protocols.objectValue ?? [] {
            guard let kind = TrainerProtocol(rawValue: member.key) else {
                let known = TrainerProtocol.allCases.map(\.rawValue)
                let hint = member.key.nearest(in: known).map { "did you mean '\($0)'?" }
                throw ConfigProblem(
                    "protocols.\(member.key)",
                    "no such protocol; " + (hint ?? "known: \(known.joined(separator: ", "))"))
            }
            guard let name = member.value.stringValue, names.contains(name) else {
                throw ConfigProblem(
                    "protocols.\(member.key)",
                    "expected a verifier of this server: \(names.joined(separator: ", "))")
            }
            protocols[kind] = name
        }
        self.protocols = protocols
    }

    // Programs that sleep need places of the sandbox as well; who may be in them is decided at the lane.
    private static func make(
        _ name: String, _ given: JSONValue, _ registry: VerifierRegistry, cores: Int
    ) throws -> any Verifier {
        let verifier = try registry.make(name, options: given)
        guard verifier is CodeVerifier, given["slots"] == nil else { return verifier }
        let slots = JSONValue.Member("slots", .int(Slots.programPlaces(cores: cores)))
        return try registry.make(name, options: .object((given.objectValue ?? []) + [slots]))
    }

    private static func check(_ json: JSONValue, key: String) throws {
        let known = ["verifier", "options", "max_pending"]
        if json.objectValue == nil, json.stringValue == nil {
            throw ConfigProblem(key, "expected a verifier's name, or {\(known.joined(separator: ", "))}")
        }
        for member in json.objectValue ?? [] where !known.contains(member.key) {
            throw ConfigProblem("\(key).\(member.key)", "no such key" + member.key.hint(among: known))
        }
        if let name = json["verifier"], name.stringValue == nil {
            throw ConfigProblem("\(key).verifier", "expected a verifier's name, not \(name.text)")
        }
        if let most = json["max_pending"], most.intValue.map({ $0 < 1 }) ?? true {
            throw ConfigProblem("\(key).max_pending", "expected an integer of at least 1, not \(most.text)")
        }
    }

    /// The named verifier, or the first; an unknown name is an error that gives the nearest.
    func endpoint(_ name: String?) throws -> VerifierEndpoint {
        guard let name else {
            if let first = endpoints.first { return first }
            throw APIError.off("this server has no verifiers")
        }
        if let endpoint = endpoints.first(where: { $0.name == name }) { return endpoint }
        let known = endpoints.map(\.name)
        let hint = name.nearest(in: known).map { "did you mean '\($0)'?" } ?? "known: \(known.joined(separator: ", "))"
        throw APIError(
            status: .unprocessableContent, code: "unknown_verifier",
            message: "there is no verifier '\(name.prefix(100))'; \(hint)")
    }

    /// The verifier of a trainer protocol.
    func endpoint(for kind: TrainerProtocol) throws -> VerifierEndpoint {
        guard let name = protocols[kind] else {
            throw APIError.off("'\(kind.rawValue)' has no verifier; name one under serve.protocols")
        }
        return try endpoint(name)
    }

    /// The first verifier that can run programs as they are, and the places that it runs them in.
    var programs: (runner: any ProgramRunner, slots: Slots)? {
        endpoints.lazy.compactMap { endpoint in
            (endpoint.verifier as? any ProgramRunner).map { ($0, endpoint.lane.slots) }
        }.first
    }

    /// Releases what the verifiers hold.
    func shutdown() async {
        for endpoint in endpoints { await endpoint.verifier.shutdown() }
    }
}
