import Experience
import Foundation
import GRDB
import JSON
import Optim
import Testing

@Suite struct OptimizeStageTests {
    @Test func writesOneAdvantagePerCompletionAndSaysWhyNot() async throws {
        let fixture = try await StoreFixture(groups: 3, n: 4) { group, index in
            group == 2 ? 1 : index == 3 ? nil : Double(index % 2)
        }
        let summary = try await fixture.optimize(fixture.options())
        #expect(summary.groups == 3)
        #expect(summary.uniformGroups == 1)
        #expect(summary.defined == 10)
        #expect(summary.undefined == ["unscored": 2])
        let advantages = try await fixture.advantages(set: summary.set)
        #expect(advantages[3] == nil)
        #expect(advantages[8...] == [0, 0, 0, 0])
        #expect(abs((advantages[0] ?? 0) + 0.577349269) < 1e-6)
    }

    /// prime-rl's cost by turns: 1 and 2 of at most 2, the group's mean score 1.
    @Test func turnsCostWhatTheyTake() async throws {
        let fixture = try await StoreFixture(groups: 1, n: 2) { _, _ in 1 }
        try await fixture.store.write { db in
            try db.execute(
                sql: """
                    INSERT INTO episodes(completion_id, environment, version, stop, turns, calls, call_errors, sampled_tokens,
                        context_tokens)
                    SELECT completion_id, 'e', '1', 'done', idx + 1, 0, 0, n_tokens, 0 FROM completions
                    """)
        }
        let summary = try await fixture.optimize(fixture.options { $0.shaping.relativeTurns = 0.4 })
        let rewards = try await fixture.rewards(set: summary.set).compactMap { $0 }
        #expect(rewards.count == 2 && abs(rewards[0] - 0.8) < 1e-12 && abs(rewards[1] - 0.6) < 1e-12)
    }

    /// A completion that is alone with its score has nothing to be equal to.
    @Test func oneCompletionIsNoUniformGroup() async throws {
        let fixture = try await StoreFixture(groups: 3, n: 2) { group, index in group > 0 && index > 0 ? nil : 1 }
        let summary = try await fixture.optimize(fixture.options())
        #expect(summary.uniformGroups == 1 && summary.defined == 2)
        #expect(summary.undefined == ["unscored": 2, "singleCompletion": 2])
        let alone = try await StoreFixture(groups: 3, n: 1)
        let none = try await alone.optimize(alone.options())
        #expect(none.uniformGroups == 0 && none.undefined == ["singleCompletion": 3] && none.isOfSingleCompletions)
        let plain = try await alone.optimize(alone.options { $0.preset = "reinforce" })
        #expect(plain.uniformGroups == 0 && plain.defined == 3)
    }

    /// One completion with what is no log-probability, one whose candidates are no distribution: the stage goes on, and their
    /// entropies are absent and estimated.
    @Test func oneCompletionsNumbersDoNotEndTheStage() async throws {
        let fixture = try await StoreFixture(groups: 1, n: 4)
        try await fixture.store.write { db in
            func put(_ kind: String, _ values: [Float], of completion: Int, cols: Int = 1) throws {
                try db.execute(
                    sql: """
                        INSERT OR REPLACE INTO tokens(completion_id, kind, source, dtype, rows, cols, data)
                        VALUES(?, ?, 'sampler', '<f4', ?, ?, ?)
                        """, arguments: [completion, kind, values.count / cols, cols, values.littleEndianData])
            }
            try put("logprob", [-0.5, -.greatestFiniteMagnitude], of: 1)
            try put("top_logprob", [0.5, 0.5, 0.5], of: 2)
            // Log 0 as SGLang writes it among the candidates.
            try put("top_logprob", [-0.5, -.greatestFiniteMagnitude, -1, -9999, -0.1, -5, -2, -3], of: 3, cols: 2)
        }
        _ = try await fixture.optimize(fixture.options { $0.vocabularySize = 100 })
        let rows = try await fixture.store.read { db in
            try Row.fetchAll(db, sql: "SELECT completion_id, kind, mean FROM entropies ORDER BY completion_id")
                .map { "\($0[0] as Int) \($0[1] as String) \(($0[2] as Double).isFinite)" }
        }
        #expect(rows == ["2 sampled true", "3 interval true", "4 sampled true"])
    }

