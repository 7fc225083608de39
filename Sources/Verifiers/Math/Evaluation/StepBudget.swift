/// Steps left for one grading. One per grading, never shared, so the verdict depends on nothing but the input.
final class StepBudget {
    private(set) var remaining: Int

    init(_ steps: Int) { remaining = steps }

    /// Takes steps; throws when none are left.
    func spend(_ steps: Int) throws(EvaluationFailure) {
        remaining -= steps
        if remaining < 0 { throw .budget }
    }

    var isExhausted: Bool { remaining < 0 }
}
