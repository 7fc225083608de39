/// One turn of the policy with what it brought, as it is stored.
public struct Turn: Sendable, Hashable {
    /// From 0.
    public var number: Int
    /// What the policy did.
    public var action: Action
    /// What the environment answered, the answers to bad calls among its results; nil where the episode ended before.
    public var observation: Observation?
    /// Why sampling of the turn ended.
    public var finish: FinishReason
    /// Our id of the request.
    public var requestID: String
    /// Tokens sampled in the turn.
    public var sampledTokens: Int
    /// Time in the model, milliseconds.
    public var sampledMilliseconds: Double
    /// Time in the environment, milliseconds.
    public var environmentMilliseconds: Double

    /// A turn.
    public init(
        number: Int, action: Action, observation: Observation? = nil, finish: FinishReason = .stop,
        requestID: String = "", sampledTokens: Int = 0, sampledMilliseconds: Double = 0,
        environmentMilliseconds: Double = 0
    ) {
        self.number = number
        self.action = action
        self.observation = observation
        self.finish = finish
        self.requestID = requestID
        self.sampledTokens = sampledTokens
        self.sampledMilliseconds = sampledMilliseconds
        self.environmentMilliseconds = environmentMilliseconds
    }
}
