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
