import Numbers

extension PolicyLoss {
    /// The loss, its gradient and its diagnostics.
    ///
    /// Throws for arrays of unequal lengths or values at loss tokens that are not finite; undefined with
    /// `noTrainableTokens` when the mask is empty.
    public func evaluate(_ inputs: PolicyLossInputs) throws -> Statistic<PolicyLossResult> {
        let layout = inputs.layout
        try layout.checkFinite(inputs.new_T, "new log-probability")
        try layout.checkFinite(inputs.old_T, "old log-probability")
        try layout.checkFinite(inputs.advantages_T, "advantage")
        if !inputs.weights_T.isEmpty { try layout.checkFinite(inputs.weights_T, "importance weight") }
        if beta != 0 { try layout.checkFinite(inputs.reference_T, "reference log-probability") }
        guard layout.lossTokens > 0 else { return .failure(.noTrainableTokens) }

        let isPerRow = form == .sequence || form == .sequenceMean || form == .geometricMean
        let selected_T = try selection(inputs)
        var tokens: [TokenLoss] = []
        tokens.reserveCapacity(layout.tokens)
        var shares: [Double?] = []
        for row in 0..<layout.rows {
            if isPerRow {
                let loss = self.row(row, inputs)
                tokens += loss.tokens
                shares.append(loss.share)
            } else {
                for token in layout[row] {
                    tokens.append(
                        self.token(
                            new: inputs.new_T[token], old: inputs.old_T[token],
                            advantage: inputs.advantages_T[token],
                            isSelected: selected_T.isEmpty ? false : selected_T[token]))
                }
                shares.append(nil)
            }
        }
        return try assemble(tokens, shares, inputs)
    }

    private func assemble(
        _ tokens: [TokenLoss], _ shares: [Double?], _ inputs: PolicyLossInputs
    ) throws -> Statistic<PolicyLossResult> {
        let layout = inputs.layout
        var result = PolicyLossResult()
        var slopes = tokens.map(\.slope)
        result.losses_T = tokens.map(\.value)
        if !inputs.weights_T.isEmpty, form != .geometricMean {
            for token in slopes.indices {
                slopes[token] *= inputs.weights_T[token]
                result.losses_T[token] *= inputs.weights_T[token]
            }
        }
        var penalties = [Double](repeating: 0, count: tokens.count)
        if beta != 0 {
            let penalty = KLEstimator(.k3)
            for token in tokens.indices {
                let (new, reference) = (inputs.new_T[token], inputs.reference_T[token])
                result.losses_T[token] += beta * penalty.value(new, reference)
                penalties[token] = beta * penalty.gradient(new, reference)
            }
        }
        let reduction = try weights(layout, inputs.groups)
        guard let weights_T = reduction.value else { return .failure(reduction.reason ?? .noTrainableTokens) }
        result.gradients_T = [Double](repeating: 0, count: tokens.count)
        for row in 0..<layout.rows {
            var common = 0.0
            for token in layout[row] {
                if weights_T[token] != 0 { result.loss += weights_T[token] * result.losses_T[token] }
                common += weights_T[token] * slopes[token]
                result.gradients_T[token] = weights_T[token] * (slopes[token] + penalties[token])
            }
            guard form == .geometricMean || shares[row] != nil else { continue }
            for token in layout[row] {
                let own = weights_T[token] * penalties[token]
                if let share = shares[row] {
                    result.gradients_T[token] = own + (layout.mask_T[token] ? common * share : 0)
                } else {
                    // The row's value sits at its first token; its slopes belong to all of them.
                    result.gradients_T[token] = own + slopes[token] / Double(layout.rows)
                }
            }
        }
        if tokens.contains(where: \.isDropped) { result.dropped_T = tokens.map(\.isDropped) }
        fillDiagnostics(&result, tokens, inputs)
        return .success(result)
    }

    // A row's single value is averaged over rows; all else follows the aggregation.
    private func weights(_ layout: TokenLayout, _ groups: GroupIndex?) throws -> Statistic<[Double]> {
        guard form == .geometricMean else {
            return try aggregation.weights(layout: layout, groups: groups, parameters: aggregationParameters)
        }
        return .success([Double](repeating: 1 / Double(layout.rows), count: layout.tokens))
    }

    private func fillDiagnostics(
        _ result: inout PolicyLossResult, _ tokens: [TokenLoss], _ inputs: PolicyLossInputs
    ) {
        let layout = inputs.layout
        let divisor = Double(layout.lossTokens) + (aggregationParameters.guardsTokenCounts ? 1e-8 : 0)
        for token in tokens.indices where layout.mask_T[token] {
            let difference = inputs.old_T[token] - inputs.new_T[token]
            result.approximateKL += (form == .klCovariance ? abs(difference) : limit(difference)) / divisor
            if tokens[token].isClipped { result.clipFraction += 1 / divisor }
            if tokens[token].isBounded { result.clipFractionLower += 1 / divisor }
        }
    }

    // The tokens that the covariance forms single out; empty for the others.
    private func selection(_ inputs: PolicyLossInputs) throws -> [Bool] {
        guard form == .klCovariance || form == .clipCovariance else { return [] }
        let layout = inputs.layout
        let covariance = try TokenCovariance.of(
            advantages_T: inputs.advantages_T, logprobs_T: inputs.new_T, layout: layout)
        guard let covariance = covariance.value else { return [] }
        let places = inputs.advantages_T.indices.filter { layout.mask_T[$0] }
        var selected_T = [Bool](repeating: false, count: layout.tokens)
        if form == .klCovariance {
            for (index, _) in covariance.top(share: covarianceShare) { selected_T[places[index]] = true }
            return selected_T
        }
        var candidates = places.indices.filter { index in
            let token = places[index]
            let ratio = exp(inputs.new_T[token] - inputs.old_T[token])
            let isClipped = clipped(ratio: ratio, slope: 0, advantage: inputs.advantages_T[token]).isClipped
            let term = covariance.terms[index]
            return !isClipped && term > covarianceRange.lowerBound && term < covarianceRange.upperBound
        }
        var random = SplitMix64(seed: seed)
        candidates.shuffle(using: &random)
        for index in candidates.prefix(
            Int(clamping: covarianceShare * Double(places.count), to: 1...max(1, places.count), .down))
        {
            selected_T[places[index]] = true
        }
        return selected_T
    }
}
