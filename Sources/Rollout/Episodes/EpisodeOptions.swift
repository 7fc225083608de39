public import Experience
public import JSON
internal import Optim
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
    /// Episodes of a group that begin at its start, the others fork from them where the policy is unsure; 0 forks none.
    public var roots = 0
    /// Chance to fork at a turn as uncertain as the first.
    public var forkProbability = 0.5
    /// What a rise of the entropy adds to it.
    public var forkWeight = 0.5
    /// Tokens at the beginning of a turn whose entropies are summed.
    public var forkWindow = 20
    /// Forks that may begin at one turn.
    public var forkBeam = 1
    /// Size of the model's vocabulary, whose logarithm is the largest entropy of a token.
    public var vocabularySize = 151_936

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
        case roots
        case forkProbability = "fork_probability"
        case forkWeight = "fork_weight"
        case forkWindow = "fork_window"
        case forkBeam = "fork_beam"
        case vocabularySize = "vocabulary_size"
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
        ConfigField(
            "roots",
            "episodes of a group that begin at its start; the others fork where the policy is unsure; 0: none fork"),
        ConfigField("fork_probability", "chance to fork at a turn as uncertain as the first (ARPO)"),
        ConfigField("fork_weight", "what a rise of the entropy adds to that chance"),
        ConfigField("fork_window", "tokens at a turn's beginning whose entropies are summed"),
        ConfigField("fork_beam", "forks that may begin at one turn"),
        ConfigField("vocabulary_size", "tokens of the model's vocabulary, which entropies are measured against"),
    ]

    /// When an episode forks.
    var branching: EntropyBranching {
        var branching = EntropyBranching()
        (branching.probability, branching.weight, branching.window) = (forkProbability, forkWeight, forkWindow)
        return branching
    }

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
        for (key, value, range) in [
            ("roots", roots, 0...100_000), ("fork_window", forkWindow, 1...100_000), ("fork_beam", forkBeam, 1...1000),
            ("vocabulary_size", vocabularySize, 2...100_000_000),
        ] where !range.contains(value) {
            throw ConfigProblem(key, "must be between \(range.lowerBound) and \(range.upperBound), not \(value)")
        }
        guard (0...1).contains(forkProbability) else {
            throw ConfigProblem("fork_probability", "must be between 0 and 1, not \(forkProbability)")
        }
        guard (0...1e6).contains(forkWeight) else {
            throw ConfigProblem("fork_weight", "must be between 0 and 1000000, not \(forkWeight)")
        }
        if let toolSyntax, ToolSyntax(named: toolSyntax) == nil {
            throw ConfigProblem(
                "tool_syntax", "'\(toolSyntax)' is not one of " + ToolSyntax.all.map(\.name).joined(separator: ", "))
        }
    }
}
