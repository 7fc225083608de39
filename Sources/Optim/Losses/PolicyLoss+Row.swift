extension PolicyLoss {
    /// Surrogates of one row's tokens, for the forms that look at the whole row.
    ///
    /// `couplings` holds the derivatives by a common quantity that each loss token's log-probability moves by
    /// `share`: nil when each token has its own slope.
    struct RowLoss {
        var tokens: [TokenLoss]
        var share: Double?
    }

    func row(_ row: Int, _ inputs: PolicyLossInputs) -> RowLoss {
        let range = inputs.layout[row]
        let mask = inputs.layout.mask_T
        let count = range.lazy.reduce(0.0) { $0 + (mask[$1] ? 1 : 0) }
        guard form != .geometricMean else { return geometric(range, count, inputs) }
        var sum = 0.0
        for token in range where mask[token] { sum += inputs.new_T[token] - inputs.old_T[token] }
        // verl bounds the exponent from above only.
        let mean = sum / max(1, count)
        let ratio = exp(form == .sequence ? min(10, mean) : mean)
        let moves = form != .sequence || mean <= 10
        return RowLoss(
            tokens: range.map { clipped(ratio: ratio, slope: moves ? ratio : 0, advantage: inputs.advantages_T[$0]) },
            share: form == .sequenceMean ? 1 / max(1, count) : nil)
    }

    // One value for the row, written at its first token; every loss token inside the bounds moves it alike.
    private func geometric(_ range: Range<Int>, _ count: Double, _ inputs: PolicyLossInputs) -> RowLoss {
        let mask = inputs.layout.mask_T
        let divisor = count + (aggregationParameters.guardsTokenCounts ? 1e-8 : 0)
        var (sum, advantage) = (0.0, 0.0)
        var tokens = range.map { _ in TokenLoss(value: 0, slope: 0) }
        var active: [Bool] = []
        var logWeight = 0.0
        for (slot, token) in range.enumerated() {
            let difference = inputs.new_T[token] - inputs.old_T[token]
            let bounded = min(clipHigh, max(-clipLow, difference))
            let sign: Double = inputs.advantages_T[token] > 0 ? 1 : inputs.advantages_T[token] < 0 ? -1 : 0
            let kept = sign * min(sign * difference, sign * bounded)
            tokens[slot].isClipped = difference != bounded && sign > 0
            tokens[slot].isBounded = difference != bounded && sign < 0
            // Inside the bounds both branches agree; outside the derivative survives where the minimum is unclipped.
            active.append(mask[token] && sign != 0 && (difference == bounded || kept == difference))
            guard mask[token] else { continue }
            sum += kept
            advantage += inputs.advantages_T[token]
            if !inputs.weights_T.isEmpty { logWeight += log(inputs.weights_T[token] + 1e-10) }
        }
        guard count > 0, !tokens.isEmpty else { return RowLoss(tokens: tokens, share: nil) }
        let value =
            -(advantage / divisor) * exp(sum / divisor)
            * (inputs.weights_T.isEmpty ? 1 : exp(logWeight / divisor))
        tokens[0].value = value
        for slot in tokens.indices where active[slot] { tokens[slot].slope = value / divisor }
        return RowLoss(tokens: tokens, share: nil)
    }
}
