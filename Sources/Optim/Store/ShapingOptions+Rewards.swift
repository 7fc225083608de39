extension ShapingOptions {
    /// One completion as shaping sees it.
    struct Row {
        var score: Double?
        var length: Int?
        var isCorrect: Bool
        var isTruncated: Bool
        var turns = 1
    }

    /// Rewards of the groups of one window; a row without a score has none. Throws when a length is needed and not known.
    func rewards(_ rows_N: [Row], groups: GroupIndex) throws -> [Double?] {
        let targets = try adaptiveTargets(rows_N, groups)
        var rewards_N = [Double?](repeating: nil, count: rows_N.count)
        for group in 0..<groups.count {
            let places = Array(groups[group])
            let rows_G = places.map { rows_N[$0] }
            let target = targets[Difficulty(rows_G)] ?? laserTarget
            for (place, reward) in zip(places, try rewards(rows_G, laserTarget: target)) { rewards_N[place] = reward }
        }
        return rewards_N
    }

    private func rewards(_ rows_G: [Row], laserTarget: Int?) throws -> [Double?] {
        var rewards_G = try rows_G.map { row in
            try row.score.map { score in
                var reward = min(clipHigh ?? .infinity, max(clipLow ?? -.infinity, (score + bias) * scale))
                if let cosine { reward = cosine.reward(length: try Self.length(row), isCorrect: row.isCorrect) }
                return stopProperly.map {
                    LengthPenalty.stopProperly(score: reward, isTruncated: row.isTruncated, coefficient: $0)
                } ?? reward
            }
        }
        guard
            overlongLimit != nil || kimiWeight != nil || laserTarget != nil || relativeLength != nil
                || relativeTurns != nil
        else {
            return rewards_G
        }
        // Unscored rows are left out of the group's shortest and longest.
        let places = rows_G.indices.filter { rows_G[$0].score != nil }
        if let lambdaThreshold {
            let correct = places.count { rows_G[$0].isCorrect }
            let isActive = LengthPenalty.isActive(correct: correct, scored: places.count, threshold: lambdaThreshold)
            guard isActive else { return rewards_G }
        }
        let lengths = readsLengths ? try places.map { try Self.length(rows_G[$0]) } : places.map { _ in 0 }
        let kimi = try kimiWeight.map { weight in
            try LengthPenalty.kimi(lengths_G: lengths, isCorrect_G: places.map { rows_G[$0].isCorrect })
                .map { $0 * weight }
        }
        for (slot, place) in places.enumerated() {
            var bonus = kimi?[slot] ?? 0
            if let overlongLimit, let overlongBuffer {
                bonus += try LengthPenalty.overlong(
                    length: lengths[slot], limit: overlongLimit, buffer: overlongBuffer, factor: overlongFactor)
            }
            if let laserTarget, rows_G[place].isCorrect, lengths[slot] <= laserTarget { bonus += laserAlpha }
            rewards_G[place] = rewards_G[place].map { $0 + bonus }
        }
        let amounts: [(weight: Double?, of: (Row) -> Int)] = [
            (relativeLength, { $0.length ?? 0 }), (relativeTurns, \.turns),
        ]
        let costs = amounts.compactMap { amount in
            amount.weight.map { (weight: $0, amounts_N: rows_G.map { Double(amount.of($0)) }) }
        }
        return costs.isEmpty
            ? rewards_G
            : RelativeCost.apply(scores_N: rewards_G, costs: costs, groups: GroupIndex(sizes: [rows_G.count]))
    }

    /// The weight of the KL penalty, constant or adapted.
    func klController(from weight: Double? = nil) throws -> KLController {
        guard let klTarget else { return KLController(constant: klBeta) }
        return try KLController(initial: weight ?? klBeta, target: klTarget, horizon: klHorizon)
    }

    private var cosine: LengthPenalty.Cosine? {
        cosineLimit.map { limit in
            var cosine = LengthPenalty.Cosine()
            cosine.limit = limit
            cosine.correct = .init(short: cosineCorrect[0], long: cosineCorrect[1])
            cosine.wrong = .init(short: cosineWrong[0], long: cosineWrong[1])
            return cosine
        }
    }

    private static func length(_ row: Row) throws -> Int {
        guard let length = row.length else {
            throw OptimError("length shaping needs token counts; the server of this run reported none")
        }
        return length
    }

    /// LASER-D's classes: thirds of the group's share of right answers.
    private enum Difficulty: Hashable {
        case easy, medium, hard

        init(_ rows_G: [Row]) {
            let scored = rows_G.count { $0.score != nil }
            let correct = rows_G.count { $0.score != nil && $0.isCorrect }
            self = 3 * correct >= 2 * scored ? .easy : 3 * correct >= scored ? .medium : .hard
        }
    }

    private func adaptiveTargets(_ rows_N: [Row], _ groups: GroupIndex) throws -> [Difficulty: Int] {
        guard let laserCoverage else { return [:] }
        var lengths: [Difficulty: [Int]] = [:]
        for group in 0..<groups.count {
            let rows_G = groups[group].map { rows_N[$0] }
            for row in rows_G where row.score != nil && row.isCorrect {
                lengths[Difficulty(rows_G), default: []].append(try Self.length(row))
            }
        }
        return lengths.compactMapValues { LengthPenalty.adaptiveTarget(lengths: $0, coverage: laserCoverage).value }
    }
}
