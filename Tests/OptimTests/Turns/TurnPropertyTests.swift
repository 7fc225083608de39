import Optim
import Testing

/// What holds for credit over turns whatever the numbers are, and what is refused.
@Suite struct TurnPropertyTests {
    /// Two episodes of two turns and one of one; between turns stands a token that was given.
    static func turns() throws -> TurnLayout {
        let mask: [[Bool]] = [[true, true, false, true], [true, false, true, true], [true, true]]
        return try TurnLayout(
            layout: TokenLayout(mask_NT: mask), turns_N: [[0..<2, 3..<4], [0..<1, 2..<4], [0..<2]])
    }

    static let groups = GroupIndex(sizes: [3])
    static let comparing = ["gigpo", "gigpo_std", "mt_grpo", "step_reinforce", "spa"]

    func advantages(
        _ name: String, scores: [Double?], rewards: [Double?], states: [UInt64?] = [0, 1, 0, 2, 0],
        progress: [Double?] = [0.5, 1, 0.25, 0.5, 1], change: (inout AdvantageEstimator) -> Void = { _ in }
    ) throws -> [Double] {
        var estimator = try AdvantageEstimator.preset(name)
        change(&estimator)
        let turns = try Self.turns()
        var inputs = TurnInputs(
            turns: turns,
            rewards_K: try estimator.turnRewards(
                rewards_N: scores, environment_K: rewards, progress_K: progress, turns: turns))
        inputs.states_K = states
        var tokens = TokenInputs(layout: turns.layout)
        tokens.turns = inputs
        tokens.values_T = (0..<turns.layout.tokens).map { Double($0) / 8 }
        return try estimator.tokenAdvantages(
            OutcomeInputs(scores_N: scores, groups: Self.groups), tokens: tokens
        ).advantages_T
    }

    @Test(arguments: comparing) func equalEpisodesGiveNothing(name: String) throws {
        let found = try advantages(name, scores: [0.1, 0.1, 0.1], rewards: []) {
            ($0.turnRewards, $0.turnGamma) = (.outcome, 1)
        }
        #expect(found.allSatisfy { $0 == 0 })
    }

    @Test(arguments: comparing + ["loop", "turn_gae", "bi_level_gae"]) func givenTokensGetNothing(name: String) throws {
        let found = try advantages(name, scores: [1, 0, 0.5], rewards: [0.5, 1, nil, 0, 2])
        let mask = try Self.turns().layout.mask_T
        #expect(zip(found, mask).allSatisfy { $1 || $0 == 0 } && found.contains { $0 != 0 })
    }

    @Test(arguments: comparing) func unscoredEpisodesAreInNoBaseline(name: String) throws {
        let two = try advantages(name, scores: [1, 0, nil], rewards: [0.5, 1, nil, 0, 0])
        let other = try advantages(
            name, scores: [1, 0, nil], rewards: [0.5, 1, nil, 0, 1e6], states: [0, 1, 0, 2, 1],
            progress: [0.5, 1, 0.25, 0.5, 0])
        #expect(two == other && two.suffix(2) == [0, 0])
    }

