/// Why an expression has no value at a point.
enum EvaluationFailure: Error {
    /// Mathematically: division by zero, the logarithm of zero.
    case undefined
    /// The evaluator does not know the function, or the expression is outside its ring.
    case unsupported
    /// Precision is used up: a branch or a sign cannot be decided.
    case undetermined
    /// Too large for the format or the step budget.
    case budget
}
