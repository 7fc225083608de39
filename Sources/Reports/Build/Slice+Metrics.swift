extension Slice {
    /// The defined figures by the names that the field's loggers use.
    var namedMetrics: [String: Double] {
        var metrics: [String: Double] = [:]
        func set(_ name: String, _ value: Double?) { if let value { metrics[name] = value } }
        for point in curve {
            set("pass@\(point.k)", point.pass.value)
            set("majority@\(point.k)", point.majority.value)
            set("g-pass@\(point.k)[0.5]", point.gPassHalf.value)
            set("g-pass@\(point.k)[1.0]", point.gPassAll.value)
            set("mg-pass@\(point.k)", point.mgPass.value)
        }
        set("pass@1", passAt1.value)
        if let last = curve.last { set("pass@1[avg-of-\(last.k)]", passAt1.value) }
        set("pass@1/lower", passAt1.lower)
        set("pass@1/upper", passAt1.upper)
        set("mean_score", meanScore.value)
        set("no_answer", rates.noAnswer.share)
        set("undecided", rates.undecided.share)
        set("truncated", rates.truncated.share)
        set("timeout", rates.timeout.share)
        set("verifier_error", rates.verifierError.share)
        set("unverified", rates.unverified.share)
        set("unusable", rates.unusable.share)
        if let groups, groups.scored > 0 {
            func share(_ count: Int) -> Double { Double(count) / Double(groups.scored) }
            set("by_group/frac_all_good", share(groups.allGood))
            set("by_group/frac_mixed", share(groups.mixed))
            set("by_group/frac_all_bad", share(groups.allBad))
        }
        if let length { set("mean_\(length.unit.rawValue)", length.all.mean) }
        set("entropy", entropy?.mean)
        set("entropy/right", entropy?.right)
        set("entropy/wrong", entropy?.wrong)
        return metrics
    }
}
