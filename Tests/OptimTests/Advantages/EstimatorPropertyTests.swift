import Experience
import Optim
import Testing

/// What must hold for every score vector, not just for the golden ones.
@Suite struct EstimatorPropertyTests {
    static let published = EstimatorPreset.all.filter { !$0.name.contains("@") }.map(\.name)
    // Compare completions of a group only by their differences.
    static let shiftInvariant = ["grpo", "dr_grpo", "rloo", "lite_ppo", "nemo", "opo", "gdpo", "grpo_passk"]
    // Not nemo: it leaves a lone difference undivided.
    static let scaleInvariant = ["grpo", "lite_ppo", "gdpo", "grpo_passk"]
    static let zeroSum = ["grpo", "dr_grpo", "rloo", "gpg", "lite_ppo"]

    struct Batch {
        var scores: [Double?]
        var groups: GroupIndex

        init(seed: UInt64, isBinary: Bool = false) {
            var random = SplitMix64(seed: seed)
            let sizes = (0..<5).map { _ in Int(random.next() % 7) + 2 }
            scores = (0..<sizes.reduce(0, +)).map { _ in
                isBinary ? Double(random.next() % 2) : Double(Int(random.next() % 2001) - 1000) / 256
            }
            groups = GroupIndex(sizes: sizes)
        }
    }

    func estimator(_ name: String, eps: Double = 0) throws -> AdvantageEstimator {
        var estimator = try AdvantageEstimator.preset(name)
        estimator.eps = eps
        return estimator
    }

    func inputs(_ scores: [Double?], _ groups: GroupIndex) -> OutcomeInputs {
        var inputs = OutcomeInputs(scores_N: scores, groups: groups)
        inputs.lengths_N = scores.indices.map { Double($0 % 5 + 1) }
        inputs.greedy_N = scores.map { _ in 0.5 }
        return inputs
    }

    func advantages(_ name: String, _ scores: [Double?], _ groups: GroupIndex, eps: Double = 0) throws -> [Double?] {
        try estimator(name, eps: eps).advantages(inputs(scores, groups)).values_N
    }