    @Test(arguments: [-1, Int.max, Int.min])
    func aLengthThatIsNoneEndsNothing(_ length: Int) async throws {
        let fixture = try await StoreFixture(groups: 1, n: 2)
        try await fixture.store.write { db in
            try db.execute(sql: "UPDATE completions SET n_tokens = ?", arguments: [length])
        }
        // What no server samples is no count: nothing that needs one may use it, and nothing ends.
        _ = try await fixture.optimize(fixture.options())
    }

    @Test(arguments: [0, -1, Int.min])
    func aLimitBelowItsBufferIsRefused(_ limit: Int) {
        var options = OptimizeOptions()
        options.shaping.overlongLimit = limit
        options.shaping.overlongBuffer = 1
        #expect(throws: ConfigProblem.self) { try options.validate() }
    }

    @Test func runsAgainInPlaceAndBesideOtherSets() async throws {
        let fixture = try await StoreFixture(groups: 2, n: 2)
        let first = try await fixture.optimize(fixture.options())
        let again = try await fixture.optimize(fixture.options())
        #expect(first == again)
        let other = try await fixture.optimize(fixture.options { $0.preset = "dr_grpo" })
        #expect(other.set != first.set)
        let counts = try await fixture.store.read { db in
            try Int.fetchAll(db, sql: "SELECT count(*) FROM advantages GROUP BY set_id")
        }
        #expect(counts == [4, 4])
    }

    @Test func windowsDoNotChangeGroupRelativeAdvantages() async throws {
        let fixture = try await StoreFixture(groups: 7, n: 3) { Double(($0 * 3 + $1) % 4) }
        let whole = try await fixture.optimize(fixture.options { $0.batchGroups = 100 })
        let pieces = try await fixture.optimize(fixture.options { $0.batchGroups = 2 })
        #expect(try await fixture.advantages(set: whole.set) == fixture.advantages(set: pieces.set))
        #expect(whole.groups == pieces.groups)
    }

    @Test func theRunningBaselineGoesOnOverWindows() async throws {
        let fixture = try await StoreFixture(groups: 4, n: 2) { Double($0 + $1) }
        let whole = try await fixture.optimize(
            fixture.options {
                $0.preset = "rae"
                $0.batchGroups = 100
            })
        let pieces = try await fixture.optimize(
            fixture.options {
                $0.preset = "rae"
                $0.batchGroups = 1
            })
        #expect(try await fixture.advantages(set: whole.set) == fixture.advantages(set: pieces.set))
    }

    @Test func whitensOverTheTokensOfAWindow() async throws {
        let fixture = try await StoreFixture(groups: 2, n: 2)
        let summary = try await fixture.optimize(fixture.options { $0.preset = "reinforce++-baseline" })
        let advantages = try await fixture.advantages(set: summary.set).compactMap { $0 }
        // Completion i has 2 + i tokens; the mean over tokens is 0 after whitening.
        let sum = zip(advantages, [2.0, 3, 2, 3]).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(advantages.count == 4)
        #expect(abs(sum) < 1e-9)
    }

    @Test func shapesScoresBeforeTheEstimator() async throws {
        let fixture = try await StoreFixture(groups: 1, n: 2) { _, _ in 1 }
        let plain = try await fixture.optimize(fixture.options { $0.preset = "dr_grpo" })
        #expect(plain.uniformGroups == 1)
        let shaped = try await fixture.optimize(
            fixture.options {
                $0.preset = "dr_grpo"
                $0.shaping.stopProperly = 0
            })
        #expect(try await fixture.advantages(set: shaped.set) == [-0.5, 0.5])
    }

