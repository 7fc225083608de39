public import Experience

/// A language model that a verifier may ask. Verifiers know no server: the command hands one in.
public protocol TextGenerator: Sendable {
    /// `count` answers; throws when there are none, with a sentence as description.
    func generate(_ prompt: Prompt, count: Int, temperature: Double, maxTokens: Int, seed: UInt64) async throws
        -> [String]

    /// The natural-log probability of each token of `continuation` after `prefix`, in order; nil when the server does
    /// not tell.
    func logprobs(of continuation: String, after prefix: String) async throws -> [Double]?
}

/// Where a judge is reached.
public struct JudgeEndpoint: Sendable {
    /// Root of an OpenAI-compatible server.
    public var url: String
    /// The model's name; nil for the server's only one.
    public var model: String?
    /// Header lines of every request, with the key.
    public var headers: [String]
    /// Longest wait for an answer, in seconds.
    public var timeout: Double

    /// An endpoint.
    public init(url: String, model: String?, headers: [String], timeout: Double) {
        (self.url, self.model, self.headers, self.timeout) = (url, model, headers, timeout)
    }
}
