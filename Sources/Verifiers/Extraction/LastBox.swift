/// Which of several boxes is the answer. Boxes that offer alternatives, "or", are no answer under any of these.
public enum LastBox: String, Sendable, CaseIterable {
    /// The last, or the one before it that the last only approximates; adjacent ones when the gold has several parts.
    case exact = "exact-before-approximate"
    /// Like `exact`, but for a gold of several parts all boxes of the last line that has one.
    case line
    /// The last alone.
    case box
}
