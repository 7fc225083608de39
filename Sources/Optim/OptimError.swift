/// Input that a kernel refuses, with the row it was found in. Nothing is computed from such input.
public struct OptimError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What happened and, where there is a remedy, what to do.
    public let message: String
    /// The offending row (completion) of the input, when one row is to blame.
    public let row: Int?

    /// An error, optionally naming a row.
    public init(_ message: String, row: Int? = nil) {
        self.message = message
        self.row = row
    }

    /// The message, with the row appended.
    public var description: String { row.map { "\(message) (row \($0))" } ?? message }
}

/// Why a statistic or an advantage has no value. It is then null: never NaN and never 0.
///
/// `docs/estimators.md` lists those that an advantage may have.
public enum Undefined: String, Error, Hashable, Sendable, Codable, CaseIterable {
    /// The completion has no score (a time-out or an error on our side).
    case unscored
    /// A reward component that counts has no number.
    case missingComponent
    /// The greedy completion of the problem has no score.
    case noGreedyScore
    /// The server reported no token count.
    case noTokenCount
    /// The sampler gave no finite log-probability for each token.
    case noSamplerLogprobs
    /// The reference policy gave no finite log-probability for each token.
    case noReferenceLogprobs
    /// The teacher gave no finite log-probability for each token.
    case noTeacherLogprobs
    /// The critic gave no finite value for each token.
    case noCriticValues
    /// The trainer gave no finite sum of squared probabilities for each token.
    case noSumOfSquares
    /// No turn has a reward of the environment's.
    case noTurnRewards
    /// The environment did not say how far the task was after any turn.
    case noTurnProgress
    /// The environment did not say which state a turn answers.
    case noTurnStates
    /// How long a turn took is not known.
    case noTurnDurations
    /// The tokens of the turns do not fit those of the completion.
    case noTurns
    /// The formula takes rewards of 0 and 1, and one of the group is neither.
    case notBinary
    /// A reward, an advantage or a spread is too large to be computed with.
    case overflow
    /// The group has one scored completion, and the formula compares completions of a group.
    case singleCompletion
    /// No observation is left to compute from.
    case noData
    /// No token takes part in the loss.
    case noTrainableTokens
    /// More samples are asked for than exist (k > n, or one token to whiten).
    case tooFewSamples
    /// A denominator is 0: for example a ratio of counts over an empty class.
    case zeroDenominator
    /// The points do not determine the curve.
    case degenerate
    /// The exact computation would take too long, or the value is beyond what a Double holds.
    case tooLarge
    /// The input needed for it was not given (for example log-probabilities).
    case missingInput
}

/// A value, or the reason why there is none.
public typealias Statistic<Value> = Result<Value, Undefined>

extension Result where Failure == Undefined {
    /// The value; nil where it is undefined.
    public var value: Success? { if case .success(let value) = self { value } else { nil } }
    /// Why there is no value; nil where there is one.
    public var reason: Undefined? { if case .failure(let reason) = self { reason } else { nil } }
}
