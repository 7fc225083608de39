/// Kimi k1.5's policy update by mirror descent (arXiv 2501.12599).
public enum MirrorDescent {
    /// Gradient coefficient per completion: (r - mean r) - tau * log(pi / pi_old); null scores stay null.
    public static func coefficients(
        scores_G: [Double?], logRatios_G: [Double], tau: Double
    ) throws -> [Double?] {
        guard scores_G.count == logRatios_G.count else {
            throw OptimError("length mismatch: \(scores_G.count) scores, \(logRatios_G.count) log-ratios")
        }
        let centred = try AdvantageEstimator.preset("dr_grpo").advantages(scores_G: scores_G)
        return zip(centred, logRatios_G).map { centred, logRatio in centred.map { $0 - tau * logRatio } }
    }
}
