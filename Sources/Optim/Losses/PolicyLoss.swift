/// A reference implementation of policy-gradient losses, with the derivative by each new log-probability.
///
/// With rho = exp(new - old) and A the advantage; trainers compute the same on the accelerator. Here it serves to check
/// a trainer, and to diagnose a step from the log-probabilities that the trainer wrote back.
public struct PolicyLoss: Sendable, Hashable, Codable {
    /// The surrogate of one token or row.
    public enum Form: String, Sendable, Codable, CaseIterable {
        /// max(-A rho, -A clip(rho)); for A < 0 at most -A * `dualClip` (PPO, arXiv 1707.06347; 1912.09729).
        case clip
        /// As `clip` with the row's geometric mean of rho; the gradient flows through each token's own
        /// log-probability (GSPO-token, arXiv 2507.18071, as in verl).
        case sequence
        /// As `sequence`, with the gradient of the mean itself (TRL).
        case sequenceMean
        /// -A exp(mean of the clipped log rho) per row (GMPO, arXiv 2507.20673); clip bounds are on log rho.
        case geometricMean
        /// -clip(rho) A logp with clip(rho) held constant (CISPO, arXiv 2506.13585).
        case cispo
        /// -A sigmoid(tau (rho - 1)) 4 / tau (SAPO, arXiv 2511.20347).
        case sapo
        /// -min(rho, `cap`) A logp, rho held constant, without tokens whose probability moved too far in the direction
        /// of A: by more than the bounds in total variation (DPPO, arXiv 2602.04879).
        case totalVariation
        /// As `totalVariation`, bounds on the binary KL divergence.
        case binaryKL
        /// -A rho without tokens outside the same trust region, plus `quadratic` * (log rho)^2 for all (prime-rl).
        case trustRegion
        /// As `trustRegion`, whatever the sign of A (prime-rl's IPO).
        case symmetricRegion
        /// -A logp (GPG, arXiv 2504.02546; REINFORCE).
        case reinforce
        /// -A logp + `quadratic` / 2 * (log rho)^2 (DRO, arXiv 2405.19107).
        case regression
        /// `clip` without a share of the tokens whose covariance of A and logp lies inside a range (Clip-Cov, arXiv
        /// 2505.22617).
        case clipCovariance
        /// -A rho, plus `quadratic` * |log rho| for the share of tokens of highest covariance (KL-Cov, same paper).
        case klCovariance
    }

    /// The surrogate.
    public var form = Form.clip
    /// Clip range below 1, or the trust region's lower bound.
    public var clipLow = 0.2
    /// Clip range above 1, or the trust region's upper bound.
    public var clipHigh = 0.2
    /// Bound for negative advantages, above 1; nil leaves it out.
    public var dualClip: Double?
    /// log rho is clamped to +- this; nil leaves it. verl: 20.
    public var logRatioLimit: Double?
    /// `cispo`: `clipHigh` is the highest rho itself and there is no lower bound (TRL).
    public var hasAbsoluteCap = false
    /// Highest rho of the `totalVariation` and `binaryKL` forms.
    public var cap = 20.0
    /// SAPO's temperature for positive advantages.
    public var tauPositive = 1.0
    /// SAPO's temperature for the others.
    public var tauNegative = 1.05
    /// Weight of the quadratic or absolute term of the forms that have one.
    public var quadratic = 0.001
    /// Share of tokens that the covariance forms select, in (0, 1].
    public var covarianceShare = 0.0002
    /// Covariances that `clipCovariance` may leave out.
    public var covarianceRange = 1.0...5.0
    /// Seed of the choice among them.
    public var seed: UInt64 = 0
    /// Weight of a k3 penalty against the reference policy; 0 leaves it out.
    public var beta = 0.0
    /// How tokens become one number.
    public var aggregation = LossAggregation.tokenMean
    /// What else that depends on.
    public var aggregationParameters = LossAggregation.Parameters()

    /// PPO's clipped surrogate with the defaults above.
    public init(_ form: Form = .clip) { self.form = form }
}

/// What a loss reads; flat arrays in the layout's order.
public struct PolicyLossInputs: Sendable {
    /// Rows and loss tokens.
    public var layout: TokenLayout
    /// Log-probabilities under the policy being trained.
    public var new_T: [Double]
    /// Log-probabilities that ratios are taken against (the policy before the step).
    public var old_T: [Double]
    /// Advantages.
    public var advantages_T: [Double]
    /// Importance weights that multiply the surrogate; empty means 1.
    public var weights_T: [Double] = []
    /// Log-probabilities of the reference policy, for `beta`.
    public var reference_T: [Double] = []
    /// Group of each row, for the aggregation `promptMean`.
    public var groups: GroupIndex?

    /// The arrays every form needs.
    public init(layout: TokenLayout, new_T: [Double], old_T: [Double], advantages_T: [Double]) {
        self.layout = layout
        self.new_T = new_T
        self.old_T = old_T
        self.advantages_T = advantages_T
    }
}

/// A loss with what a trainer would log about it.
public struct PolicyLossResult: Sendable {
    /// The aggregated loss.
    public var loss = 0.0
    /// Surrogate per token, before aggregation.
    public var losses_T: [Double] = []
    /// Derivative of `loss` by each new log-probability.
    public var gradients_T: [Double] = []
    /// Share of loss tokens whose surrogate is clipped (or left out).
    public var clipFraction = 0.0
    /// Share of loss tokens held by the second bound.
    public var clipFractionLower = 0.0
    /// Mean of old - new over loss tokens, the k1 estimate of KL(old || new); absolute for `klCovariance`.
    public var approximateKL = 0.0
    /// Which tokens the form left out; empty for forms that leave out none.
    public var dropped_T: [Bool] = []
}
