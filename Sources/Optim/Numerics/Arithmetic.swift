/// Whose rounding is reproduced where a framework's own shows in the ninth digit or earlier.
public enum Arithmetic: String, Sendable, Codable, CaseIterable {
    /// None: two passes, so that a common offset cancels, and exactly 0 for equal scores.
    case exact
    /// verl: counts plus 1e-8 in whitening; single-precision constants for lone rows and GPG.
    case verl
    /// TRL: the factor n / (n - 1) of a variance in single precision.
    case trl
    /// One pass and no test for equality (OpenRLHF, open-instruct): equal scores may leave up to 1e-8.
    case plain
}
