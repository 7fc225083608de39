/// The tokens of an episode after its first prompt, in the order in which the model has them in its context: what the
/// policy sampled, and what it was given. A sampled token is never encoded again.
///
/// All arrays are of length T, the tokens behind the prompt.
public struct TokenStream: Sendable, Hashable {
    /// Where a run of tokens came from.
    public enum Origin: String, Sendable, Codable, CaseIterable {
        /// Sampled by the policy.
        case policy
        /// A tool's result.
        case tool
        /// A message of the environment or of a user.
        case user
        /// Written by the template alone, such as an end token where a turn ended by its budget.
        case template
        /// A hint to a group that fails whole.
        case hint
    }

    /// Tokens of one origin, end to end.
    public struct Segment: Sendable, Hashable {
        /// The policy's turn that they are, or that they answer; from 0.
        public var turn: Int
        /// Where they came from.
        public var origin: Origin
        /// First (inclusive) and last (exclusive) of them in the stream.
        public var tokens: Range<Int>
        /// As text, where it is known.
        public var text: String
    }

    /// Token ids.
    public private(set) var ids_T: [Int32] = []
    /// Natural-log probabilities; 0 where the mask is 0.
    public private(set) var logprobs_T: [Float] = []
    /// 1 where the policy sampled the token and the server gave it a log-prob of its own, else 0.
    public private(set) var mask_T: [UInt8] = []
    /// Versions of the policy by sampled token.
    public private(set) var weightSpans: [WeightSpan] = []
    /// In order, without gaps.
    public private(set) var segments: [Segment] = []

    /// An empty stream.
    public init() {}

    /// T.
    public var count: Int { ids_T.count }
    /// Tokens that the policy sampled, with a log-prob of their own or not.
    public var sampledCount: Int { segments.reduce(0) { $0 + ($1.origin == .policy ? $1.tokens.count : 0) } }

    /// Appends what the policy sampled, as the server gave it. False, and nothing appended, when its log-probs or its mask
    /// are of another length than its ids.
    public mutating func append(sampled completion: Completion, turn: Int) -> Bool {
        let ids = completion.tokenIDs
        guard completion.logprobs.count == ids.count, completion.mask.isEmpty || completion.mask.count == ids.count
        else { return false }
        let start = count
        ids_T += ids
        logprobs_T += completion.logprobs
        mask_T += completion.mask.isEmpty ? [UInt8](repeating: 1, count: ids.count) : completion.mask
        weightSpans += completion.weightSpans.map {
            WeightSpan(
                version: $0.version,
                tokens: start + min($0.tokens.lowerBound, ids.count)..<start + min($0.tokens.upperBound, ids.count))
        }
        segments.append(Segment(turn: turn, origin: .policy, tokens: start..<count, text: completion.text))
        return true
    }

    /// Appends what the policy is given.
    public mutating func append(context ids: [Int32], _ origin: Origin, turn: Int, text: String) {
        guard !ids.isEmpty else { return }
        let start = count
        ids_T += ids
        logprobs_T += [Float](repeating: 0, count: ids.count)
        mask_T += [UInt8](repeating: 0, count: ids.count)
        segments.append(Segment(turn: turn, origin: origin, tokens: start..<count, text: text))
    }

    /// Marks the first tokens as another row's: they are context here, and trained where they were sampled.
    public mutating func giveAway(first count: Int) {
        for token in 0..<min(max(0, count), self.count) {
            mask_T[token] = 0
            logprobs_T[token] = 0
        }
    }

    /// Appends another stream, as the journal kept it.
    public mutating func append(_ other: TokenStream) {
        let start = count
        ids_T += other.ids_T
        logprobs_T += other.logprobs_T
        mask_T += other.mask_T
        weightSpans += other.weightSpans.map {
            WeightSpan(version: $0.version, tokens: $0.tokens.lowerBound + start..<$0.tokens.upperBound + start)
        }
        segments += other.segments.map { segment in
            var moved = segment
            moved.tokens = segment.tokens.lowerBound + start..<segment.tokens.upperBound + start
            return moved
        }
    }

    /// What this has behind `beginning`, which it began as.
    public func behind(_ beginning: TokenStream) -> TokenStream {
        let start = beginning.count
        var rest = TokenStream()
        rest.ids_T = Array(ids_T.dropFirst(start))
        rest.logprobs_T = Array(logprobs_T.dropFirst(start))
        rest.mask_T = Array(mask_T.dropFirst(start))
        rest.weightSpans = weightSpans.dropFirst(beginning.weightSpans.count).map {
            WeightSpan(version: $0.version, tokens: $0.tokens.lowerBound - start..<$0.tokens.upperBound - start)
        }
        rest.segments = segments.dropFirst(beginning.segments.count).map { segment in
            var moved = segment
            moved.tokens = segment.tokens.lowerBound - start..<segment.tokens.upperBound - start
            return moved
        }
        return rest
    }
}
