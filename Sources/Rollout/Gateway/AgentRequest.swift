public import Experience

/// What an agent asks of the policy, in no protocol's words.
public struct AgentRequest: Sendable, Hashable {
    /// The whole conversation, as every protocol but a stateful one sends it.
    public var messages: [AgentMessage]
    /// What the policy may call.
    public var tools: [Tool]
    /// Whether calls are read from what it writes; else they are text.
    public var readsCalls = true
    /// Tokens that the agent wants at most; the run's own bound holds besides.
    public var maxTokens: Int?
    /// Strings that end the turn, beside the run's own.
    public var stop: [String] = []
    /// What tells two equal requests apart that are to be sampled each: a seed, an idempotency key.
    public var variant = ""
    /// The model as the agent names it; said back to it, and otherwise nothing.
    public var model = ""
    /// How the agent would sample; the run's own way wins, and what differs is counted.
    public var temperature: Double?
    /// See `temperature`.
    public var topP: Double?
    /// See `temperature`.
    public var topK: Int?
    /// Other members that have no effect here. They are counted.
    public var unheeded: [String] = []

    /// A request of messages and tools.
    public init(messages: [AgentMessage], tools: [Tool] = []) {
        (self.messages, self.tools) = (messages, tools)
    }
}

/// What makes two requests the same: the second gets the first one's reply.
struct CallKey: Sendable, Hashable {
    /// The conversation's place in the episode's tree.
    let place: Int
    let readsCalls: Bool
    let maxTokens: Int?
    let stop: [String]
    let variant: String

    init(_ request: AgentRequest, at place: Int) {
        (self.place, readsCalls, maxTokens) = (place, request.readsCalls, request.maxTokens)
        (stop, variant) = (request.stop, request.variant)
    }
}
