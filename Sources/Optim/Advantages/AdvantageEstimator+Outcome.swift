extension AdvantageEstimator {
    /// Advantages of one group; nil where the completion has no score or the formula no value.
    ///
    /// Parts that look at a batch (`batch`, GPG) see this group as the whole batch.
    public func advantages(scores_G: [Double?], lengths_G: [Double] = []) throws -> [Double?] {
        var inputs = OutcomeInputs(scores_N: scores_G, groups: GroupIndex(sizes: [scores_G.count]))
        inputs.lengths_N = lengths_G
        return try advantages(inputs).values_N
    }

    /// Advantages of a batch of groups, linear in its rows. A group for which the formula has no value has none, and a reason.
    ///
    /// Throws for an empty batch, arrays of unequal lengths, a score that is not finite, and for a missing input.
    public func advantages(_ inputs: OutcomeInputs) throws -> OutcomeAdvantages {
        try validate()
        let count = inputs.scores_N.count
        try check(inputs)
        var result = OutcomeAdvantages(
            values_N: Array(repeating: nil, count: count), baselines_N: Array(repeating: nil, count: count),
            scales_N: Array(repeating: nil, count: count))
        let batch = needsBatch ? Moments(inputs.scores_N.lazy.compactMap { $0 }, arithmetic: arithmetic) : Moments([])
        var averages = inputs.pastAverages
        let running = baseline == .running ? runningBaselines(inputs, &averages) : []
        result.averages = averages
        result.moments = looksAtDomains ? domainMoments(inputs) : inputs.pastMoments
        result.trackers = baseline == .tracker ? trackers(inputs) : inputs.pastTrackers
        var scored: [Int] = []
        var scores: [Double] = []
        // Stays 0 while all that is computed is finite.
        var excess = 0.0
        for group in 0..<inputs.groups.count {
            scored.removeAll(keepingCapacity: true)
            scores.removeAll(keepingCapacity: true)
            for row in inputs.groups[group] {
                if let score = inputs.scores_N[row] {
                    scored.append(row)
                    scores.append(score)
                } else {
                    result.undefined[row] = .unscored
                }
            }
            guard !scored.isEmpty else { continue }
            let moments = Moments(scores, arithmetic: arithmetic)
            if moments.isConstant, scored.count > 1 { result.uniformGroups += 1 }
            if scored.count == 1, comparesGroup {
                try single(row: scored[0], score: scores[0], into: &result)
                continue
            }
            if let reason = obstacle(inputs, scored, scores) {
                for row in scored { result.undefined[row] = reason }
                continue
            }
            let parts = try GroupParts(self, inputs, rows: scored, scores: scores, moments: moments, batch: batch)
            for (slot, row) in scored.enumerated() {
                let domain = looksAtDomains ? result.moments[inputs.domain(of: row)] : nil
                let past: Double? =
                    switch baseline {
                    case .running: running[row]
                    case .domain: domain?.mean
                    case .tracker: inputs.pastTrackers[inputs.problem(of: row, group), default: SuccessTracker()].mean
                    default: nil
                    }
                let base = past ?? parts.baseline(slot)
                let centred = past.map { scores[slot] - $0 } ?? parts.centred(slot)
                let divisor = scale == .domain ? domain?.deviation(ddof: ddof) : parts.divisor(slot)
                if scale == .domain, divisor == nil {
                    result.undefined[row] = .tooFewSamples
                    continue
                }
                let value = divisor.map { divide(centred, by: $0) } ?? centred
                result.baselines_N[row] = base
                result.scales_N[row] = divisor
                result.values_N[row] = value
                excess += value * 0 + (divisor ?? 0) * 0
            }
        }
        if scale == .batch, scalesAroundBaseline { excess += scaleByBaselineSpread(&result) * 0 }
        excess += applyGPG(inputs, &result) * 0
        if normalizesRows { excess += normalizeRows(&result) * 0 }
        if positiveWeight != 1 || negativeWeight != 1 { excess += applySigns(&result) * 0 }
        if excess != 0 { dropExcess(&result) }
        // What becomes of tokens is clipped there.
        if let advantageClip, credit == .outcome, whitening == .none {
            for row in result.values_N.indices {
                result.values_N[row] = result.values_N[row].map { min(advantageClip, max(-advantageClip, $0)) }
            }
        }
        return result
    }

    // Why the formula has no value for a group of these scores; nil where it has.
    private func obstacle(_ inputs: OutcomeInputs, _ rows: [Int], _ scores: [Double]) -> Undefined? {
        switch baseline {
        case .passK where scores.contains(where: { $0 != 0 && $0 != 1 }): .notBinary
        case .passK where k > scores.count: .tooFewSamples
        case .lengthWeighted where rows.allSatisfy({ inputs.lengths_N[$0] == 0 }): .zeroDenominator
        default: nil
        }
    }

    // A spread that overflowed would make an advantage 0 or NaN.
    private func dropExcess(_ result: inout OutcomeAdvantages) {
        for row in result.values_N.indices {
            guard let value = result.values_N[row] else { continue }
            if value.isFinite, result.scales_N[row]?.isFinite ?? true { continue }
            result.drop(row, .overflow)
        }
    }

    private var needsBatch: Bool { baseline == .batch || scale == .batch }

    private func divide(_ centred: Double, by divisor: Double) -> Double {
        if scale == .mean, requiresPositiveMean, divisor <= 0 { return 0 }
        return divisor == 0 ? centred : centred / (divisor + eps)
    }

    // The spread of the batch around each row's own baseline is known only when all baselines are.
    private func scaleByBaselineSpread(_ result: inout OutcomeAdvantages) -> Double {
        let centred = result.values_N.compactMap { $0 }
        guard centred.count > ddof else { return 0 }
        let spread = (centred.reduce(0) { $0 + $1 * $1 } / Double(centred.count - ddof)).squareRoot()
        for row in result.values_N.indices {
            guard let value = result.values_N[row] else { continue }
            result.scales_N[row] = spread
            result.values_N[row] = divide(value, by: spread)
        }
        return spread
    }

    // Whether a group of one has nothing to be compared with.
    var comparesGroup: Bool {
        switch baseline {
        case .group, .leaveOneOut, .lengthWeighted, .runnerUp: true
        case .none, .batch, .greedy, .running, .domain, .tracker, .passK, .constant, .softMean:
            scale == .group || scale == .leaveOneOut
        }
    }

    private func check(_ inputs: OutcomeInputs) throws {
        let count = inputs.scores_N.count
        guard count > 0 else { throw OptimError("empty batch: there is no completion to compute advantages for") }
        guard inputs.groups.rows.count == count else {
            throw OptimError("length mismatch: \(count) scores, \(inputs.groups.rows.count) rows in groups")
        }
        for (row, score) in inputs.scores_N.enumerated() {
            if let score, !score.isFinite { throw OptimError("non-finite reward \(score)", row: row) }
        }
        func demand(_ wanted: Bool, _ length: Int, _ what: String) throws {
            guard !wanted || length == count else {
                throw OptimError("length mismatch: \(count) scores, \(length) \(what), which \(preset) needs")
            }
        }
        try demand(baseline == .lengthWeighted, inputs.lengths_N.count, "lengths")
        try demand(baseline == .greedy, inputs.greedy_N.count, "greedy scores")
        try demand(baseline == .running && !inputs.roles_N.isEmpty, inputs.roles_N.count, "roles")
        try demand(looksAtDomains && !inputs.domains_N.isEmpty, inputs.domains_N.count, "domains")
        try demand(baseline == .tracker && !inputs.problems_N.isEmpty, inputs.problems_N.count, "problems")
        for (row, score) in inputs.greedy_N.enumerated() {
            if let score, !score.isFinite { throw OptimError("non-finite reward \(score) of a greedy row", row: row) }
        }
        for (row, length) in inputs.lengths_N.enumerated() where !(length.isFinite && length >= 0) {
            throw OptimError("length \(length) is not a count of tokens", row: row)
        }
    }

    private func single(row: Int, score: Double, into result: inout OutcomeAdvantages) throws {
        switch singleton {
        case .undefined: result.undefined[row] = .singleCompletion
        case .zero: (result.values_N[row], result.baselines_N[row]) = (0, score)
        case .score:
            let divisor = arithmetic == .verl ? Double(1 + Float(eps)) : 1 + eps
            (result.values_N[row], result.baselines_N[row]) = (scale == .group ? score / divisor : score, 0)
        case .refused:
            throw OptimError("\(preset) requires at least 2 samples per group; this group has 1", row: row)
        }
    }

    // Returns the sum of what came out, which is finite when all of it is.
    private func applySigns(_ result: inout OutcomeAdvantages) -> Double {
        var sum = 0.0
        for row in result.values_N.indices {
            guard let value = result.values_N[row], value != 0 else { continue }
            let weighed = value * (value > 0 ? positiveWeight : negativeWeight)
            result.values_N[row] = weighed
            sum += weighed
        }
        return sum
    }

    // SPIRAL: b <- decay * b + (1 - decay) * r after each score, in row order, from 0.
    private func runningBaselines(_ inputs: OutcomeInputs, _ average: inout [String: Double]) -> [Double] {
        inputs.scores_N.enumerated().map { row, score in
            let role = inputs.roles_N.isEmpty ? "" : inputs.roles_N[row]
            let past = average[role, default: 0]
            guard let score else { return past }
            average[role] = decay * past + (1 - decay) * score
            return past
        }
    }

    /// Whether scores are compared with those of their domain so far.
    var looksAtDomains: Bool { baseline == .domain || scale == .domain }

    private func domainMoments(_ inputs: OutcomeInputs) -> [String: RunningMoments] {
        var scores: [String: [Double]] = [:]
        for (row, score) in inputs.scores_N.enumerated() {
            if let score { scores[inputs.domain(of: row), default: []].append(score) }
        }
        var moments = inputs.pastMoments
        for (domain, scores) in scores { moments[domain, default: RunningMoments()].add(scores) }
        return moments
    }

    // Each problem's tracker with the batch's scores in it: all of them come from one policy.
    private func trackers(_ inputs: OutcomeInputs) -> [String: SuccessTracker] {
        var scores: [String: [Double]] = [:]
        for group in 0..<inputs.groups.count {
            for row in inputs.groups[group] {
                if let score = inputs.scores_N[row] {
                    scores[inputs.problem(of: row, group), default: []].append(score)
                }
            }
        }
        var trackers = inputs.pastTrackers
        for (problem, scores) in scores { trackers[problem, default: SuccessTracker()].add(scores, decay: decay) }
        return trackers
    }

    // Returns the deviation, which is finite when all of the advantages are.
    private func normalizeRows(_ result: inout OutcomeAdvantages) -> Double {
        let moments = Moments(result.values_N.lazy.compactMap { $0 }, arithmetic: arithmetic)
        let deviation = moments.significant(ddof: ddof)
        for row in result.values_N.indices {
            guard let value = result.values_N[row] else { continue }
            let centred = value - moments.mean
            result.values_N[row] = deviation > 0 ? centred / (deviation + eps) : centred
        }
        return deviation
    }

    // Returns the sum of what came out, which is finite when all of it is.
    private func applyGPG(_ inputs: OutcomeInputs, _ result: inout OutcomeAdvantages) -> Double {
        guard let gpgNorm else { return 0 }
        let scored = inputs.scores_N.lazy.compactMap { $0 }
        let nonZero = scored.reduce(0) { $0 + ($1 != 0 ? 1 : 0) }
        let total = scored.reduce(0) { count, _ in count + 1 }
        var factor = Double(total) / Double(max(1, nonZero))
        if arithmetic == .verl { factor = Double(Float(factor)) }
        var sum = 0.0
        for row in result.values_N.indices {
            guard let value = result.values_N[row] else { continue }
            result.values_N[row] = value * factor / gpgNorm
            sum += value * factor / gpgNorm
        }
        return sum
    }
}

extension OutcomeInputs {
    fileprivate func domain(of row: Int) -> String { domains_N.isEmpty ? "" : domains_N[row] }
    fileprivate func problem(of row: Int, _ group: Int) -> String { problems_N.isEmpty ? "\(group)" : problems_N[row] }
}
