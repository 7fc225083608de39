extension StepGroups {
    /// Each turn's return against its group's with the baseline and the scale of an estimator: r - m, (r - m) / (s + eps), and
    /// so on. A turn that is alone, and turns of equal returns, get 0; nil stays nil and is in no baseline.
    public static func advantages(
        returns_K: [Double?], groups_K: GroupIndex, estimator: AdvantageEstimator
    ) throws -> [Double?] {
        if returns_K.isEmpty { return [] }
        var steps = AdvantageEstimator()
        (steps.baseline, steps.scale, steps.ddof, steps.eps) =
            (estimator.baseline, estimator.scale, estimator.ddof, estimator.eps)
        (steps.scalesAroundBaseline, steps.arithmetic) = (estimator.scalesAroundBaseline, estimator.arithmetic)
        steps.singleton = .zero
        return try steps.advantages(OutcomeInputs(scores_N: returns_K, groups: groups_K)).values_N
    }
}
