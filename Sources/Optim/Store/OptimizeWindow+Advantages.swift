extension OptimizeWindow {
    /// Shaped rewards, advantages per completion, and per token where the estimator makes them differ.
    ///
    /// What one group lacks makes its rows undefined, with a reason. Throws `OptimError` for what no window could be computed
    /// with, naming the problem and the completion.
    ///
    /// `state` is what earlier windows left behind, and this one's after it.
    func advantages(
        _ estimator: AdvantageEstimator, _ options: OptimizeOptions, _ state: inout EstimatorState
    ) throws -> Advantages {
        do {
            let result = try estimate(estimator, options, state)
            (state.averages, state.moments) = (result.outcome.averages, result.outcome.moments)
            state.trackers = result.outcome.trackers
            if let kl = result.meanKL { state.penalty.update(kl: kl, samples: result.rewarded) }
            return result
        } catch let error as OptimError {
            guard let row = error.row, rows.indices.contains(row) else { throw error }
            throw OptimError("problem \(rows[row].problem), completion \(rows[row].index): \(error.message)")
        }
    }

    private func estimate(
        _ estimator: AdvantageEstimator, _ options: OptimizeOptions, _ state: EstimatorState
    ) throws -> Advantages {
        var estimator = estimator
        // Time-outs may leave any group with one completion.
        if estimator.singleton == .refused { estimator.singleton = .undefined }
        var rewards = WindowRewards(rows: rows)
        let components = try weigh(&rewards, estimator)
        try shape(&rewards, options.shaping)
        let layout = try tokenLayout()
        let kl_T = try divergences(options.shaping, layout)
        let penalties_T = kl_T.map { -state.penalty.coefficient * $0 }
        if !kl_T.isEmpty { penalise(&rewards, penalties_T, layout, isOutcome: estimator.seesSums) }
        var outcome: OutcomeAdvantages
        if let components {
            let masked_NJ = components.values_NJ.enumerated().map { row, values in
                rewards.values_N[row] == nil ? values.map { _ in nil } : values
            }
            outcome = try estimator.advantages(
                components: ComponentScores(values_NJ: masked_NJ, weights_J: components.weights_J), groups: groups)
        } else {
            outcome = try estimator.advantages(inputs(rewards, estimator, state))
        }
        for (row, value) in outcome.values_N.enumerated() {
            if let gap = rewards.gaps[row] {
                outcome.drop(row, gap)
            } else if let value, !WindowRewards.isUsable(value) {
                outcome.drop(row, .overflow)
            }
        }
        var result = Advantages(
            outcome: outcome, rewards_N: rewards.values_N, tokens_N: Array(repeating: nil, count: rows.count))
        try spread(&result, penalties_T, layout, estimator)
        try shareForks(&result, layout)
        if options.distill.isActive { distill(&result, options.distill, layout) }
        let rewarded = rows.indices.filter { rewards.values_N[$0] != nil }
        let tokens = rewarded.reduce(0) { $0 + layout.lossTokens($1) }
        if !kl_T.isEmpty, tokens > 0 {
            let sum = rewarded.reduce(0.0) { layout[$1].reduce($0) { $0 + kl_T[$1] } }
            (result.meanKL, result.rewarded) = (sum / Double(tokens), rewarded.count)
        }
        return result
    }

    private func inputs(
        _ rewards: WindowRewards, _ estimator: AdvantageEstimator, _ state: EstimatorState
    ) -> OutcomeInputs {
        var inputs = OutcomeInputs(scores_N: rewards.values_N, groups: groups)
        inputs.lengths_N = rows.map { Double($0.length ?? 0) }
        (inputs.pastAverages, inputs.pastMoments, inputs.pastTrackers) = (state.averages, state.moments, state.trackers)
        if estimator.baseline == .running { inputs.roles_N = rows.map(\.role) }
        if estimator.looksAtDomains { inputs.domains_N = rows.map(\.domain) }
        if estimator.baseline == .tracker { inputs.problems_N = rows.map { "\($0.problemKey)" } }
        if estimator.baseline == .greedy {
            // A row without one takes no part: its baseline is not looked at.
            inputs.greedy_N = Array(repeating: 0, count: rows.count)
            for group in 0..<groups.count {
                for row in groups[group] { inputs.greedy_N[row] = baseline(group, estimator) ?? 0 }
            }
        }
        return inputs
    }

    private func shape(_ rewards: inout WindowRewards, _ shaping: ShapingOptions) throws {
        let shaped = try shaping.rewards(
            rows.indices.map { row in
                ShapingOptions.Row(
                    score: rewards.values_N[row], length: rows[row].length, isCorrect: rows[row].isCorrect,
                    isTruncated: rows[row].isTruncated, turns: rows[row].policyTurns)
            }, groups: groups)
        for (row, reward) in shaped.enumerated() {
            if let reward { rewards.set(row, to: reward) }
        }
    }

    // The rows' tokens, of which those that were sampled are trained on.
    private func tokenLayout() throws -> TokenLayout {
        let lengths_N = rows.map(\.width)
        if rows.allSatisfy(\.mask.isEmpty) { return try TokenLayout(lengths_N: lengths_N) }
        let mask_T = rows.flatMap { row -> [Bool] in
            row.mask.isEmpty ? [Bool](repeating: true, count: row.width) : row.mask.map { $0 == 1 }
        }
        return try TokenLayout(lengths_N: lengths_N, mask_T: mask_T)
    }

    // KL from the reference policy per sampled token, or nothing; what the policy was given is not its divergence.
    private func divergences(_ shaping: ShapingOptions, _ layout: TokenLayout) throws -> [Double] {
        guard shaping.klBeta > 0 else { return [] }
        let values_T = try KLEstimator(shaping.klEstimator).values(
            logprobs_T: columns[.samplerLogprobs] ?? [], reference_T: columns[.referenceLogprobs] ?? [])
        return values_T.indices.map { layout.mask_T[$0] ? values_T[$0] : 0 }
    }

    // An outcome estimator sees the sum of a row's token rewards; the others see the tokens.
    private func penalise(
        _ rewards: inout WindowRewards, _ penalties_T: [Double], _ layout: TokenLayout, isOutcome: Bool
    ) {
        for row in rows.indices {
            guard let reward = rewards.values_N[row] else { continue }
            let size = layout[row].reduce(0.0) { $0 + abs(penalties_T[$1]) }
            guard WindowRewards.isUsable(size) else {
                rewards.leaveOut(row, .overflow)
                continue
            }
            if isOutcome { rewards.set(row, to: reward + layout[row].reduce(0.0) { $0 + penalties_T[$1] }) }
        }
    }

    private func spread(
        _ result: inout Advantages, _ penalties_T: [Double], _ layout: TokenLayout, _ estimator: AdvantageEstimator
    ) throws {
        guard estimator.isPerToken else { return }
        let defined = trainableRows(&result, layout)
        // Credit per turn whitens over turns.
        let count = defined.reduce(0) {
            $0 + (estimator.credit == .turnGAE ? rows[$1].sampledTurns : layout.lossTokens($1))
        }
        if count == 1, estimator.whitening == .sample, let row = defined.first {
            result.outcome.drop(row, .tooFewSamples)
        }
        guard count > (estimator.whitening == .sample ? 1 : 0) else { return }
        var tokens = TokenInputs(layout: layout)
        if !estimator.seesSums { tokens.rewards_T = penalties_T }
        tokens.values_T = columns[.criticValues] ?? []
        tokens.logprobs_T = columns[.samplerLogprobs] ?? []
        tokens.sumOfSquares_T = columns[.sumsOfSquares] ?? []
        if estimator.credit.isOfTurns { tokens.turns = try turnInputs(estimator, layout, result.rewards_N) }
        let advantages_T = try estimator.tokenAdvantages(result.outcome, groups: groups, tokens: tokens).advantages_T
        for row in defined {
            let values = advantages_T[layout[row]]
            guard values.allSatisfy(WindowRewards.isUsable), let token = layout[row].first(where: { layout.mask_T[$0] })
            else {
                result.outcome.drop(row, .overflow)
                continue
            }
            let first = advantages_T[token]
            if layout[row].allSatisfy({ !layout.mask_T[$0] || advantages_T[$0] == first }) {
                result.outcome.values_N[row] = first
            } else {
                result.tokens_N[row] = Array(values)
            }
        }
    }

    // The rows that have an advantage and tokens to give it to; those without tokens lose theirs.
    private func trainableRows(_ result: inout Advantages, _ layout: TokenLayout) -> [Int] {
        for row in rows.indices where result.outcome.values_N[row] != nil && layout.lossTokens(row) == 0 {
            result.outcome.drop(row, .noTrainableTokens)
        }
        return rows.indices.filter { result.outcome.values_N[$0] != nil }
    }

    // What the teacher says comes on top of any estimator's advantages, token by token.
    private func distill(_ result: inout Advantages, _ options: DistillOptions, _ layout: TokenLayout) {
        let defined = trainableRows(&result, layout)
        let bonuses_T = options.bonuses(
            logprobs_T: columns[.samplerLogprobs] ?? [], teacher_T: columns[.teacherLogprobs] ?? [], layout: layout,
            rows: defined)
        for row in defined {
            let base = result.outcome.values_N[row] ?? 0
            let values = zip(layout[row], result.tokens_N[row] ?? layout[row].map { _ in base }).map {
                bonuses_T[$0] + $1
            }
            if values.allSatisfy(WindowRewards.isUsable) {
                result.tokens_N[row] = values
            } else {
                result.tokens_N[row] = nil
                result.outcome.drop(row, .overflow)
            }
        }
    }
}
