public import Experience

/// What a report needs to know of one completion.
public struct Sample: Sendable {
    /// What completions of one problem share.
    public var group: String
    /// What problems share that are no independent draws, such as the text that several questions are about; nil where the
    /// problem stands for itself.
    public var cluster: String?
    /// The model that it is of; nil where the input does not tell.
    public var model: String?
    /// Values to break down by, one per key of the builder; nil where the completion has none.
    public var values: [String?] = []
    /// The verdict's outcome; nil when it was not verified.
    public var outcome: Outcome?
    /// Whether it is not paid because nothing was decided within the verifier's budget.
    public var isUndecided = false
    /// The verdict's score; nil exactly when the outcome is not scored.
    public var score: Double?
    /// The answer found in the completion.
    public var extracted: String?
    /// Why sampling ended; nil when the input does not tell.
    public var finish: FinishReason?
    /// Length in the builder's unit.
    public var length: Int?
    /// Mean token entropy; not counted when it is negative or beyond 1e15.
    public var entropy: MeanEntropy?
    /// Whether it must not be used for importance ratios.
    public var isUnusable = false
    /// Wall time of the verification; nil when not measured. Not counted when it is negative or beyond 1e15.
    public var milliseconds: Double?

    /// Mean token entropy of one completion, in nats.
    public struct MeanEntropy: Sendable {
        /// What `mean` is.
        public var kind: EntropySummary.Kind
        /// The mean over tokens, or the midpoint of its bounds.
        public var mean: Double
        /// Half the distance of the bounds; 0 where it is exact or an estimate.
        public var halfWidth: Double

        /// A mean with half the distance of its bounds.
        public init(kind: EntropySummary.Kind, mean: Double, halfWidth: Double) {
            self.kind = kind
            self.mean = mean
            self.halfWidth = halfWidth
        }
    }

    /// A sample of a group; the rest may be filled in.
    public init(group: String) { self.group = group }

    /// A sample with its verdict.
    public init(group: String, verdict: Verdict) {
        self.group = group
        outcome = verdict.outcome
        isUndecided = verdict.isUndecided
        score = verdict.score
        extracted = verdict.extracted
        milliseconds = verdict.milliseconds
    }
}
