/// Groups that fail whole, and the ones that were sampled for them behind a hint: Guide (arXiv 2506.13923).
public enum HintGroups {
    /// Whether a group needs a hint: it has scores, and none is above `threshold`.
    public static func needsHint(scores_G: [Double?], threshold: Double = 0) -> Bool {
        let scores = scores_G.compactMap { $0 }
        return !scores.isEmpty && scores.allSatisfy { $0 <= threshold }
    }

    /// The groups in which a hint group is compared together with the group that it is for: plain failures and hinted answers
    /// have one baseline. `parents` says, by the hint group's id, whom it is for.
    public static func joined<ID: Hashable>(groups_N: [ID], parents: [ID: ID]) -> GroupIndex {
        GroupIndex(ids: groups_N.map { parents[$0] ?? $0 })
    }

    /// What multiplies the token losses: for rows that were sampled behind a hint pi(y | x) / pi_sampler(y | x, hint), bounded by
    /// the correction, as they are trained without it; 1 for the others' loss tokens; 0 elsewhere.
    ///
    /// `trainer_T` are of the prompt without the hint, `sampler_T` of the one with it; only hinted rows are looked at.
    /// Undefined with `noTrainableTokens` without loss tokens.
    public static func weights(
        trainer_T: [Double], sampler_T: [Double], isHinted_N: [Bool], layout: TokenLayout,
        correction: ImportanceCorrection = ImportanceCorrection()
    ) throws -> Statistic<[Double]> {
        guard isHinted_N.count == layout.rows else {
            throw OptimError("length mismatch: \(isHinted_N.count) rows said to be hinted or not, \(layout.rows) rows")
        }
        guard layout.lossTokens > 0 else { return .failure(.noTrainableTokens) }
        var weights_T = layout.broadcast(isHinted_N.map { $0 ? 0 : 1 })
        let hinted = layout.keeping(isHinted_N)
        let ratios = try correction.weights(trainer_T: trainer_T, sampler_T: sampler_T, layout: hinted)
        if let ratios_T = ratios.value {
            for token in weights_T.indices where hinted.mask_T[token] { weights_T[token] = ratios_T[token] }
        }
        return .success(weights_T)
    }
}
