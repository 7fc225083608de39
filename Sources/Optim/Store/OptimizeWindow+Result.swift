extension OptimizeWindow {
    /// What the estimator made of a window.
    struct Advantages: Sendable {
        var outcome: OutcomeAdvantages
        /// What the estimator saw; nil where a row took no part.
        var rewards_N: [Double?]
        /// Advantages per token, of rows where they differ.
        var tokens_N: [[Double]?]
        /// Mean KL from the reference policy per token, in nats, where it is penalised.
        var meanKL: Double?
        /// The completions that the mean is over.
        var rewarded = 0
    }
}
