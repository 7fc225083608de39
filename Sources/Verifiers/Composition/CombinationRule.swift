/// How the scores of several verifiers become one.
public enum CombinationRule: String, Sendable, CaseIterable {
    /// The weighted sum.
    case sum
    /// The product; weights are exponents of nothing and not used.
    case product
    /// The least score; correct when all parts are.
    case all
    /// The greatest score; correct when one part is.
    case any
    /// The first part that decides; later parts see only what is undecided. See `CombinedVerifier.undecided`.
    case first
    /// The first part must be correct, else its own score counts; then the weighted sum of the others.
    case gate
}

/// What a part that could not be judged (score null) does to the whole.
public enum MissingPart: String, Sendable, CaseIterable {
    /// The whole is null too, with that part's outcome.
    case null
    /// It counts as 0.
    case zero
    /// The others decide; weights are scaled up to their old sum.
    case skip
}
