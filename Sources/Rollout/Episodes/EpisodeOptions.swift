public import Experience
public import JSON
internal import ToolCalls

/// The section `environment` of a configuration: what the policy acts in, and how far an episode may go.
public struct EpisodeOptions: Sendable, Hashable, Codable {
    /// The environment's name; empty samples answers of one turn.
    public var name = ""
    /// Its own options.
    public var options: JSONValue = .object([])
    /// Turns of the policy at most.
    public var maxTurns = 8
    /// Calls of an episode at most, bad ones among them.
    public var maxCalls = 64
    /// Sampled tokens of an episode at most; 0 is no bound beside `sampling.max_tokens` of each turn.
    public var maxTokens = 0
    /// Tokens of prompt, turns and results together at most; 0 is no bound.
    public var maxContext = 0
    /// Seconds of an episode at most.
    public var maxSeconds = 600.0
    /// Seconds in which an episode must have begun.
    public var startTimeout = 60.0
    /// Seconds in which a step must have answered.
    public var stepTimeout = 60.0
    /// Tries of a whole episode that failed by no fault of the policy, the first among them.
    public var attempts = 2
    /// How the model writes calls; nil recognises it by what the template renders.
    public var toolSyntax: String?

    enum CodingKeys: String, CodingKey {
        case name, options, attempts
        case maxTurns = "max_turns"
        case maxCalls = "max_calls"
        case maxTokens = "max_tokens"
        case maxContext = "max_context"
        case maxSeconds = "max_seconds"
        case startTimeout = "start_timeout"
        case stepTimeout = "step_timeout"
        case toolSyntax = "tool_syntax"
    }

    /// No environment.
    public init() {}

    /// The keys of the section.
    public static let fields: [ConfigField] = [
        ConfigField(
            "name", "what the policy acts in over several turns ('assay env list'); empty samples single answers"),
        ConfigField("options", "the environment's own options", kind: .free),
        ConfigField("max_turns", "turns of the policy per episode"),
        ConfigField("max_calls", "calls of tools per episode"),
        ConfigField("max_tokens", "sampled tokens per episode; 0 bounds each turn alone, by sampling.max_tokens"),
        ConfigField("max_context", "tokens of prompt, turns and results together; 0 is the server's own bound"),
        ConfigField("max_seconds", "seconds per episode"),
        ConfigField("start_timeout", "seconds in which the environment must begin an episode"),
        ConfigField("step_timeout", "seconds in which it must answer a turn"),
        ConfigField("attempts", "tries of an episode that failed by no fault of the policy"),
        ConfigField(
            "tool_syntax", "how the model writes calls; unset recognises it by its chat template",
            words: ToolSyntax.all.map(\.name)),
    ]

    /// Throws `ConfigProblem` for a value out of range.
    public func validate() throws {
        let counts = [("max_turns", maxTurns, 1), ("max_calls", maxCalls, 1), ("attempts", attempts, 1)]
        for (key, value, least) in counts + [("max_tokens", maxTokens, 0), ("max_context", maxContext, 0)]
        where !(least...100_000_000).contains(value) {
            throw ConfigProblem(key, "must be between \(least) and 100000000, not \(value)")
        }
        for (key, value) in [
            ("max_seconds", maxSeconds), ("start_timeout", startTimeout), ("step_timeout", stepTimeout),
        ] where !(value > 0 && value < 1e7) {
            throw ConfigProblem(key, "must be a number of seconds above 0 and below 10000000, not \(value)")
        }
        if let toolSyntax, ToolSyntax(named: toolSyntax) == nil {
            throw ConfigProblem(
                "tool_syntax", "'\(toolSyntax)' is not one of " + ToolSyntax.all.map(\.name).joined(separator: ", "))
        }
    }
}