    func expectClose(_ left: [Double?], _ right: [Double?], _ comment: String, within: Double = 1e-9) {
        for (a, b) in zip(left, right) {
            #expect((a == nil) == (b == nil))
            if let a, let b { #expect(abs(a - b) <= within * max(1, abs(a)), "\(comment): \(a) \(b)") }
        }
    }

    @Test(arguments: shiftInvariant) func shiftsDoNotMatter(name: String) throws {
        for seed in 0..<20 as Range<UInt64> {
            let batch = Batch(seed: seed)
            let shifted = batch.scores.map { $0.map { $0 + 512 } }
            expectClose(
                try advantages(name, batch.scores, batch.groups), try advantages(name, shifted, batch.groups), name)
        }
    }

    @Test(arguments: scaleInvariant) func scalesDoNotMatter(name: String) throws {
        for seed in 0..<20 as Range<UInt64> {
            let batch = Batch(seed: seed)
            let scaled = batch.scores.map { $0.map { $0 * 8 } }
            expectClose(
                try advantages(name, batch.scores, batch.groups), try advantages(name, scaled, batch.groups), name)
        }
    }

    @Test(arguments: zeroSum) func groupsSumToZero(name: String) throws {
        for seed in 0..<20 as Range<UInt64> {
            let batch = Batch(seed: seed)
            let values = try advantages(name, batch.scores, batch.groups)
            for group in 0..<batch.groups.count {
                let sum = batch.groups[group].reduce(0) { $0 + (values[$1] ?? 0) }
                #expect(abs(sum) < 1e-9, "\(name) group \(group): \(sum)")
            }
        }
    }

    @Test(arguments: published.filter { $0 != "rae" && $0 != "opo" && $0 != "grpo_passk" })
    func orderDoesNotMatter(name: String) throws {
        for seed in 0..<10 as Range<UInt64> {
            let batch = Batch(seed: seed, isBinary: true)
            let reversed = GroupIndex(
                ids: (0..<batch.groups.count).reversed().flatMap { group in
                    batch.groups[group].map { _ in group }
                })
            let values = try advantages(name, batch.scores, batch.groups, eps: 1e-6)
            let mirrored = try advantages(name, batch.scores.reversed(), reversed, eps: 1e-6)
            expectClose(values, mirrored.reversed(), name)
        }
    }

    @Test(arguments: EstimatorPreset.all.map(\.name)) func equalScoresGiveNothing(name: String) throws {
        let estimator = try AdvantageEstimator.preset(name)
        // These look at absolute scores: nothing to compare.
        let absolute: Set<AdvantageEstimator.Baseline> = [.none, .running, .greedy, .constant]
        guard !absolute.contains(estimator.baseline) else { return }
        let level = estimator.baseline == .passK ? 1.0 : 0.1
        let values = try advantages(
            name, [level, level, level, nil], GroupIndex(sizes: [4]), eps: estimator.eps)
        // Two frameworks divide their own rounding by an eps of 1e-8 and less, and are reproduced in that.
        let tolerance = estimator.arithmetic == .plain ? 2e-8 : 0
        #expect(values[3] == nil)
        for value in values.prefix(3) { #expect(abs(value ?? 1) <= tolerance, "\(name): \(values)") }
    }

    @Test(arguments: EstimatorPreset.all.map(\.name)) func unscoredRowsChangeNothingForTheOthers(name: String) throws {
        let scores: [Double?] = [1, 0, 0, 1, 1]
        let with: [Double?] = [1, nil, 0, 0, 1, nil, 1]
        func run(_ scores: [Double?]) throws -> [Double] {
            var estimator = try AdvantageEstimator.preset(name)
            estimator.eps = 1e-6
            var inputs = OutcomeInputs(scores_N: scores, groups: GroupIndex(sizes: [scores.count]))
            inputs.lengths_N = scores.map { _ in 3 }
            inputs.greedy_N = scores.map { _ in 0.5 }
            return try estimator.advantages(inputs).values_N.compactMap { $0 }
        }
        #expect(try run(scores) == run(with))
    }

    /// A row without a score is none that the only scored one of its group could be compared with.
    @Test(arguments: ["otb", "tir_otb"], [true, false]) func aLoneRowStaysAlone(name: String, zeroesTail: Bool) throws {
        func run(_ scores: [Double?]) throws -> [Double] {
            var estimator = try AdvantageEstimator.preset(name)
            estimator.zeroesTail = zeroesTail
            var tokens = TokenInputs(layout: try TokenLayout(lengths_N: scores.map { _ in 2 }))
            tokens.logprobs_T = (0..<2 * scores.count).map { -0.5 - Double($0) }
            tokens.sumOfSquares_T = tokens.logprobs_T.map { _ in 0.5 }
            let inputs = OutcomeInputs(scores_N: scores, groups: GroupIndex(sizes: [scores.count]))
            return try estimator.tokenAdvantages(inputs, tokens: tokens).advantages_T
        }
        #expect(try run([1]) == Array(run([1, nil]).prefix(2)))
    }

    @Test(arguments: EstimatorPreset.all.map(\.name), [Double.nan, .infinity, -.infinity])
    func badScoresAreRefusedByRow(name: String, bad: Double) throws {
        #expect { try advantages(name, [0, 1, bad, 1], GroupIndex(sizes: [4])) } throws: {
            "\($0)".contains("non-finite reward") && ($0 as? OptimError)?.row == 2
        }
    }

    /// A spread that overflows made an advantage 0 or NaN; scores of that size are no reason to lose the others.
    @Test(arguments: EstimatorPreset.all.map(\.name)) func hugeScoresGiveNoNumberThatIsNone(name: String) throws {
        for scores in [[1e200, 0, 1, 1], [1e308, -1e308, 1e308, 0], [1, 1, 1e-320, 0]] {
            let outcome = try? estimator(name).advantages(inputs(scores + [0, 1, 0, 1], GroupIndex(sizes: [4, 4])))
            guard let outcome else {
                Issue.record("\(name) ended for \(scores)")
                continue
            }
            for (row, value) in outcome.values_N.enumerated() {
                #expect(value?.isFinite ?? (outcome.undefined[row] != nil), "\(name): \(scores), row \(row)")
            }
        }
    }

    /// A group for which the formula has no value has none, and the others have theirs.
    @Test func oneGroupWithoutAValueEndsNothing() throws {
        func undefined(_ name: String, _ scores: [Double?], lengths: [Double]) throws -> [Int: Undefined] {
            var inputs = OutcomeInputs(scores_N: scores, groups: GroupIndex(sizes: [2, 2]))
            inputs.lengths_N = lengths
            return try AdvantageEstimator.preset(name).advantages(inputs).undefined
        }
        let lengths = [1.0, 1, 1, 1]
        #expect(
            try undefined("passk_training", [1, nil, 1, 0], lengths: lengths) == [0: .tooFewSamples, 1: .unscored])
        #expect(
            try undefined("passk_training", [1, 0.5, 1, 0], lengths: lengths) == [0: .notBinary, 1: .notBinary])
        #expect(
            try undefined("opo", [1, 0, 1, 0], lengths: [0, 0, 1, 1]) == [0: .zeroDenominator, 1: .zeroDenominator])
    }

    @Test func sameResultOnAnyNumberOfThreads() async throws {
        let batch = Batch(seed: 9)
        let alone = try AdvantageEstimator.preset("grpo").advantages(
            OutcomeInputs(scores_N: batch.scores, groups: batch.groups)
        ).values_N
        try await withThrowingTaskGroup(of: [Double?].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try AdvantageEstimator.preset("grpo").advantages(
                        OutcomeInputs(scores_N: batch.scores, groups: batch.groups)
                    ).values_N
                }
            }
            for try await values in group { #expect(values == alone) }
        }
    }

    @Test func orealClonesTheRightAndLeavesOneOutForTheWrong() {
        #expect(ScoreShaping.oreal(scores_G: [1, 0, nil, 0, 1]) == [1, -2.0 / 3, nil, -2.0 / 3, 1])
        #expect(ScoreShaping.oreal(scores_G: [0]) == [nil])
        #expect(ScoreShaping.oreal(scores_G: [0, 0]) == [0, 0])
    }

    @Test func aLoneCompletionHasNoAdvantageToCompareWith() throws {
        let outcome = try AdvantageEstimator.preset("grpo").advantages(
            OutcomeInputs(scores_N: [1], groups: GroupIndex(sizes: [1])))
        #expect(outcome.values_N == [nil])
        #expect(outcome.undefined == [0: .singleCompletion])
        #expect(try advantages("grpo@trl", [1], GroupIndex(sizes: [1])) == [0])
    }

    @Test func unknownNamesAreCorrected() {
        #expect { try AdvantageEstimator.preset("drgrpo") } throws: { "\($0)".contains("did you mean dr_grpo") }
    }
}
