public import Experience
public import Foundation

/// Everything a report says, computed once; the renderers only lay it out.
///
/// `version` grows when a member changes its meaning or goes away; new members may appear without.
public struct Report: Codable, Sendable, Hashable {
    /// Always "assay.report".
    public var schema = "assay.report"
    /// Version of the schema.
    public var version = 1
    /// Where the figures come from.
    public var source: Source
    /// All completions.
    public var overall: Slice
    /// The same figures by model, dataset, level …
    public var breakdowns: [Breakdown] = []
    /// Groups and their learning signal; nil for a file of verdicts.
    public var groups: GroupSection?
    /// Token entropy in detail; nil without log-probabilities.
    public var entropy: EntropySection?
    /// Trainer against sampler; nil where the trainer wrote no log-probabilities.
    public var mismatch: MismatchSection?
    /// Episodes by environment; nil where there are none.
    public var episodes: EpisodeSection?
    /// The runs as seeds of one; nil for one run, and for runs that differ in more than their seed.
    public var seeds: SeedSection?
    /// Numbers over training steps; nil where no trainer took any.
    public var steps: StepSection?
    /// Verifiers and their agreement; nil for a file of verdicts.
    public var verifiers: VerifierSection?
    /// Problems by difficulty with their samples' verdicts; nil for a file of verdicts and for several runs.
    public var problems: ProblemSection?
    /// What the run was made with; nil for a file of verdicts and for several runs.
    public var settings: RunSettings?
    /// Some completions that did not pass, to open and see why.
    public var examples: [Example] = []
    /// What a reader must know to read the figures rightly.
    public var notes: [String] = []

    /// A report from its parts.
    public init(source: Source, overall: Slice) {
        self.source = source
        self.overall = overall
    }
}

/// Where a report's figures come from.
public struct Source: Codable, Sendable, Hashable {
    /// The store's or file's path as given.
    public var path: String
    /// The run's name; nil for a file of verdicts.
    public var run: String?
    /// The verifier, its version and options, as in "math 1".
    public var verifier: String?
    /// Whether the policy was assay's own simulation.
    public var isSimulated = false
    /// When the report was made, milliseconds since 1970 UTC.
    public var createdAt = Timestamp.now

    /// A source.
    public init(path: String, run: String? = nil, verifier: String? = nil, isSimulated: Bool = false) {
        self.path = path
        self.run = run
        self.verifier = verifier
        self.isSimulated = isSimulated
    }
}

/// The slices of one key.
public struct Breakdown: Codable, Sendable, Hashable {
    /// The key, for example "model".
    public var by: String
    /// One per value, in order of appearance.
    public var slices: [Slice]
}

/// A completion shown whole enough to see why it has its verdict.
public struct Example: Codable, Sendable, Hashable {
    /// Its problem, and where it stands.
    public var id: String
    /// Key of the completion in the store; nil in a file of verdicts.
    public var completion: Int64?
    /// The verdict's outcome.
    public var outcome: Outcome
    /// The verdict's reason.
    public var reason: String
    /// The answer found in it.
    public var extracted: String?
    /// The gold answer.
    public var gold: String?
    /// The end of its text.
    public var text: String
    /// The verifier's explanation.
    public var explanation: String?

    /// An example; of a long text the last 240 characters are kept, of the rest the first 200: a page stays small.
    public init(
        id: String, completion: Int64? = nil, verdict: Verdict, gold: String?, text: String
    ) {
        self.id = id
        self.completion = completion
        outcome = verdict.outcome
        reason = verdict.reason.cut(to: 200)
        extracted = verdict.extracted?.cut(to: 200)
        self.gold = gold?.cut(to: 200)
        explanation = verdict.explanation?.cut(to: 200)
        self.text = text.count > 240 ? "…" + text.suffix(240) : text
    }
}

extension Report {
    /// The report as JSON, described in docs/reports.md.
    public func json() throws -> Data { try stableJSON() }
}
