internal import Synchronization

/// A probed server, ready to be asked.
public struct Endpoint: Sendable {
    /// The server's address without secrets.
    public var url: String { address.shown }
    /// What answers there.
    public let server: ServerKind
    /// The model's name as the server lists it.
    public let model: String
    /// How to ask.
    public let dialect: any Dialect
    /// Where.
    let address: ServerAddress
    /// Header lines that go with every request.
    let headers: [String]
    /// What of them must not stand in a message.
    let secrets: Secrets
    /// What is known of its log-probs beside what the dialect knows.
    var logprobs: LogprobMode?
    /// What its answers taught.
    let habits = ServerHabits()

    /// An endpoint that was not probed.
    public init(
        url: String, server: ServerKind, model: String, api: RolloutAPI = .auto, headers: [String] = []
    ) throws {
        try self.init(ServerAddress(url), server: server, model: model, api: api, headers: headers)
    }

    init(_ address: ServerAddress, server: ServerKind, model: String, api: RolloutAPI, headers: [String]) throws {
        self.address = address
        self.server = server
        self.model = model
        self.dialect = try server.dialect(api)
        self.headers = headers
        secrets = Secrets(address, headers: headers)
    }

    /// A POST to one of the server's routes.
    public func post(_ path: String, json: [UInt8]) -> HTTPRequest {
        address.post(path, headers: headers, json: json)
    }
}

extension Endpoint {
    /// `request` as this endpoint's errors taught to ask.
    public func taught(_ request: SampleRequest) -> SampleRequest {
        var request = request
        request.namesCompletionBudget = habits.namesCompletionBudget
        return request
    }

    /// Learns from an error how the same is to be asked; false when it teaches nothing new.
    public func learn(from error: SampleError) -> Bool { habits.learn(from: error) }
}

/// What an endpoint's answers taught of it.
final class ServerHabits: Sendable {
    private struct State {
        var namesCompletionBudget = false
        var newestVersion: Int?
    }

    private let state = Mutex(State())

    /// Whether the budget must be called `max_completion_tokens`.
    var namesCompletionBudget: Bool { state.withLock { $0.namesCompletionBudget } }

    /// The newest version of the weights that an answer named.
    var newestVersion: Int? { state.withLock { $0.newestVersion } }

    /// Takes note of a version that the server named.
    func note(version: Int) { state.withLock { $0.newestVersion = max($0.newestVersion ?? version, version) } }

    /// Learns from an error how the same is to be asked; false when it teaches nothing new.
    func learn(from error: SampleError) -> Bool {
        guard case .server(let answer) = error, answer.status == 400 || answer.status == 422,
            answer.message.contains("max_completion_tokens")
        else { return false }
        return state.withLock { state in
            defer { state.namesCompletionBudget = true }
            return !state.namesCompletionBudget
        }
    }
}
