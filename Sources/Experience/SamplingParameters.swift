public import JSON
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
    // What follows is nil unless it is set, so that runs sampled before it existed are the same samplings as ever.
    /// Ids that end a completion, beside the model's own.
    public var stopTokenIDs: [Int]?
    /// Tokens before which a completion does not end.
    public var minTokens: Int?
    /// What is added to tokens' logits: `{"id": bias}`.
    public var logitBias: JSONValue?
    /// What the chat template is given, for example `{"enable_thinking": false}`.
    public var chatTemplateKwargs: JSONValue?
    /// Members laid over the request's body at the end, objects member by member; null takes one away.
    public var extra: JSONValue?

    /// The defaults above.
    public init() {}

    enum CodingKeys: String, CodingKey {
        case n, temperature, stop
        case topP = "top_p"
        case topK = "top_k"
        case minP = "min_p"
        case maxTokens = "max_tokens"
        case topLogprobs = "top_logprobs"
        case stopTokenIDs = "stop_token_ids"
        case minTokens = "min_tokens"
        case logitBias = "logit_bias"
        case chatTemplateKwargs = "chat_template_kwargs"
        case extra
    }

    /// The section `sampling` of a configuration.
    public static let fields: [ConfigField] = [
        ConfigField("n", "completions per problem"),
        ConfigField("temperature", "0 is greedy; ratios are only sound with the log-probs of the same temperature"),
        ConfigField("top_p", "nucleus mass in (0, 1]; below 1 biases importance ratios"),
        ConfigField("top_k", "candidates kept; 0 or -1 is off"),
        ConfigField("min_p", "relative probability floor; 0 is off"),
        ConfigField("max_tokens", "upper bound on sampled tokens"),
        ConfigField("stop", "stop strings"),
        ConfigField("top_logprobs", "top candidates to record per token; 0 records the sampled one only"),
        ConfigField("stop_token_ids", "token ids that end a completion, beside the model's own"),
        ConfigField("min_tokens", "tokens before which a completion does not end"),
        ConfigField("logit_bias", "what is added to tokens' logits, {id: bias}; it makes ratios unusable", kind: .free),
        ConfigField("chat_template_kwargs", "given to the chat template, {enable_thinking: false}", kind: .free),
        ConfigField(
            "extra", "members laid over every request's body, objects member by member; null takes one away",
            kind: .free),
    ]

    /// What `n` may be.
    static let counts = 1...65_536

    /// Throws `ConfigProblem` for a value out of range.
    public func validate() throws {
        if !Self.counts.contains(n) { throw ConfigProblem("n", "must be between 1 and 65536, not \(n)") }
        if !(temperature >= 0 && temperature <= 100) { throw ConfigProblem("temperature", "must be between 0 and 100") }
        if !(topP > 0 && topP <= 1) { throw ConfigProblem("top_p", "must be in (0, 1]") }
        if topK < -1 { throw ConfigProblem("top_k", "must not be negative; 0 or -1 is off") }
        if !(minP >= 0 && minP < 1) { throw ConfigProblem("min_p", "must be in [0, 1)") }
        if maxTokens < 1 { throw ConfigProblem("max_tokens", "must be at least 1") }
        if !(0...100).contains(topLogprobs) { throw ConfigProblem("top_logprobs", "must be between 0 and 100") }
        if let id = stopTokenIDs?.first(where: { Int32(exactly: $0) == nil || $0 < 0 }) {
            throw ConfigProblem("stop_token_ids", "\(id) is no token id")
        }
        if let minTokens, !(0...maxTokens).contains(minTokens) {
            throw ConfigProblem("min_tokens", "must be between 0 and max_tokens")
        }
        // Answers are read by them; each has a key of its own.
        for (name, key) in [("stream", "rollout.stream"), ("n", "rollout.samples_per_request")] {
            if let value = extra?[name], !value.isNull {
                throw ConfigProblem("extra", "must not hold '\(name)', which is set by \(key)")
            }
        }
    }

    /// Whether tokens were drawn from a truncated distribution, which biases importance ratios.
    public var isTruncated: Bool { topP < 1 || topK > 0 || minP > 0 }

    /// These as the server is told them, with what `extra` says of the distribution.
    public var effective: SamplingParameters {
        guard let extra else { return self }
        var other = self
        let members = [
            extra, extra["sampling_params"] ?? .null, extra["parameters"] ?? .null, extra["options"] ?? .null,
        ]
        for member in members {
            other.temperature = member["temperature"]?.doubleValue ?? other.temperature
            other.topP = member["top_p"]?.doubleValue ?? other.topP
            other.topK = member["top_k"]?.intValue ?? other.topK
            other.minP = member["min_p"]?.doubleValue ?? other.minP
        }
        return other
    }

    /// The first setting that bends the distribution away from the policy's own at some temperature; nil when none does.
    public var distortion: String? {
        if let logitBias, logitBias.objectValue?.isEmpty == false { return "logit_bias" }
        let members = [extra, extra?["sampling_params"], extra?["parameters"], extra?["options"]].compactMap(\.self)
        for member in members {
            for (name, neutral) in Self.penalties {
                if let value = member[name]?.doubleValue, value != neutral { return name }
            }
            if member["logit_bias"]?.objectValue?.isEmpty == false { return "logit_bias" }
        }
        return nil
    }

    private static let penalties = [
        ("presence_penalty", 0.0), ("frequency_penalty", 0), ("repetition_penalty", 1), ("repeat_penalty", 1),
        ("dry_multiplier", 0), ("xtc_probability", 0), ("typical_p", 1),
    ]
}
