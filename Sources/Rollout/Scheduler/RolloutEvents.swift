public import Experience

/// A group that wants samples.
public struct WorkItem: Sendable {
    /// Position in the run.
    public var ordinal: Int
    /// The problem to sample.
    public var problem: Problem
    /// Indices wanted, each in 0..<n: those without a completion yet.
    public var missing: [Int]
    /// What earlier runs had of them when they were cut off; gone on with where the ids are known.
    public var partials: [SampledCompletion]
    /// The policy's version when the work was handed out, for servers that do not report theirs; nil when unknown.
    public var policyVersion: Int?

    /// The policy's version now, where it moves while a sample is worked on; else `policyVersion` holds.
    public var currentVersion: (@Sendable () -> Int?)?

    /// The turns that an earlier run left of unfinished episodes, by index.
    public var openTurns: [Int: [OpenTurn]] = [:]

    /// The version at this moment.
    var versionNow: Int? { currentVersion?() ?? policyVersion }

    /// Work on the samples `missing` of the group at `ordinal`.
    public init(ordinal: Int, problem: Problem, missing: [Int], partials: [SampledCompletion] = []) {
        self.ordinal = ordinal
        self.problem = problem
        self.missing = missing
        self.partials = partials
    }

    /// What the store says is left of a group.
    public init(_ group: PendingGroup) {
        self.init(ordinal: group.ordinal, problem: group.problem, missing: group.missing, partials: group.partials)
        openTurns = group.openTurns
    }
}

/// What came of one sample.
public enum RolloutEvent: Sendable {
    /// A completion, to be kept by the sink.
    case completion(SampledCompletion)
    /// No completion, after all retries.
    case failure(SampleFailure)
    /// The beginning of a completion that was cut off when sampling ended, for a later `WorkItem.partials`.
    case partial(SampledCompletion)
}

/// What a run of the engine did.
public struct RolloutSummary: Sendable, Hashable {
    /// Completions handed to the sink.
    public var completions = 0
    /// Beginnings handed to the sink when sampling ended early.
    public var partials = 0
    /// Samples without a completion, by the word of their error.
    public var failures: [String: Int] = [:]
    /// Requests sent, retries included.
    public var requests = 0
    /// Requests that repeated one that had failed, by the word of the error.
    public var retries: [String: Int] = [:]
    /// Requests that went on with a completion that was cut short.
    public var resumptions = 0
    /// Sampled tokens, as counted by us.
    public var tokens = 0
    /// Requests that an endpoint refused for having too much to do, by the word of the error; they are among `retries`.
    public var refusals: [String: Int] = [:]
    /// Endpoints that know only one of the OpenAI routes, and which: all prompts went there.
    public var routes: [String: String] = [:]
    /// Completions with reasoning or tool calls apart from their text.
    public var withReasoning = 0
    /// Tokens without a log-prob of their own.
    public var maskedTokens = 0
    /// The budget that ended sampling, `token_budget` or `request_budget`.
    public var exhaustedBudget: String?
    /// Whether the task was cancelled before all was done.
    public var wasCancelled = false

    /// Nothing done.
    public init() {}

    /// Counts what goes to the sink.
    mutating func count(_ events: [RolloutEvent]) {
        for event in events {
            switch event {
            case .completion(let sample):
                completions += 1
                tokens += sample.completion.tokenCount ?? 0
                if sample.completion.reasoning != nil || sample.completion.toolCalls != nil { withReasoning += 1 }
                // An episode's context was not sampled at all.
                let context = sample.episode?.contextTokens ?? 0
                maskedTokens += max(0, sample.completion.mask.count { $0 == 0 } - context)
            case .partial: partials += 1
            case .failure: break
            }
        }
    }
}

/// No endpoint has anything left to spend.
public struct QuotaSpent: Error, Sendable, Hashable, CustomStringConvertible {
    /// One line: where, the server's words, what to do.
    public var description: String
}

/// No endpoint gave a completion for too long.
public struct NoProgress: Error, Sendable, Hashable, CustomStringConvertible {
    /// One line: where, how long, the last error, what to do.
    public var description: String
}
