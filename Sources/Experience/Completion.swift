/// Why sampling of a completion ended.
public enum FinishReason: String, Sendable, Codable, CaseIterable {
    /// An end-of-sequence token or a stop string.
    case stop
    /// The token budget: the completion is truncated.
    case length
    /// The server or the scheduler cut it short; the text is a prefix.
    case abort
    /// The server failed in the middle; the text is what had arrived.
    case error
}

/// A run of completion tokens sampled by one version of the policy's weights.
public struct WeightSpan: Sendable, Hashable, Codable {
    /// Policy version.
    public var version: Int
    /// First token (inclusive) and last (exclusive) of the completion.
    public var tokens: Range<Int>

    /// Tokens of `version`.
    public init(version: Int, tokens: Range<Int>) {
        self.version = version
        self.tokens = tokens
    }
}

/// The most likely tokens at one position, as far as the server reported them.
public struct TopTokens: Sendable, Hashable {
    /// Token ids, or -1 where the server gave only strings; same length as `logprobs`.
    public var ids: [Int32]
    /// Natural-log probabilities, descending.
    public var logprobs: [Float]

    /// Parallel arrays of ids and log-probabilities.
    public init(ids: [Int32], logprobs: [Float]) {
        self.ids = ids
        self.logprobs = logprobs
    }
}

/// What the reported log-probabilities are of.
public enum LogprobKind: String, Sendable, Codable {
    /// Of the distribution the token was drawn from: after temperature and truncation.
    case processed
    /// Of the model's own distribution, before temperature and truncation.
    case raw
    /// The server does not say.
    case unknown
}

/// One sampled answer to a problem.
///
/// `tokenIDs`, `logprobs` and `topTokens` are empty when the server did not give them, else of length T, the number of
/// sampled tokens. They are never re-encoded from text.
public struct Completion: Sendable, Hashable {
    /// 0..<n inside its group.
    public var index: Int
    /// The decoded text as the server gave it.
    public var text: String
    /// The model's thoughts, where the server gives them apart from the text; the ids hold both.
    public var reasoning: String?
    /// The tools that the model calls, where the server gives them apart: a JSON list of `{id, name, arguments}`.
    public var toolCalls: String?
    /// Sampled token ids, length T or empty.
    public var tokenIDs: [Int32] = []
    /// Natural-log probability of each sampled token, each finite and <= 0, length T or empty.
    public var logprobs: [Float] = []
    /// Which tokens have a log-prob of their own, 1 or 0, length T; empty when all have. llama.cpp gives the tokens of a split
    /// character one log-prob together: the others stand as 0 in `logprobs` and are no part of any loss.
    public var mask: [UInt8] = []
    /// The top candidates per position, length T or empty.
    public var topTokens: [TopTokens] = []
    /// What `logprobs` are of.
    public var logprobKind: LogprobKind = .unknown
    /// Number of sampled tokens, as counted by us when ids or log-probs arrived; nil when nothing tells.
    public var tokenCount: Int?
    /// Why sampling ended.
    public var finish: FinishReason
    /// The stop string or stop token id that matched, if the server says.
    public var stopReason: String?
    /// Policy versions by token range; empty when the server has no versions.
    public var weightSpans: [WeightSpan] = []
    /// Base URL of the server that sampled it.
    public var endpoint = ""
    /// The model's name as the server reported it.
    public var model = ""
    /// Seed sent with the request.
    public var seed: UInt64?
    /// Our id of the request that returned it.
    public var requestID = ""
    /// 1 for the first try.
    public var attempt = 1
    /// Request start and end, milliseconds since 1970 UTC.
    public var startedAt: Int64 = 0
    /// See `startedAt`.
    public var finishedAt: Int64 = 0

    /// A completion; the rest has defaults for text that was sampled elsewhere.
    public init(index: Int = 0, text: String, finish: FinishReason = .stop) {
        self.index = index
        self.text = text
        self.finish = finish
    }
}
