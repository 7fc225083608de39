extension AdvantageEstimator {
    /// The parameters that nothing in this setting reads, each with what would: setting one of them would change nothing.
    var unread: [(key: String, reader: String)] {
        let deviates: Set<Scale> = [.group, .leaveOneOut, .batch, .domain]
        let normalizesSum = normalizesComponents && whitening == .none
        let isOptimal = credit == .optimalToken || credit == .optimalTurnToken
        let overTurns = credit == .turnGAE || credit == .biLevelGAE
        let readings: [(key: String, isRead: Bool, reader: String)] = [
            (
                "ddof", deviates.contains(scale) || normalizesSum || normalizesRows,
                "a scale that is a standard deviation"
            ),
            ("eps", scale != .none || isOptimal || normalizesSum || normalizesRows, "a scale"),
            ("singleton", comparesGroup || credit.comparesTurns, "a baseline or scale of the group"),
            ("k", baseline == .passK, "baseline passK"),
            ("decay", baseline == .running || baseline == .tracker, "the baselines running and tracker"),
            ("constant", baseline == .constant, "baseline constant"),
            ("temperature", baseline == .softMean, "baseline softMean"),
            (
                "scales_around_baseline",
                scale == .batch && baseline != .batch || scale == .group && baseline == .leaveOneOut,
                "scale batch around another baseline, or scale group around leaveOneOut"
            ),
            ("requires_positive_mean", scale == .mean, "scale mean"),
            ("gamma", [.rewardToGo, .gae, .biLevelGAE].contains(credit), "the credits rewardToGo, gae and biLevelGAE"),
            (
                "lambda", credit == .gae && ((lengthAlpha ?? positionLambda) == nil || valueLambda == nil) || overTurns,
                "the credits gae, turnGAE and biLevelGAE"
            ),
            ("zeroes_tail", isOptimal, "the credits optimalToken and optimalTurnToken"),
            ("gap", credit == .rewardToGo || credit == .gae, "the credits rewardToGo and gae"),
            ("batch_eps", normalizesSum, "normalizes_components without whitening"),
        ]
        return readings.filter { !$0.isRead }.map { ($0.key, $0.reader) }
    }
}
