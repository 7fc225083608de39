import Foundation

/// What token-level estimators need besides the scores; flat arrays in the layout's order.
public struct TokenInputs: Sendable {
    /// Which tokens belong to which row, and which are trained on.
    public var layout: TokenLayout
    /// Rewards of single tokens, for example a KL penalty; empty means none. The score comes on top, at the last loss
    /// token of its row.
    public var rewards_T: [Double] = []
    /// Value model's estimates, for `gae`.
    public var values_T: [Double] = []
    /// Log-probabilities of the sampled tokens, for `optimalToken`.
    public var logprobs_T: [Double] = []
    /// Sum of squared probabilities per position, for `optimalToken`.
    public var sumOfSquares_T: [Double] = []
    /// The turns of the rows, for credit over turns; their layout is ``layout``.
    public var turns: TurnInputs?

    /// A layout; the rest is optional.
    public init(layout: TokenLayout) { self.layout = layout }
}

extension AdvantageEstimator {
    /// Advantages per token of a batch.
    ///
    /// Tokens of rows without an advantage are 0 and take no part in whitening: drop those rows from the batch.
    /// With the credit `outcome` single-token rewards are not used: add their sum to the score.
    public func tokenAdvantages(_ inputs: OutcomeInputs, tokens: TokenInputs) throws -> TokenAdvantages {
        let outcome = try advantages(inputs)
        return try tokenAdvantages(outcome, groups: inputs.groups, tokens: tokens)
    }

    /// As above, from outcomes that are there already.
    public func tokenAdvantages(
        _ outcome: OutcomeAdvantages, groups: GroupIndex, tokens: TokenInputs
    ) throws -> TokenAdvantages {
        var result = TokenAdvantages(advantages_T: [], returns_T: [])
        try tokenAdvantages(outcome, groups: groups, tokens: tokens, into: &result)
        return result
    }

    /// As above into `result`, whose memory is reused from step to step. Outcome credit has no returns.
    public func tokenAdvantages(
        _ outcome: OutcomeAdvantages, groups: GroupIndex, tokens: TokenInputs, into result: inout TokenAdvantages
    ) throws {
        guard tokens.layout.rows == outcome.values_N.count else {
            throw OptimError("length mismatch: \(outcome.values_N.count) scores, \(tokens.layout.rows) rows of tokens")
        }
        let layout = tokens.layout.keeping(outcome.values_N.map { $0 != nil })
        let values_N = outcome.values_N.map { $0 ?? 0 }
        switch credit {
        case .outcome:
            result.advantages_T.makeRoom(for: layout.tokens)
            layout.broadcast(values_N, into: &result.advantages_T)
            try whitening.apply(to: &result.advantages_T, layout: layout, arithmetic: arithmetic)
        case .rewardToGo:
            if !tokens.rewards_T.isEmpty { try layout.checkFinite(tokens.rewards_T, "token reward") }
            TokenCredit.fillReturns(
                &result.returns_T, rewards_T: tokens.rewards_T, last_N: values_N, layout, gamma, gap)
            try whitening.apply(
                from: result.returns_T, to: &result.advantages_T, layout: layout, arithmetic: arithmetic)
        case .gae where lengthAlpha != nil || positionLambda != nil || valueLambda != nil:
            result = try TokenCredit.decoupledGAE(
                rewards_T: rewards(values_N, tokens, layout), values_T: tokens.values_T, layout: layout, gamma: gamma,
                lambdas_N: (0..<layout.rows).map { lambda(of: layout.lossTokens($0)) },
                valueLambda: valueLambda ?? lambda,
                gap: gap)
            try whitening.apply(to: &result.advantages_T, layout: layout, arithmetic: arithmetic)
        case .gae:
            try TokenCredit.gae(
                rewards_T: rewards(values_N, tokens, layout), values_T: tokens.values_T, layout: layout, gamma: gamma,
                lambda: lambda, gap: gap, whitening: whitening, arithmetic: arithmetic, into: &result)
        case .optimalToken, .optimalTurnToken:
            result = try TokenCredit.optimalBaseline(
                rewards_T: rewards(values_N, tokens, layout), logprobs_T: tokens.logprobs_T,
                sumOfSquares_T: tokens.sumOfSquares_T, layout: layout, groups: groups,
                byTurn: credit == .optimalTurnToken, zeroesTail: zeroesTail, eps: eps)
            try whitening.apply(to: &result.advantages_T, layout: layout, arithmetic: arithmetic)
        case .turnGroup, .turnNumber, .turnState, .turnGAE, .biLevelGAE:
            // The turns of rows without an advantage are not looked at.
            guard let turns = tokens.turns, turns.turns.keeping(outcome.values_N.map { $0 != nil }).layout == layout
            else {
                throw OptimError("\(preset) gives credit over turns: the turns of these tokens are needed")
            }
            result = try turnAdvantages(outcome, groups: groups, turns: turns, values_T: tokens.values_T)
        }
        if let advantageClip {
            for token in result.advantages_T.indices {
                result.advantages_T[token] = min(advantageClip, max(-advantageClip, result.advantages_T[token]))
            }
        }
    }

    // Of the advantages of a row with so many loss tokens.
    private func lambda(of tokens: Int) -> Double {
        if let positionLambda { return pow(positionLambda, 1 / Double(max(1, tokens - 1))) }
        return lengthAlpha.map { max(0, 1 - 1 / max(1, $0 * Double(tokens))) } ?? lambda
    }

    // Single-token rewards, with the row's value added at its last loss token.
    private func rewards(_ values_N: [Double], _ tokens: TokenInputs, _ layout: TokenLayout) throws -> [Double] {
        var rewards_T = tokens.rewards_T
        if rewards_T.isEmpty { rewards_T = [Double](repeating: 0, count: layout.tokens) }
        try layout.check(rewards_T, "token rewards")
        for (row, value) in values_N.enumerated() {
            guard let last = layout[row].last(where: { layout.mask_T[$0] }) else { continue }
            rewards_T[last] += value
        }
        return rewards_T
    }
}
