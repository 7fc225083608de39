import JSON
import Optim
import Testing

/// A parameter is refused exactly where it changes nothing.
@Suite struct UnreadParameterTests {
    private typealias Change = @Sendable (inout AdvantageEstimator) -> Void

    private static let changes: [(key: String, change: Change)] = [
        ("ddof", { $0.ddof = 1 - $0.ddof }), ("eps", { $0.eps += 0.5 }),
        ("singleton", { $0.singleton = $0.singleton == .zero ? .score : .zero }), ("k", { $0.k += 1 }),
        ("decay", { $0.decay = 0.3 }), ("constant", { $0.constant += 1 }), ("temperature", { $0.temperature = 3 }),
        ("scales_around_baseline", { $0.scalesAroundBaseline.toggle() }),
        ("requires_positive_mean", { $0.requiresPositiveMean.toggle() }), ("gamma", { $0.gamma = 0.7 }),
        ("lambda", { $0.lambda = 0.6 }), ("zeroes_tail", { $0.zeroesTail.toggle() }),
        ("gap", { $0.gap = $0.gap == .reset ? .carry : .reset }), ("batch_eps", { $0.batchEps = 0.25 }),
    ]

    /// Groups of five, one, three and four with ties, a negative mean, and a token in the middle that is not trained on.
    private static func outcome(_ given: AdvantageEstimator) throws -> [Double?] {
        var estimator = given
        // As over a store.
        if estimator.singleton == .refused { estimator.singleton = .undefined }
        var scores: [Double?] = [1, 0, 0.25, nil, 1, 0.5, -2, -1, 0.5, 1, 1, 0, 0]
        if estimator.baseline == .passK { scores = scores.map { $0.map { $0 > 0.4 ? 1 : 0 } } }
        let sizes = [5, 1, 3, 4]
        let groups = GroupIndex(sizes: sizes)
        let lengths_N = scores.indices.map { 3 + $0 % 4 }
        var result: OutcomeAdvantages
        if estimator.normalizesComponents {
            result = try estimator.advantages(
                components: ComponentScores(
                    values_NJ: scores.enumerated().map { row, score in [score, score.map { _ in Double(row % 3) }] },
                    weights_J: [1, 0.5]),
                groups: groups)
        } else {
            var inputs = OutcomeInputs(scores_N: scores, groups: groups)
            inputs.lengths_N = lengths_N.map { Double($0) }
            inputs.greedy_N = scores.map { _ in 0.25 }
            inputs.pastTrackers = ["0": SuccessTracker(successes: 3, failures: 1)]
            result = try estimator.advantages(inputs)
            if estimator.baseline == .tracker {
                inputs.pastTrackers = result.trackers
                result = try estimator.advantages(inputs)
            }
        }
        if estimator.credit.isOfTurns { return [] }
        let count = lengths_N.reduce(0, +)
        var layout = try TokenLayout(lengths_N: lengths_N)
        layout = try TokenLayout(
            lengths_N: lengths_N,
            mask_T: (0..<count).map { token in !layout.starts.dropLast().contains { $0 + 1 == token } })
        var tokens = TokenInputs(layout: layout)
        tokens.values_T = (0..<count).map { Double($0 % 7) / 7 }
        tokens.logprobs_T = (0..<count).map { -0.1 - Double($0 % 5) / 5 }
        tokens.sumOfSquares_T = (0..<count).map { Double($0 % 3) / 4 }
        let token = try estimator.tokenAdvantages(result, groups: groups, tokens: tokens)
        return result.values_N + token.advantages_T.enumerated().map { layout.mask_T[$0] ? $1 : 0 } + token.returns_T
    }

    @Test(arguments: EstimatorPreset.all.map(\.name)) func whatIsRefusedChangesNothingAndTheRestDoes(_ name: String)
        throws
    {
        let preset = try AdvantageEstimator.preset(name)
        if preset.credit.isOfTurns { return }
        let unread = refused(name)
        let plain = try Self.outcome(preset)
        for (key, change) in Self.changes {
            var changed = preset
            change(&changed)
            let other = try Self.outcome(changed)
            #expect((other == plain) == unread.contains(key), "\(name): \(key)")
        }
    }

    /// The keys that a configuration is refused for.
    private func refused(_ name: String) -> Set<String> {
        let values: [String: JSONValue] = [
            "ddof": 0, "eps": 0.5, "singleton": "zero", "k": 3, "decay": 0.3, "constant": 1, "temperature": 3,
            "scales_around_baseline": true, "requires_positive_mean": false, "gamma": 0.7, "lambda": 0.6,
            "zeroes_tail": false, "gap": "reset", "batch_eps": 0.25,
        ]
        return Set(
            values.filter { key, value in
                var options = OptimizeOptions()
                (options.preset, options.overrides) = (name, .object([.init(key, value)]))
                return refusedKey { _ = try options.estimator() } == "overrides.\(key)"
            }.keys)
    }
}