    @Test func namesWhatNoCompletionHas() async throws {
        let fixture = try await StoreFixture(groups: 1, n: 2)
        for (word, configure) in [
            ("rollout.critic", { $0.preset = "gae" }), ("rollout.reference", { $0.shaping.klBeta = 0.1 }),
            ("sum_pi_sq", { $0.preset = "otb" }), ("component", { $0.preset = "gdpo" }),
            ("'nobody'", { ($0.preset, $0.greedyRun) = ("remax", "nobody") }),
            ("k = 3", { ($0.preset, $0.overrides) = ("passk_training", ["k": 3]) }),
        ] as [(String, (inout OptimizeOptions) -> Void)] {
            let error = await #expect(throws: OptimError.self) {
                try await fixture.optimize(fixture.options(configure))
            }
            #expect("\(error as Any)".contains(word) && "\(error as Any)".contains("no completion of run 'r'"))
        }
        try await fixture.store.write { try $0.execute(sql: "UPDATE completions SET n_tokens = NULL") }
        await #expect {
            try await fixture.optimize(fixture.options { $0.preset = "reinforce++" })
        } throws: { "\($0)".contains("2 noTokenCount") }
    }

    /// One group's failures make its rows undefined; those of the other are computed.
    @Test func oneGroupDoesNotEndTheStage() async throws {
        // Of the second group one completion of four is scored.
        let fixture = try await StoreFixture(groups: 2, n: 4) { $0 == 1 && $1 > 0 ? nil : Double(($0 + $1) % 2) }
        func undefined(_ configure: (inout OptimizeOptions) -> Void) async throws -> [String: Int] {
            let summary = try await fixture.optimize(fixture.options(configure))
            #expect(try await fixture.advantages(set: summary.set).prefix(4).allSatisfy { $0 != nil })
            return summary.undefined
        }
        #expect(try await undefined { $0.preset = "passk_training" } == ["unscored": 3, "tooFewSamples": 1])
        #expect(try await undefined { $0.preset = "grpo_passk" } == ["unscored": 3, "singleCompletion": 1])
        try await fixture.addGreedyRun(scores: [1, 0])
        try await fixture.store.write { db in
            try db.execute(
                sql: """
                    UPDATE verdicts SET score = NULL, outcome = 'timeout' WHERE completion_id = (
                        SELECT completion_id FROM completions JOIN groups USING(group_id) JOIN runs USING(run_id)
                        WHERE name = 'greedy' AND ordinal = 1)
                    """)
        }
        #expect(
            try await undefined { ($0.preset, $0.greedyRun) = ("remax", "greedy") } == [
                "unscored": 3, "noGreedyScore": 1,
            ])
        try await fixture.addReference(logprob: -0.75)
        try await fixture.store.write { db in
            try db.execute(
                sql: """
                    DELETE FROM tokens WHERE source = 'reference' AND completion_id = (
                        SELECT completion_id FROM completions JOIN groups USING(group_id) WHERE ordinal = 1 AND idx = 0)
                    """)
        }
        #expect(try await undefined { $0.shaping.klBeta = 0.1 } == ["unscored": 3, "noReferenceLogprobs": 1])
    }

    /// A row without a reference is in no mean, as one without a score.
    @Test func whatHasNoRewardIsInNoMean() async throws {
        let fixture = try await StoreFixture(groups: 1, n: 4)
        try await fixture.addReference(logprob: -0.5)
        try await fixture.store.write { db in
            try db.execute(
                sql: """
                    UPDATE tokens SET data = zeroblob(4) WHERE source = 'reference' AND completion_id = (
                        SELECT completion_id FROM completions WHERE idx = 3)
                    """)
        }
        let set = try await fixture.optimize(
            fixture.options { ($0.preset, $0.shaping.klBeta) = ("dr_grpo", 0.1) }
        ).set
        let advantages = try await fixture.advantages(set: set)
        #expect(advantages[3] == nil)
        for (value, right) in zip(advantages, [-1.0 / 3, 2.0 / 3, -1.0 / 3]) {
            #expect(abs((value ?? .nan) - right) < 1e-12)
        }
    }

    @Test func anEmptyCompletionHasNoTokenToTrain() async throws {
        let fixture = try await StoreFixture(groups: 1, n: 3)
        try await fixture.store.write { try $0.execute(sql: "UPDATE completions SET n_tokens = 0 WHERE idx = 0") }
        let summary = try await fixture.optimize(fixture.options { $0.preset = "reinforce++-baseline" })
        #expect(summary.undefined == ["noTrainableTokens": 1])
        // One token in all has no spread.
        try await fixture.store.write { try $0.execute(sql: "UPDATE completions SET n_tokens = (idx = 1)") }
        let one = try await fixture.optimize(fixture.options { $0.preset = "reinforce++" })
        #expect(one.defined == 0 && one.undefined == ["noTrainableTokens": 2, "tooFewSamples": 1])
    }

    @Test func hugeScoresAreLeftOut() async throws {
        let fixture = try await StoreFixture(groups: 2, n: 3) { $0 == 0 && $1 == 2 ? 1e299 : Double($1 % 2) }
        for preset in ["grpo", "dr_grpo", "rloo", "lite_ppo", "reinforce++", "nemo", "gpg", "rae"] {
            let summary = try await fixture.optimize(fixture.options { $0.preset = preset })
            #expect(summary.undefined == ["overflow": 1], "\(preset)")
        }
        // What is bounded can be computed with.
        let clipped = try await fixture.optimize(fixture.options { $0.shaping.clipHigh = 2 })
        #expect(clipped.undefined.isEmpty)
    }

    @Test func refusesParametersThatDoNotExist() throws {
        var options = OptimizeOptions()
        options.overrides = ["epz": 1]
        #expect(throws: ConfigProblem.self) { try options.validate() }
        options.overrides = ["eps": 0.5, "ddof": 0]
        #expect(try options.estimator().eps == 0.5)
        options.preset = "gpro"
        #expect { try options.validate() } throws: { "\($0)".contains("did you mean grpo") }
    }

    @Test func refusesShapingThatIsNoNumber() throws {
        var options = OptimizeOptions()
        options.shaping.clipHigh = .infinity
        #expect { try options.validate() } throws: { "\($0)".hasPrefix("shaping.clip_high") }
        (options.shaping.clipHigh, options.shaping.laserAlpha) = (nil, .nan)
        #expect { try options.validate() } throws: { "\($0)".hasPrefix("shaping.laser_alpha") }
    }

    @Test func keepsEntropyEstimatesAndIntervals() async throws {
        let fixture = try await StoreFixture(groups: 1, n: 1)
        _ = try await fixture.optimize(fixture.options())
        let row = try await fixture.store.read { db in
            try Row.fetchOne(db, sql: "SELECT kind, mean, n_tokens FROM entropies").map {
                ($0["kind"] as String, $0["mean"] as Double, $0["n_tokens"] as Int)
            }
        }
        #expect(row?.0 == "sampled" && row?.1 == 0.5 && row?.2 == 2)
    }

    /// Every preset over a store that has what its formula reads: scores, components, values, sums of squares, greedy runs.
    @Test(arguments: EstimatorPreset.all.map(\.name)) func everyPresetRunsOverAStore(name: String) async throws {
        let fixture = try await StoreFixture(groups: 3, n: 4)
        try await fixture.addEverything()
        let summary = try await fixture.optimize(
            fixture.options {
                $0.preset = name
                $0.greedyRun = "greedy"
            })
        #expect(summary.groups == 3)
        #expect(summary.defined == 12, "\(name): \(summary.undefined)")
    }

    @Test func remaxSubtractsTheGreedyRun() async throws {
        let fixture = try await StoreFixture(groups: 2, n: 2)
        await #expect {
            try await fixture.optimize(fixture.options { $0.preset = "remax" })
        } throws: { "\($0)".contains("greedy_run") }
        try await fixture.addGreedyRun(scores: [1, 0])
        let set = try await fixture.optimize(
            fixture.options {
                $0.preset = "remax"
                $0.greedyRun = "greedy"
            }
        ).set
        #expect(try await fixture.advantages(set: set) == [-1, 0, 1, 0])
    }

    @Test func cosineAndAdaptiveLengthsShapeTheReward() async throws {
        // Four right answers of 2, 3, 4 and 5 tokens.
        let fixture = try await StoreFixture(groups: 1, n: 4) { _, _ in 1 }
        let cosine = try await fixture.optimize(fixture.options { $0.shaping.cosineLimit = 4 }).set
        #expect(
            try await fixture.rewards(set: cosine).map { $0.map { ($0 * 1e4).rounded() / 1e4 } } == [
                0.75, 0.5732, 0.5, 0.5,
            ])
        let laser = try await fixture.optimize(fixture.options { $0.shaping.laserCoverage = 0.5 }).set
        #expect(try await fixture.rewards(set: laser) == [1.5, 1.5, 1, 1])
    }

    @Test func theKLPenaltyFollowsItsTarget() async throws {
        let fixture = try await StoreFixture(groups: 3, n: 2) { _, _ in 0 }
        try await fixture.addReference(logprob: -1.5)
        func penalties(_ target: Double?) async throws -> [Double] {
            let set = try await fixture.optimize(
                fixture.options {
                    $0.batchGroups = 1
                    $0.shaping.klBeta = 0.1
                    $0.shaping.klTarget = target
                    $0.shaping.klHorizon = 2
                }
            ).set
            return try await fixture.rewards(set: set).compactMap { $0 }
        }
        // Rows of 2 and 3 tokens, KL 1 each; the error is far above the clip of 20 %.
        #expect(try await penalties(nil).map { ($0 * 1e6).rounded() / 1e6 } == [-0.2, -0.3, -0.2, -0.3, -0.2, -0.3])
        #expect(
            try await penalties(0.1).map { ($0 * 1e6).rounded() / 1e6 } == [-0.2, -0.3, -0.24, -0.36, -0.288, -0.432])
    }
}