    /// Episodes in another order within their group have the same advantages in that order.
    @Test(arguments: 0..<20 as Range<UInt64>) func orderDoesNotMatter(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let count = 6
        let episodes = (0..<count).map { _ in
            (0..<Int.random(in: 1...4, using: &random)).map { _ in UInt64.random(in: 0...2, using: &random) }
        }
        let scores = (0..<count).map { _ in Double.random(in: -1...1, using: &random) }
        let order = Array(0..<count).shuffled(using: &random)
        func values(_ order: [Int]) throws -> [[Double?]] {
            let turns = try TurnLayout(
                layout: TokenLayout(lengths_N: order.map { episodes[$0].count }),
                turns_N: order.map { row in episodes[row].indices.map { $0..<$0 + 1 } })
            let estimator = try AdvantageEstimator.preset("gigpo_std")
            let outcome = try estimator.advantages(
                OutcomeInputs(scores_N: order.map { scores[$0] }, groups: GroupIndex(sizes: [count])))
            var inputs = TurnInputs(
                turns: turns, rewards_K: try TurnReturns.outcomes(order.map { scores[$0] }, turns: turns))
            inputs.states_K = order.flatMap { episodes[$0] }
            let found = try estimator.turnAdvantages(outcome, groups: GroupIndex(sizes: [count]), turns: inputs)
            return (0..<count).map { Array(found[turns[$0]]) }
        }
        let (plain, mixed) = (try values(Array(0..<count)), try values(order))
        for (place, row) in order.enumerated() {
            for (one, other) in zip(plain[row], mixed[place]) { #expect(abs((one ?? .nan) - (other ?? .nan)) < 1e-9) }
        }
    }

    @Test func aLoneStateAddsNothingAndGroupsOfStatesSumToZero() throws {
        let turns = try Self.turns()
        let states: [UInt64?] = [0, 7, 0, nil, 0]
        let groups_K = try StepGroups.byState(states_K: states, groups: Self.groups, turns: turns)
        let steps = try StepGroups.advantages(
            returns_K: [3, 1, 2, 5, -2], groups_K: groups_K, estimator: try .preset("gigpo"))
        #expect(steps[1] == 0 && steps[3] == 0)
        #expect(steps[0] == 2 && steps[2] == 1 && steps[4] == -3)
    }

    @Test func sharesSumToTheOutcome() throws {
        let turns = try Self.turns()
        let contributions = try ProgressShares.contributions(progress_K: [0.5, nil, nil, nil, 1], turns: turns)
        #expect(contributions == [0.5, 0, nil, nil, 1])
        let shares = try ProgressShares.rewards(
            outcomes_N: [0, 3, 1], contributions_K: contributions.map { $0 ?? 0 }, turns: turns)
        #expect(shares == [0.25, -0.25, 1.5, 1.5, 1])
        let grounded = try ProgressShares.rewards(
            outcomes_N: [0, 3, 1], contributions_K: contributions.map { $0 ?? 0 }, turns: turns,
            grounding_K: [1, 0, 1, 0, 1])
        #expect(grounded == [0.75, -0.25, 2, 1.5, 1.5])
    }

    @Test func aTurnWithoutLossTokensIsPassedOver() throws {
        let layout = try TokenLayout(mask_NT: [[true, false, true]])
        let turns = try TurnLayout(layout: layout, turns_N: [[0..<1, 1..<2, 2..<3]])
        let found = try TurnGAE.turnWise(
            rewards_K: [1, 2, 4], values_K: [0.5, .zero, 0.25], turns: turns, gamma: 0.5, lambda: 1)
        // r = 1 + 0.5 * 2, then the last turn.
        #expect(found.advantages_K == [2 + 0.5 * 0.25 - 0.5 + 0.5 * 3.75, 0, 3.75])
        #expect(TurnLayout(runsOf: layout).tokens_K == [0..<1, 2..<3])
    }

    @Test func weightsLeaveOutWhatIsNotKept() throws {
        let turns = try Self.turns()
        #expect(
            try TurnWeights.episode.weights(turns: turns, keeping: [true, false, true]) == [0.75, 0.75, 0, 0, 1.5])
        let seconds: [Double] = [1, 3, 9, 9, 2]
        #expect(
            try TurnWeights.duration.weights(turns: turns, durations_K: seconds, keeping: [true, false, true])
                == [0.5, 1.5, 0, 0, 1])
        #expect(try TurnWeights.duration.weights(turns: turns, durations_K: [0, 0, 0, 0, 0]) == [1, 1, 1, 1, 1])
    }

    @Test func sharedTokensTrainOnceWithTheMeanOfTheirRows() throws {
        // The third row forks off the second, which forked off the first; one of the two first tokens was given.
        let tree = try ForkTree(
            layout: TokenLayout(mask_NT: [[true, false, true], [true, false, true, true], [true, false, true, true]]),
            parents_N: [nil, 0, 1], shared_N: [0, 2, 3])
        #expect(try tree.once().lossTokens == 5)
        let found = try tree.advantages([3, 0, 6])
        #expect(found.advantages_T == [3, 0, 3, 0, 0, 3, 0, 0, 0, 0, 6])
        // A row without a score still trains what a scored one shares with it.
        let partly = try tree.advantages([nil, nil, 6])
        #expect(partly.advantages_T == [6, 0, 0, 0, 0, 6, 0, 0, 0, 0, 6] && partly.layout.lossTokens == 3)
    }

    @Test func forksKeepToTheRoomAndTheChance() {
        var random = SplitMix64(seed: 3)
        var branching = EntropyBranching()
        branching.weight = 1
        #expect(branching.forks(entropy: 0.9, initial: 0.1, room: 3, beam: 8, using: &random) == 3)
        #expect(branching.forks(entropy: 0.1, initial: 0.9, room: 3, beam: 8, using: &random) == 0)
        #expect(branching.forks(entropy: 0.9, initial: 0.1, room: 0, beam: 8, using: &random) == 0)
        #expect(branching.forks(entropy: .nan, initial: 0.1, room: 3, using: &random) == 0)
        let many = (0..<4000).reduce(0) { sum, _ in
            sum + branching.forks(entropy: 0.3, initial: 0.1, room: 1, using: &random)
        }
        #expect((2650...2950).contains(many))
    }

    /// Sixteen episodes of three turns with two tools: four are sampled whole, the others fork off where a tool has answered.
    @Test func forksOfATwoToolTaskSampleLess() throws {
        var random = SplitMix64(seed: 11)
        let (group, lengths) = (16, [40, 40, 20])
        var (parents, shared): ([Int?], [Int]) = (Array(repeating: nil, count: 4), Array(repeating: 0, count: 4))
        let branching = EntropyBranching()
        for turn in 1...2 {
            for row in parents.indices {
                let entropy = Double.random(in: 0...0.5, using: &random)
                let forks = branching.forks(
                    entropy: entropy, initial: 0.2, room: group - parents.count, beam: 3, using: &random)
                parents += Array(repeating: row, count: forks)
                shared += Array(repeating: lengths.prefix(turn).reduce(0, +), count: forks)
            }
        }
        let whole = lengths.reduce(0, +)
        let tree = try ForkTree(
            layout: TokenLayout(lengths_N: parents.map { _ in whole }), parents_N: parents, shared_N: shared)
        let distinct = parents.count * whole - shared.reduce(0, +)
        #expect(try tree.once().lossTokens == distinct)
        #expect(parents.count == group && Double(distinct) <= 0.7 * Double(group * whole))
    }

    @Test func groupsThatFailWholeNeedAHint() throws {
        #expect(HintGroups.needsHint(scores_G: [0, nil, 0]))
        #expect(!HintGroups.needsHint(scores_G: [0, 1, nil]) && !HintGroups.needsHint(scores_G: [nil, nil]))
        let joined = HintGroups.joined(groups_N: [1, 1, 2, 2, 3, 3], parents: [3: 1])
        #expect((0..<joined.count).map { Array(joined[$0]) } == [[0, 1, 4, 5], [2, 3]])
    }

    @Test func pairsAreBoundedAndTheirGradientIsTheLosss() throws {
        let pairs = try FuturePair.pairs(
            prefixes_N: [1, 1, nil, 1, 2], rewards_N: [1, 0, 5, nil, 2] as [Double?])
        #expect(pairs == [FuturePair(first: 0, second: 1, difference: 1)])
        let many = try FuturePair.pairs(
            prefixes_N: Array(repeating: 1, count: 9), rewards_N: (0..<9).map { Double($0) }, limit: 5)
        #expect(many.count == 5)
        let layout = try TokenLayout(mask_NT: [[true, false], [true, true]])
        func loss(_ new: [Double]) throws -> (loss: Double, gradients_T: [Double]) {
            try #require(
                FuturePair.loss(pairs, new_T: new, old_T: [-1, 0, -1, -1], layout: layout, eta: 0.5).value)
        }
        let new = [-0.7, 0, -1.2, -0.4]
        let gradients = try loss(new).gradients_T
        for token in new.indices {
            var moved = new
            moved[token] += 1e-6
            #expect(try abs((loss(moved).loss - loss(new).loss) / 1e-6 - gradients[token]) < 1e-5)
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let what: String
        let body: @Sendable () throws -> Void
        var testDescription: String { what }
        init(_ what: String, _ body: @escaping @Sendable () throws -> Void) { (self.what, self.body) = (what, body) }
    }

    static let refusals: [Refusal] = [
        Refusal("a loss token in no turn") {
            _ = try TurnLayout(layout: TokenLayout(lengths_N: [2]), turns_N: [[0..<1]])
        },
        Refusal("turns that overlap") {
            _ = try TurnLayout(layout: TokenLayout(lengths_N: [2]), turns_N: [[0..<2, 1..<2]])
        },
        Refusal("a turn outside its row") {
            _ = try TurnLayout(layout: TokenLayout(lengths_N: [2]), turns_N: [[0..<3]])
        },
        Refusal("turns of other rows") { _ = try TurnLayout(layout: TokenLayout(lengths_N: [2]), turns_N: []) },
        Refusal("too few rewards") { _ = try TurnReturns.discounted(rewards_K: [1], turns: turns()) },
        Refusal("a reward that is none") {
            _ = try TurnReturns.discounted(rewards_K: [1, .nan, 0, 0, 0], turns: turns())
        },
        Refusal("returns too large") {
            _ = try TurnReturns.discounted(rewards_K: [1e308, 1e308, 0, 0, 0], turns: turns())
        },
        Refusal("gamma above 1") {
            _ = try TurnReturns.discounted(rewards_K: [1, 0, 0, 0, 0], turns: turns(), gamma: 1.5)
        },
        Refusal("too few states") { _ = try StepGroups.byState(states_K: [1], groups: groups, turns: turns()) },
        Refusal("groups of other rows") { _ = try StepGroups.whole(groups: GroupIndex(sizes: [2]), turns: turns()) },
        Refusal("a negative duration") {
            _ = try TurnWeights.duration.weights(turns: turns(), durations_K: [1, -1, 1, 1, 1])
        },
        Refusal("no durations") { _ = try TurnWeights.duration.weights(turns: turns()) },
        Refusal("no critic") {
            _ = try UtteranceCritic.advantages(actionValues_CK: [], stateValues_CK: [], turns: turns())
        },
        Refusal("a parent behind its fork") {
            _ = try ForkTree(layout: TokenLayout(lengths_N: [2, 2]), parents_N: [1, nil], shared_N: [1, 0])
        },
        Refusal("more shared tokens than there are") {
            _ = try ForkTree(layout: TokenLayout(lengths_N: [2, 4]), parents_N: [nil, 0], shared_N: [0, 3])
        },
        Refusal("shared tokens of other masks") {
            _ = try ForkTree(
                layout: TokenLayout(mask_NT: [[true], [false, true]]), parents_N: [nil, 0], shared_N: [0, 1])
        },
        Refusal("a log-prob above 0") { _ = try EntropyBranching().entropy(logprobs_TC: [[0.5]], vocabularySize: 9) },
        Refusal("a vocabulary of one") { _ = try EntropyBranching().entropy(logprobs_TC: [[-1]], vocabularySize: 1) },
        Refusal("a pair of one row") {
            let pair = FuturePair(first: 0, second: 0, difference: 0)
            _ = try FuturePair.loss([pair], new_T: [0], old_T: [0], layout: TokenLayout(lengths_N: [1]))
        },
        Refusal("turn shares without turns") {
            var estimator = AdvantageEstimator()
            estimator.turnShares = .episode
            try estimator.validate()
        },
        Refusal("a running baseline of turns") {
            var estimator = try AdvantageEstimator.preset("gigpo")
            estimator.baseline = .running
            try estimator.validate()
        },
        Refusal("a baseline beside the critic's") {
            var estimator = try AdvantageEstimator.preset("turn_gae")
            estimator.baseline = .group
            try estimator.validate()
        },
        Refusal("turns whose spread overflows") {
            let layout = try TokenLayout(lengths_N: [1, 1])
            var tokens = TokenInputs(layout: layout)
            tokens.turns = TurnInputs(
                turns: try TurnLayout(layout: layout, turns_N: [[0..<1], [0..<1]]), rewards_K: [1e200, -1e200])
            _ = try AdvantageEstimator.preset("step_reinforce").tokenAdvantages(
                OutcomeInputs(scores_N: [1, 0], groups: GroupIndex(sizes: [2])), tokens: tokens)
        },
        Refusal("credit over turns without turns") {
            _ = try AdvantageEstimator.preset("gigpo").tokenAdvantages(
                OutcomeInputs(scores_N: [1, 0], groups: GroupIndex(sizes: [2])),
                tokens: TokenInputs(layout: TokenLayout(lengths_N: [1, 1])))
        },
    ]

    @Test(arguments: refusals) func isRefused(_ refusal: Refusal) {
        #expect(throws: OptimError.self) { try refusal.body() }
    }

    @Test func rowsToKeepAreAllOrNone() throws {
        let turns = try Self.turns()
        for count in [0, 2, 4] {
            #expect(throws: OptimError.self) {
                try TurnWeights.episode.weights(turns: turns, keeping: [Bool](repeating: true, count: count))
            }
        }
        #expect(try TurnWeights.none.weights(turns: turns, keeping: [true, false, true]) == [1, 1, 0, 0, 1])
    }
}
