import HTTPTypes
import JSON
import Rollout

/// A protocol in which agents ask models: a translation to and from what the gateway knows, and nothing else.
protocol AgentProtocol: Sendable {
    /// The path below a base URL.
    var path: String { get }

    /// Reads a request. Throws `AgentFailure` for what cannot be answered, saying what to do instead.
    func read(_ body: JSONValue) throws(AgentFailure) -> AgentAsk

    /// The whole reply.
    func whole(_ reply: AgentReply, to ask: AgentAsk) -> JSONValue

    /// The reply as the events of a stream, in the order of the protocol's own servers.
    func events(_ reply: AgentReply, to ask: AgentAsk) -> EventWriter

    /// Status and body of a failure.
    func failure(_ failure: AgentFailure) -> (status: Int, body: JSONValue)
}

/// A request as it was asked.
struct AgentAsk: Sendable {
    var request: AgentRequest
    var isStreaming = false
    /// Whether a stream of chat shall end with the usage.
    var wantsUsage = false
    /// Whether thoughts are given back.
    var wantsThoughts = true
    /// Members that the reply repeats.
    var body: JSONValue
}

/// Server-sent events.
struct EventWriter: Sendable {
    private(set) var bytes: [UInt8] = []

    /// An event of data alone.
    mutating func data(_ value: JSONValue) { line("data: ", value.bytes, "\n\n") }

    /// A named event.
    mutating func event(_ name: String, _ value: JSONValue) {
        line("event: ", Array(name.utf8), "\n")
        data(value)
    }

    /// What ends a stream of chat.
    mutating func done() { line("data: ", Array("[DONE]".utf8), "\n\n") }

    private mutating func line(_ head: StaticString, _ body: [UInt8], _ end: StaticString) {
        head.withUTF8Buffer { bytes += $0 }
        bytes += body
        end.withUTF8Buffer { bytes += $0 }
    }
}

extension AgentReply {
    var seconds: Int { Int(createdAt / 1000) }
    var totalTokens: Int { promptTokens + sampledTokens }
    /// The model as the agent named it.
    func model(_ ask: AgentAsk) -> JSONValue { .string(ask.request.model.isEmpty ? model : ask.request.model) }
}
