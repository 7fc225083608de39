public import Experience

/// What is asked of a server, in no server's words.
public struct SampleRequest: Sendable, Hashable {
    /// What the model continues.
    public enum Input: Sendable, Hashable {
        /// Text or messages, tokenised by the server.
        case prompt(Prompt)
        /// Exact token ids, for example a prompt with the first part of a completion.
        case ids([Int32])
    }

    /// What the model continues.
    public var input: Input
    /// The model's name as the server lists it.
    public var model: String
    /// How to sample; `n` is not read, `count` is.
    public var sampling: SamplingParameters
    /// Completions wanted from this request.
    public var count = 1
    /// Seed of the first of them; below 2^31, which every server takes.
    public var seed: UInt64?
    /// Our id, sent so that the server's log can be matched and the request aborted.
    public var requestID = ""
    /// Whether the answer is to come as a stream of events.
    public var isStreaming = false
    /// What is asked and known of log-probs; nil asks for them and takes what the dialect knows.
    public var logprobs: LogprobMode?
    /// Special tokens that the text must show, which servers leave out of it: those around calls and thoughts.
    public var shownTokens: [String] = []
    /// How the endpoint wants it to be asked.
    var style = RequestStyle()

    /// Whether it goes to a chat route, or to another OpenAI route instead of it.
    var isChat: Bool {
        guard case .prompt(let prompt) = input else { return false }
        if case .chat = prompt { return true }
        return style.route == .chat
    }

    /// Whether log-probs are asked for.
    var asksLogprobs: Bool { logprobs != .off }

    /// One completion of `input`, not streamed.
    public init(input: Input, model: String, sampling: SamplingParameters) {
        self.input = input
        self.model = model
        self.sampling = sampling
    }
}

/// What is asked and known of a server's log-probs (`rollout.logprobs`).
public enum LogprobMode: String, Sendable, Codable, CaseIterable {
    /// They are not asked for: some models refuse them.
    case off
    /// They are of the model's own distribution, whatever the dialect thinks.
    case raw
    /// They are of the distribution that was sampled from, for example of vLLM with `--logprobs-mode processed_logprobs`.
    case processed

    /// Reads its word; `off` without quotes is false to YAML.
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let isOn = try? value.decode(Bool.self), !isOn {
            self = .off
            return
        }
        let word = try value.decode(String.self)
        guard let mode = Self(rawValue: word) else {
            throw DecodingError.dataCorruptedError(in: value, debugDescription: "off, raw or processed, not \(word)")
        }
        self = mode
    }

    /// The kind that it says; nil for `off`.
    var kind: LogprobKind? {
        switch self {
        case .off: nil
        case .raw: .raw
        case .processed: .processed
        }
    }
}
