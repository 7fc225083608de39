internal import Experience
internal import JSON

extension JSONWriter {
    mutating func member(_ key: String, _ value: Int) {
        self.key(key)
        int(value)
    }

    mutating func member(_ key: String, _ value: UInt64) {
        self.key(key)
        raw(String(value).utf8)
    }

    mutating func member(_ key: String, _ value: Double) {
        self.key(key)
        double(value)
    }

    mutating func member(_ key: String, _ value: Bool) {
        self.key(key)
        bool(value)
    }

    mutating func member(_ key: String, _ value: String) {
        self.key(key)
        string(value)
    }

    /// The members `messages` and, where there are some, `tools`.
    mutating func chat(_ chat: Chat) {
        key("messages")
        value(chat.messagesJSON)
        guard let tools = chat.tools else { return }
        key("tools")
        value(tools)
    }

    /// A list of token ids.
    mutating func ids(_ key: String, _ ids: [Int32]) {
        self.key(key)
        int32s(ids)
    }

    /// What shapes the distribution, under the names that most servers share; `topK` is the server's number for "all".
    mutating func shape(of sampling: SamplingParameters, allTopK: Int = 0, repetition: String) {
        member("temperature", sampling.temperature)
        member("top_p", sampling.topP)
        member("top_k", sampling.topK > 0 ? sampling.topK : allTopK)
        member("min_p", sampling.minP)
        member(repetition, 1)
    }

    /// The stop strings, where there are some.
    mutating func stops(of sampling: SamplingParameters) {
        if sampling.stop.isEmpty { return }
        key("stop")
        array { list in for stop in sampling.stop { list.string(stop) } }
    }

    /// Has special tokens in the text where some must be shown, under the names that vLLM and SGLang share.
    mutating func specialTokens(shown: [String]) {
        if shown.isEmpty { return }
        member("skip_special_tokens", false)
        member("spaces_between_special_tokens", false)
    }

    /// How many samples, from which seed, and what ends them, under the names that vLLM and SGLang share.
    mutating func draws(of request: SampleRequest, seed name: String, minTokens: String) {
        if request.count > 1 { member("n", request.count) }
        if let seed = request.seed { member(name, seed) }
        stops(of: request.sampling)
        limits(of: request.sampling, minTokens: minTokens)
    }

    /// What else bounds or bends sampling, under the names that vLLM and SGLang share.
    mutating func limits(of sampling: SamplingParameters, minTokens: String) {
        if let ids = sampling.stopTokenIDs {
            key("stop_token_ids")
            array { list in for id in ids { list.int(id) } }
        }
        if let count = sampling.minTokens { member(minTokens, count) }
        if let bias = sampling.logitBias {
            key("logit_bias")
            value(bias)
        }
    }
}
