internal import CKernels

/// Per-token estimates of KL(policy || reference) from the log-probabilities of the sampled tokens, with
/// d = logprob - reference logprob (Schulman, "Approximating KL divergence", 2020).
public struct KLEstimator: Sendable, Hashable, Codable {
    /// The formula in d.
    public enum Form: String, Sendable, Codable, CaseIterable {
        /// d: unbiased, may be negative.
        case k1
        /// d^2 / 2: biased, always >= 0.
        case k2
        /// exp(-d) - 1 + d: unbiased, always >= 0.
        case k3
        /// |d|.
        case abs
    }

    /// The formula.
    public var form = Form.k3
    /// d is clamped to +- this before it is used; nil leaves it.
    public var differenceLimit: Double?
    /// The result is clamped to +- this; nil leaves it.
    public var valueLimit: Double?
    /// The gradient is that of k2, which is the gradient of the true KL in expectation (verl's "k3+").
    public var usesStraightThroughGradient = false

    /// A formula without clamps.
    public init(_ form: Form) { self.form = form }

    /// verl's `kl_penalty`: kl or k1, abs, mse or k2, low_var_kl or k3 (clamped), each with an optional "+".
    public init(verl name: String) throws {
        let base = name.hasSuffix("+") ? String(name.dropLast()) : name
        let forms: [String: Form] = [
            "kl": .k1, "k1": .k1, "abs": .abs, "mse": .k2, "k2": .k2, "low_var_kl": .k3, "k3": .k3,
        ]
        guard let form = forms[base] else {
            throw OptimError("unknown KL estimator \(name); known: \(forms.keys.sorted().joined(separator: ", "))")
        }
        self.form = form
        usesStraightThroughGradient = name.hasSuffix("+")
        if form == .k3 { (differenceLimit, valueLimit) = (20, 10) }
    }

    /// OpenRLHF's `kl_estimator`: k1, k2 or k3, each clamped to +-10.
    public static func openRLHF(_ form: Form) -> KLEstimator {
        var estimator = KLEstimator(form)
        estimator.valueLimit = 10
        return estimator
    }

    /// The estimate for one token.
    public func value(_ logprob: Double, _ reference: Double) -> Double {
        var difference = logprob - reference
        if let limit = differenceLimit { difference = min(limit, max(-limit, difference)) }
        let value: Double =
            switch form {
            case .k1: difference
            case .k2: difference * difference / 2
            case .k3: exp(-difference) - 1 + difference
            case .abs: Swift.abs(difference)
            }
        return valueLimit.map { min($0, max(-$0, value)) } ?? value
    }

    /// Derivative of the estimate by the log-probability; 0 where a clamp holds.
    public func gradient(_ logprob: Double, _ reference: Double) -> Double {
        let difference = logprob - reference
        if usesStraightThroughGradient { return difference }
        if let limit = differenceLimit, Swift.abs(difference) > limit { return 0 }
        var unlimited = self
        unlimited.valueLimit = nil
        if let limit = valueLimit, Swift.abs(unlimited.value(logprob, reference)) > limit { return 0 }
        return switch form {
        case .k1: 1
        case .k2: difference
        case .k3: 1 - exp(-difference)
        case .abs: difference > 0 ? 1 : difference < 0 ? -1 : 0
        }
    }

    /// The estimate for every token; arrays of one length.
    public func values(logprobs_T: [Double], reference_T: [Double]) throws -> [Double] {
        var values_T: [Double] = []
        try values(logprobs_T: logprobs_T, reference_T: reference_T, into: &values_T)
        return values_T
    }

    /// As above into `values_T`, whose memory is reused from step to step.
    public func values(logprobs_T: [Double], reference_T: [Double], into values_T: inout [Double]) throws {
        guard logprobs_T.count == reference_T.count else {
            throw OptimError("length mismatch: \(logprobs_T.count) log-probs, \(reference_T.count) of the reference")
        }
        values_T.makeRoom(for: logprobs_T.count)
        let isFinite: Bool
        if form == .k3 {
            let most = Double.greatestFiniteMagnitude
            isFinite =
                assay_kl_k3(
                    logprobs_T, reference_T, logprobs_T.count, differenceLimit ?? most, valueLimit ?? most, &values_T)
                != 0
        } else {
            var sum = 0.0
            for token in logprobs_T.indices {
                values_T[token] = value(logprobs_T[token], reference_T[token])
                sum += (logprobs_T[token] - reference_T[token]) * 0
            }
            isFinite = sum == 0
        }
        guard !isFinite else { return }
        for (token, logprob) in logprobs_T.enumerated() where !(logprob - reference_T[token]).isFinite {
            throw OptimError(
                "log-probs \(logprob) and \(reference_T[token]) of token \(token) have no finite difference")
        }
    }
}
