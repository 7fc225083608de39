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
    /// Which routes were asked for.
    let api: RolloutAPI
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
        self.api = api
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
        request.style = habits.style
        return request
    }

    /// Learns from an error of `request` how the same is to be asked; false when it is not to be asked otherwise.
    public func learn(from error: SampleError, asked request: SampleRequest) -> Bool {
        learn(from: error, asked: request.style, request.input)
    }

    /// The same of a request in a style. One that another had taught meanwhile is to be asked again, too.
    func learn(from error: SampleError, asked style: RequestStyle, _ input: SampleRequest.Input) -> Bool {
        guard let taught = style.taught(by: error, input, api: api) else { return false }
        habits.learn(taught)
        return true
    }
}

/// What an endpoint's answers taught of it.
final class ServerHabits: Sendable {
    private struct State {
        var style = RequestStyle()
        var newestVersion: Int?
    }

    private let state = Mutex(State())

    /// How requests are to be asked.
    var style: RequestStyle { state.withLock { $0.style } }

    /// The newest version of the weights that an answer named.
    var newestVersion: Int? { state.withLock { $0.newestVersion } }

    /// Takes note of a version that the server named.
    func note(version: Int) { state.withLock { $0.newestVersion = max($0.newestVersion ?? version, version) } }

    /// Adds what an error taught.
    func learn(_ style: RequestStyle) {
        state.withLock { state in
            state.style.namesCompletionBudget = state.style.namesCompletionBudget || style.namesCompletionBudget
            state.style.route = state.style.route ?? style.route
        }
    }
}
