/// What an episode has beside its completion: the completion's tokens are all those behind the first prompt, its mask says
/// which were sampled, its text is the policy's last.
public struct EpisodeRecord: Sendable, Hashable {
    /// The environment's name.
    public var environment: String
    /// The environment's version.
    public var version: String
    /// Why it ended.
    public var stop: EpisodeStop
    /// The policy's turns, in order.
    public var turns: [Turn]
    /// Where the tokens came from, in order.
    public var segments: [TokenStream.Segment]
    /// The environment's own verdict; nil lets the configured verifier judge.
    public var verdict: Verdict?
    /// What it has beside the completion's own tokens, where the policy was asked about more than one conversation.
    public var pieces: [EpisodePiece] = []
    /// The state of the opening, see `Opening.stateHash`.
    public var openingState: UInt64?
    /// Whom it left, where it is a fork.
    public var fork: Fork?

    /// Where a fork left the episode whose beginning it has.
    public struct Fork: Sendable, Hashable {
        /// The other's index in the group.
        public var parent: Int
        /// The first turn that is its own.
        public var turn: Int

        /// A fork of an episode at a turn.
        public init(parent: Int, turn: Int) {
            self.parent = parent
            self.turn = turn
        }
    }

    /// An episode's turns and segments.
    public init(
        environment: String, version: String, stop: EpisodeStop, turns: [Turn], segments: [TokenStream.Segment],
        verdict: Verdict? = nil
    ) {
        self.environment = environment
        self.version = version
        self.stop = stop
        self.turns = turns
        self.segments = segments
        self.verdict = verdict
    }

    /// Calls of all turns, bad ones among them.
    public var calls: Int { turns.reduce(0) { $0 + $1.action.calls.count } }
    /// Calls with a fault, and calls whose tool failed or ran over.
    public var callErrors: Int {
        turns.reduce(0) { sum, turn in
            sum + turn.action.calls.count { $0.fault != nil }
                + (turn.observation?.results.count { $0.outcome == .failed || $0.outcome == .timeout } ?? 0)
        }
    }
    /// Sum of the turns' rewards; nil where none had one.
    public var reward: Double? {
        let rewards = turns.compactMap { $0.observation?.reward }
        return rewards.isEmpty ? nil : rewards.reduce(0, +)
    }
    /// Tokens behind the first prompt that the policy did not sample.
    public var contextTokens: Int {
        segments.reduce(pieces.reduce(0) { $0 + $1.stream.count - $1.stream.sampledCount }) {
            $0 + ($1.origin == .policy ? 0 : $1.tokens.count)
        }
    }
    /// Tokens that the policy sampled, those of a fork's parent not among them.
    public var sampledTokens: Int {
        segments.reduce(pieces.reduce(0) { $0 + $1.stream.sampledCount }) {
            $0 + ($1.origin == .policy && $1.turn >= (fork?.turn ?? 0) ? $1.tokens.count : 0)
        }
    }
}

/// A further row of an episode: everything that the policy had before it, and what came then. What two pieces have in common is
/// in the stream of the earlier one alone, so that every sampled token is in one stream.
public struct EpisodePiece: Sendable, Hashable {
    /// Token ids before the stream; nothing of them is trained here.
    public var promptIDs: [Int32]
    /// What was sampled, and given, behind them.
    public var stream: TokenStream

    /// A piece behind a prompt.
    public init(promptIDs: [Int32], stream: TokenStream = TokenStream()) {
        self.promptIDs = promptIDs
        self.stream = stream
    }
}

/// A finished turn of an episode that is not, as the journal keeps it.
public struct OpenTurn: Sendable, Hashable {
    /// The group's ordinal in its run.
    public var ordinal: Int
    /// The episode's index in its group.
    public var index: Int
    /// Which try of the episode.
    public var attempt: Int
    /// The first prompt's token ids; empty but for turn 0.
    public var promptIDs: [Int32]
    /// The turn's tokens: what was sampled, then what it was given.
    public var stream: TokenStream
    /// What was done and answered.
    public var turn: Turn
    /// Whom the episode left, where it is a fork.
    public var fork: EpisodeRecord.Fork?

    /// A turn of the journal.
    public init(ordinal: Int, index: Int, attempt: Int, promptIDs: [Int32], stream: TokenStream, turn: Turn) {
        self.ordinal = ordinal
        self.index = index
        self.attempt = attempt
        self.promptIDs = promptIDs
        self.stream = stream
        self.turn = turn
    }
}
