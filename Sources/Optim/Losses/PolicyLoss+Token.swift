extension PolicyLoss {
    /// Surrogate of one token and its derivative by the token's new log-probability.
    struct TokenLoss {
        var value: Double
        var slope: Double
        var isClipped = false
        var isBounded = false
        var isDropped = false
    }

    /// The forms in which tokens do not depend on each other. `isSelected` is the covariance forms' choice.
    func token(new: Double, old: Double, advantage: Double, isSelected: Bool) -> TokenLoss {
        let difference = new - old
        let limited = limit(difference)
        let moves = limited == difference
        let ratio = exp(limited)
        switch form {
        case .clip: return clipped(ratio: ratio, slope: moves ? ratio : 0, advantage: advantage)
        case .cispo:
            let bounded = hasAbsoluteCap ? min(ratio, clipHigh) : min(1 + clipHigh, max(1 - clipLow, ratio))
            return TokenLoss(
                value: -bounded * advantage * new, slope: -bounded * advantage, isClipped: bounded != ratio)
        case .sapo:
            let tau = advantage > 0 ? tauPositive : tauNegative
            let gate = 1 / (1 + exp(-tau * (ratio - 1)))
            return TokenLoss(
                value: -advantage * gate * 4 / tau,
                slope: -advantage * 4 * gate * (1 - gate) * (moves ? ratio : 0))
        case .totalVariation, .binaryKL:
            let isOutside = isOutside(new: new, old: old, advantage: advantage)
            let weight = isOutside ? 0 : min(ratio, cap)
            return TokenLoss(
                value: -advantage * weight * new, slope: -advantage * weight, isClipped: isOutside,
                isBounded: !isOutside && ratio > cap)
        case .trustRegion, .symmetricRegion:
            let isOutside = isOutside(new: new, old: old, advantage: advantage)
            let gain = isOutside ? 0 : advantage * ratio
            return TokenLoss(
                value: -gain + quadratic * difference * difference, slope: -gain + 2 * quadratic * difference,
                isClipped: isOutside, isDropped: isOutside)
        case .reinforce: return TokenLoss(value: -advantage * new, slope: -advantage)
        case .regression:
            return TokenLoss(
                value: -advantage * new + quadratic / 2 * difference * difference,
                slope: -advantage + quadratic * difference)
        case .clipCovariance:
            if isSelected { return TokenLoss(value: 0, slope: 0, isClipped: true) }
            var loss = clipped(ratio: ratio, slope: ratio, advantage: advantage)
            loss.isClipped = false
            return loss
        case .klCovariance:
            let sign: Double = difference > 0 ? 1 : difference < 0 ? -1 : 0
            let weight = isSelected ? quadratic : 0
            return TokenLoss(
                value: -advantage * ratio + weight * abs(difference), slope: -advantage * ratio + weight * sign)
        case .sequence, .sequenceMean, .geometricMean: return TokenLoss(value: 0, slope: 0)
        }
    }

    /// PPO's clipped surrogate; `slope` is the derivative of the ratio.
    func clipped(ratio: Double, slope: Double, advantage: Double) -> TokenLoss {
        let bounded = min(1 + clipHigh, max(1 - clipLow, ratio))
        let isClipped = -advantage * bounded > -advantage * ratio
        var loss = TokenLoss(
            value: max(-advantage * ratio, -advantage * bounded), slope: isClipped ? 0 : -advantage * slope,
            isClipped: isClipped)
        if let dualClip, advantage < 0, loss.value > -advantage * dualClip {
            loss.value = -advantage * dualClip
            loss.slope = 0
            loss.isBounded = true
        }
        return loss
    }

    func limit(_ difference: Double) -> Double {
        logRatioLimit.map { min($0, max(-$0, difference)) } ?? difference
    }

    // Whether the probability moved too far: in the direction of the advantage, or in any.
    private func isOutside(new: Double, old: Double, advantage: Double) -> Bool {
        let (probability, before) = (exp(new), exp(old))
        switch form {
        case .symmetricRegion: return abs(probability - before) > clipHigh
        case .binaryKL:
            let divergence = before * (old - new) + (1 - before) * log((1 - before + 1e-8) / (1 - probability + 1e-8))
            return advantage > 0
                ? divergence > clipHigh && probability > before : divergence > clipLow && probability < before
        default: return advantage > 0 ? probability - before > clipHigh : probability - before < -clipLow
        }
    }
}
