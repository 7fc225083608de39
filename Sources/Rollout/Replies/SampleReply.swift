public import Experience

/// What one request brought.
public struct SampleReply: Sendable, Hashable {
    /// Prompt token ids, if the server gives them.
    public var promptIDs: [Int32] = []
    /// Number of prompt tokens as the server counts them; nil when it does not say.
    public var promptTokenCount: Int?
    /// The version of the weights at the end of the request, where that is all that the server says of versions: the first
    /// tokens may be of an older one.
    public var endVersion: Int?
    /// The samples, by choice index.
    public var completions: [Completion] = []
    /// The choices that are no sample, by choice index; with `completions` as many as were asked for.
    public var failures: [ChoiceFailure] = []
}

/// A choice that is no sample and is never judged.
public struct ChoiceFailure: Sendable, Hashable {
    /// The choice's index in its request.
    public var index: Int
    /// Why; what is done about it says `RetryPolicy`.
    public var error: SampleError
    /// What had come of it, finish `abort`, when it can be gone on with: its ids end with a whole character.
    public var beginning: Completion?
}
