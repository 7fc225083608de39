/// How completions are drawn. Stored with every group, so that a ratio can be judged later.
public struct SamplingParameters: Sendable, Hashable, Codable {
    /// Completions per problem, at least 1.
    public var n: Int = 8
    /// >= 0; 0 is greedy.
    public var temperature: Double = 1
    /// Nucleus mass in (0, 1]; 1 is off.
    public var topP: Double = 1
    /// Candidates kept; 0 is off.
    public var topK: Int = 0
    /// Relative probability floor in [0, 1); 0 is off.
    public var minP: Double = 0
    /// Upper bound on sampled tokens.
    public var maxTokens: Int = 512
    /// Stop strings.
    public var stop: [String] = []
    /// Top log-probs asked per position; 0 asks for the sampled token's only.
    public var topLogprobs: Int = 0

    /// The defaults above.
    public init() {}

    enum CodingKeys: String, CodingKey {
        case n, temperature, stop
        case topP = "top_p"
        case topK = "top_k"
        case minP = "min_p"
        case maxTokens = "max_tokens"
        case topLogprobs = "top_logprobs"
    }

    /// The section `sampling` of a configuration.
    public static let fields: [ConfigField] = [
        ConfigField("n", "completions per problem"),
        ConfigField("temperature", "0 is greedy; ratios are only sound with the log-probs of the same temperature"),
        ConfigField("top_p", "nucleus mass in (0, 1]; below 1 biases importance ratios"),
        ConfigField("top_k", "candidates kept; 0 is off"),
        ConfigField("min_p", "relative probability floor; 0 is off"),
        ConfigField("max_tokens", "upper bound on sampled tokens"),
        ConfigField("stop", "stop strings"),
        ConfigField("top_logprobs", "top candidates to record per token; 0 records the sampled one only"),
    ]

    /// What `n` may be.
    static let counts = 1...65_536

    /// Throws `ConfigProblem` for a value out of range.
    public func validate() throws {
        if !Self.counts.contains(n) { throw ConfigProblem("n", "must be between 1 and 65536, not \(n)") }
        if !(temperature >= 0 && temperature <= 100) { throw ConfigProblem("temperature", "must be between 0 and 100") }
        if !(topP > 0 && topP <= 1) { throw ConfigProblem("top_p", "must be in (0, 1]") }
        if topK < 0 { throw ConfigProblem("top_k", "must not be negative") }
        if !(minP >= 0 && minP < 1) { throw ConfigProblem("min_p", "must be in [0, 1)") }
        if maxTokens < 1 { throw ConfigProblem("max_tokens", "must be at least 1") }
        if !(0...100).contains(topLogprobs) { throw ConfigProblem("top_logprobs", "must be between 0 and 100") }
    }

    /// Whether tokens were drawn from a truncated distribution, which biases importance ratios.
    public var isTruncated: Bool { topP < 1 || topK > 0 || minP > 0 }
}

/// The n completions of one problem in one epoch: the unit of sampling, advantage and dispatch.
public struct RolloutGroup: Sendable, Hashable {
    /// Position in the run's problem order; with the run it identifies the group.
    public var ordinal: Int
    /// The problem that was sampled.
    public var problem: Problem
    /// How it was sampled.
    public var sampling: SamplingParameters
    /// Prompt token ids as the server reported them; empty when it did not.
    public var promptIDs: [Int32] = []
    /// Completions by index; may be fewer than `sampling.n` while sampling goes on.
    public var completions_G: [Completion]

    /// A group; completions may be added later.
    public init(ordinal: Int, problem: Problem, sampling: SamplingParameters, completions_G: [Completion] = []) {
        self.ordinal = ordinal
        self.problem = problem
        self.sampling = sampling
        self.completions_G = completions_G
    }
}
