import Experience
import Foundation
import GRDB
import JSON
import Optim
import Testing

/// Advantages of stored episodes, whose tokens are not all sampled.
@Suite struct EpisodeCreditTests {
    /// A turn of two sampled tokens and, behind all but the last, one that was given.
    struct Step: Sendable {
        var reward: Double?
        var progress: Double?
        var state: UInt64?
        /// Sampled tokens whose log-probs the server merged.
        var isMerged = false
    }

    /// A store of one group of episodes, each its score and its turns.
    static func store(
        _ episodes: [(score: Double?, steps: [Step])], forks: [Int: EpisodeRecord.Fork] = [:],
        openings: [Int: UInt64] = [:]
    ) async throws -> StoreFixture {
        let fixture = try await StoreFixture(groups: 0, n: episodes.count)
        var sampling = SamplingParameters()
        sampling.n = episodes.count
        let problem = Problem(id: "p", dataset: "d", prompt: .text("q"), answer: "a")
        try await fixture.store.addGroups(run: fixture.run, from: 0, problems: [problem], sampling: sampling)
        try await fixture.store.record(
            episodes.enumerated().map { index, episode in
                var sample = sample(index, episode.steps, forks[index])
                sample.episode?.openingState = openings[index]
                return sample
            }, run: fixture.run)
        let found = try await fixture.store.unverified(
            run: fixture.run, scoring: fixture.scoring, after: 0, limit: 100, retryingErrors: false)
        try await fixture.store.record(
            found.map { stored in
                let score = episodes[stored.completion.index].score
                let verdict: Verdict = score.map { $0 > 0 ? .correct(score: $0) : .incorrect(score: $0) } ?? .timeout()
                return (stored.id, verdict)
            }, scoring: fixture.scoring)
        return fixture
    }

    private static func sample(_ index: Int, _ steps: [Step], _ fork: EpisodeRecord.Fork?) -> SampledCompletion {
        var stream = TokenStream()
        var turns: [Turn] = []
        for (number, step) in steps.enumerated() {
            var sampled = Completion(text: "x")
            (sampled.tokenIDs, sampled.logprobs) = ([1, 2], [-0.5, -0.25])
            if step.isMerged { sampled.mask = [1, 0] }
            let isWhole = stream.append(sampled: sampled, turn: number)
            #expect(isWhole)
            let isLast = number + 1 == steps.count
            if !isLast { stream.append(context: [9], .tool, turn: number, text: "y") }
            let observation = Observation(
                reward: step.reward, progress: step.progress, isDone: isLast, stateHash: step.state)
            turns.append(
                Turn(
                    number: number, action: Action(text: "x"), observation: observation, sampledTokens: 2,
                    sampledMilliseconds: 100, environmentMilliseconds: Double(100 * number)))
        }
        if let fork { stream.giveAway(first: 3 * fork.turn) }
        var completion = Completion(index: index, text: "x")
        (completion.tokenIDs, completion.logprobs, completion.mask) = (stream.ids_T, stream.logprobs_T, stream.mask_T)
        completion.tokenCount = stream.sampledCount
        var sample = SampledCompletion(ordinal: 0, completion: completion, promptIDs: [7])
        sample.episode = EpisodeRecord(
            environment: "e", version: "1", stop: .done, turns: turns, segments: stream.segments)
        sample.episode?.fork = fork
        return sample
    }

    /// The advantage of every token of the group's episodes, or of none.
    func tokens(_ fixture: StoreFixture, _ options: OptimizeOptions) async throws -> [[Double]] {
        let set = try await fixture.optimize(options).set
        return try await fixture.store.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT advantage, token_advantages, n_tokens FROM advantages JOIN completions USING(completion_id)
                    WHERE set_id = ? ORDER BY idx
                    """, arguments: [set]
            ).map { row in
                if let advantage: Double = row["advantage"] { return [advantage] }
                let data: Data? = row["token_advantages"]
                let values: [Float] = data?.elements() ?? []
                return values.map { Double($0) }
            }
        }
    }

    func expectClose(_ found: [[Double]], _ expected: [[Double]]) {
        #expect(found.map(\.count) == expected.map(\.count), "\(found)")
        for (one, other) in zip(found.joined(), expected.joined()) { #expect(abs(one - other) < 1e-6, "\(found)") }
    }

    static let three: [(score: Double?, steps: [Step])] = [
        (1, [Step(reward: 0, progress: 0.5, state: 5), Step(reward: 1, progress: 1, state: 6)]),
        (0, [Step(reward: 0.5, progress: 0.5, state: 5), Step(reward: 0, progress: 0.5, state: 7)]),
        (0, [Step(reward: 0, progress: 0, state: 8)]),
    ]

    @Test func turnsOfOneStateAreCompared() async throws {
        let fixture = try await Self.store(Self.three)
        // Outcomes 1, 0, 0; step returns 0.5, 1 | 0, 0 | 0; the first turns meet, and the second ones in state 5.
        let (first, second) = (0.5 - 1.0 / 6, 1 - 0.5)
        let expected = [
            [2.0 / 3 + first, 2.0 / 3 + first, 0, 2.0 / 3 + second, 2.0 / 3 + second],
            [-1.0 / 3 - 1.0 / 6, -1.0 / 3 - 1.0 / 6, 0, -1.0 / 3 - 0.5, -1.0 / 3 - 0.5],
            [-1.0 / 3 - 1.0 / 6],
        ]
        let found = try await tokens(
            fixture, fixture.options { ($0.preset, $0.overrides) = ("gigpo", ["turn_gamma": 0.5]) })
        expectClose(found, expected)
    }

    @Test func episodesThatOpenInDifferentStatesDoNotMeetThere() async throws {
        let fixture = try await Self.store(Self.three, openings: [0: .max, 1: 3, 2: 3])
        let found = try await tokens(
            fixture, fixture.options { ($0.preset, $0.overrides) = ("gigpo", ["turn_gamma": 0.5]) })
        // The first episode is alone at its start; the other two gave 0 both.
        expectClose(
            found,
            [
                [2.0 / 3, 2.0 / 3, 0, 2.0 / 3 + 0.5, 2.0 / 3 + 0.5],
                [-1.0 / 3, -1.0 / 3, 0, -1.0 / 3 - 0.5, -1.0 / 3 - 0.5], [-1.0 / 3],
            ])
    }

    @Test func whatForksShareTrainsOnceWithTheMeanOfTheirAdvantages() async throws {
        let fixture = try await Self.store(Self.three, forks: [1: EpisodeRecord.Fork(parent: 0, turn: 1)])
        let found = try await tokens(fixture, fixture.options { $0.preset = "dr_grpo" })
        let (one, other) = (2.0 / 3, -1.0 / 3)
        expectClose(found, [[1.0 / 6, 1.0 / 6, 0, one, one], [other], [other]])
        // Credit over turns sees all turns of both; what they share is their mean again.
        let turns = try await tokens(
            fixture, fixture.options { ($0.preset, $0.overrides) = ("gigpo", ["turn_gamma": 0.5]) })
        let shared = ((2.0 / 3 + 0.5 - 1.0 / 6) + (-1.0 / 3 - 1.0 / 6)) / 2
        expectClose(
            turns, [[shared, shared, 0, 2.0 / 3 + 0.5, 2.0 / 3 + 0.5], [-1.0 / 3 - 0.5], [-1.0 / 3 - 1.0 / 6]])
    }

    @Test func whatTheEnvironmentPaysAndProgress() async throws {
        let fixture = try await Self.store(Self.three)
        let rewards = try await tokens(
            fixture,
            fixture.options {
                $0.preset = "mt_grpo"
                $0.overrides = ["scale": "none", "episode_weight": 0]
            })
        let (low, high) = (-1.0 / 6, 1.0 / 3)
        expectClose(rewards, [[low, low, 0, 0.5, 0.5], [high, high, 0, -0.5, -0.5], [low]])
        // Shares: 0.5, 0.5 | 0.25, -0.25 | 0; returns 1, 0.5 | 0, -0.25 | 0.
        let shares = try await tokens(fixture, fixture.options { $0.preset = "spa" })
        expectClose(
            shares, [[2.0 / 3, 2.0 / 3, 0, 0.375, 0.375], [-1.0 / 3, -1.0 / 3, 0, -0.375, -0.375], [-1.0 / 3]])
    }

    @Test func longEpisodesNeedNotDominate() async throws {
        let fixture = try await Self.store(Self.three)
        func found(_ shares: String) async throws -> [[Double]] {
            try await tokens(
                fixture,
                fixture.options {
                    $0.preset = "gigpo"
                    $0.overrides = ["turn_weight": 0, "turn_shares": .string(shares)]
                })
        }
        let (up, down) = (2.0 / 3, -1.0 / 3)
        try await expectClose(found("none"), [[up], [down], [down]])
        let (a, b, c) = (up * 5 / 6, down * 5 / 6, down * 5 / 3)
        try await expectClose(found("episode"), [[a], [b], [c]])
        // Turns take 100, 200 | 100, 200 | 100 ms: 140 on average.
        try await expectClose(
            found("duration"),
            [
                [up / 1.4, up / 1.4, 0, up / 0.7, up / 0.7], [down / 1.4, down / 1.4, 0, down / 0.7, down / 0.7],
                [down / 1.4],
            ])
    }

    /// Arrays of an episode are of all its tokens, its count of the sampled ones: estimators per token took it for one without
    /// log-probs, and whitened over what it was given.
    @Test func estimatorsPerTokenSeeSampledTokensAlone() async throws {
        var episodes = Self.three
        episodes[0].steps[0].isMerged = true
        let fixture = try await Self.store(episodes)
        var options = fixture.options { $0.preset = "reinforce++" }
        options.overrides = ["gamma": 0.5]
        let returns: [[Double]] = [[0.25, 0, 0, 0.5, 1], [0, 0, 0, 0, 0], [0, 0]]
        let isSampled: [[Bool]] = [[true, false, false, true, true], [true, true, false, true, true], [true, true]]
        let kept = zip(returns.joined(), isSampled.joined()).filter(\.1).map(\.0)
        let mean = kept.reduce(0, +) / Double(kept.count)
        let variance = kept.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(kept.count - 1)
        let whitened = zip(returns, isSampled).map { row, mask in
            zip(row, mask).map { $1 ? ($0 - mean) / (variance + 1e-8).squareRoot() : 0 }
        }
        let nothing = -mean / (variance + 1e-8).squareRoot()
        let found = try await tokens(fixture, options)
        expectClose(found, [whitened[0], [nothing], [nothing]])
        // A batch of it trains the sampled tokens, each with its own.
        let set = try await fixture.optimize(options).set
        let batches = try await BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
            .run(includesPartial: true)
        #expect(batches.dropped.isEmpty)
        let tensors = try await fixture.store.tensors(batch: try #require(batches.batches.first).id)
        let mask: [UInt8] = try #require(tensors.first { $0.name == "loss_mask" }).data.elements()
        #expect(mask == isSampled.joined().map { $0 ? 1 : 0 })
    }

    /// A reference's log-probs of what the policy was given are no divergence of the policy's.
    @Test func givenTokensHaveNoDivergence() async throws {
        let fixture = try await Self.store(Self.three)
        try await fixture.store.write { db in
            for row in try Row.fetchAll(db, sql: "SELECT completion_id, data FROM tokens WHERE kind = 'mask'") {
                let mask: [UInt8] = (row["data"] as Data).elements()
                let values: [Float] = mask.enumerated().map { $1 == 1 ? [-0.5, -0.25, 0][$0 % 3] : -40 }
                try db.execute(
                    sql: """
                        INSERT INTO tokens(completion_id, kind, source, dtype, rows, data)
                        VALUES(?, 'logprob', 'reference', '<f4', ?, ?)
                        """, arguments: [row["completion_id"] as Int64, values.count, values.littleEndianData])
            }
        }
        let plain = try await tokens(fixture, fixture.options { $0.preset = "loop" })
        let penalised = try await tokens(
            fixture,
            fixture.options {
                $0.preset = "loop"
                $0.shaping.klBeta = 0.5
            })
        expectClose(plain, penalised)
        expectClose(plain, [[1], [-0.5], [-0.5]])
    }

    /// Entropies and the distance to the trainer are of what the policy chose.
    @Test func statisticsAreOfSampledTokens() async throws {
        let fixture = try await Self.store(Self.three)
        let mask: [UInt8] = [1, 1, 0, 1, 1]
        try await fixture.store.write { db in
            try db.execute(
                sql: """
                    INSERT INTO tokens(completion_id, kind, source, dtype, rows, data)
                    VALUES(1, 'logprob', 'trainer', '<f4', 5, ?)
                    """, arguments: [mask.map { $0 == 1 ? Float(-0.5) : -40 }.littleEndianData])
        }
        _ = try await fixture.optimize(fixture.options { $0.preset = "loop" })
        let means = try await fixture.store.read { db in
            try Row.fetchAll(db, sql: "SELECT mean, n_tokens FROM entropies ORDER BY completion_id").map {
                [$0[0] as Double, $0[1] as Double]
            }
        }
        #expect(means == [[0.375, 4], [0.375, 4], [0.375, 2]])
        let pairs = try await fixture.store.snapshot { [run = fixture.run] store in
            var pairs: [[Float]] = []
            try store.forEachTrainerLogprobs(of: run, stride: 1) { pairs += [$1, $2] }
            return pairs
        }
        #expect(pairs == [[-0.5, -0.5, -0.5, -0.5], [-0.5, -0.25, -0.5, -0.25]])
    }

    /// Two failures of which one got further: their scores are equal, their turns are not.
    @Test func episodesOfEqualScoresMayTeach() async throws {
        let steps = [Step(progress: 0.5), Step(progress: 0.75)]
        let fixture = try await Self.store([(0, steps), (0, [Step(progress: 0), Step(progress: 0)])])
        func packed(_ preset: String) async throws -> [Int] {
            let options = fixture.options { $0.preset = preset }
            let set = try await fixture.optimize(options).set
            let summary = try await BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
                .run(includesPartial: true)
            return [summary.uniformGroups, summary.batches.count, options.dropsUniformScores ? 1 : 0]
        }
        #expect(try await packed("spa") == [0, 1, 0])
        #expect(try await packed("loop") == [1, 0, 1])
        // No turn of theirs differs in what the outcome paid.
        let plain = fixture.options { ($0.preset, $0.overrides) = ("spa", ["turn_rewards": "outcome"]) }
        let set = try await fixture.optimize(plain).set
        let summary = try await BatchStage(store: fixture.store, run: fixture.run, set: set, options: plain)
            .run(includesPartial: true)
        #expect(summary.uniformGroups == 1 && summary.batches.isEmpty)
    }

    /// One turn has nothing to be whitened with, however many tokens it has; that ends nothing.
    @Test func oneTurnIsNotWhitened() async throws {
        let fixture = try await Self.store([(1, [Step()])])
        try await fixture.addArray("value", source: "critic") { _ in 0.5 }
        let summary = try await fixture.optimize(fixture.options { $0.preset = "turn_gae" })
        #expect(summary.undefined == ["tooFewSamples": 1])
    }

    @Test func whatIsMissingHasAReason() async throws {
        var episodes = Self.three + [(1, [Step(), Step()])]
        func undefined(_ preset: String, _ overrides: JSONValue = .object([])) async throws -> [String: Int] {
            let fixture = try await Self.store(episodes)
            return try await fixture.optimize(
                fixture.options { ($0.preset, $0.overrides) = (preset, overrides) }
            ).undefined
        }
        #expect(try await undefined("gigpo") == ["noTurnStates": 1])
        #expect(try await undefined("step_reinforce") == ["noTurnRewards": 1])
        #expect(try await undefined("spa") == ["noTurnProgress": 1])
        #expect(try await undefined("loop") == [:])
        episodes[0].score = nil
        #expect(try await undefined("mt_grpo") == ["noTurnRewards": 1, "unscored": 1])
        episodes = [(1, [Step(), Step()]), (0, [Step(), Step()])]
        for (preset, word) in [("gigpo", "states"), ("mt_grpo", "turn_rewards"), ("spa", "progress")] {
            await #expect { _ = try await undefined(preset) } throws: { "\($0)".contains(word) }
        }
    }

    /// What an environment says of a turn is summed and squared as scores are.
    @Test func turnsOfHugeRewardsAreLeftOut() async throws {
        let expected: [(Double, [String: Int])] = [(1e39, ["overflow": 1]), (-1e39, ["overflow": 1]), (3, [:])]
        for (reward, reasons) in expected {
            var episodes = Self.three
            for row in episodes.indices {
                for turn in episodes[row].steps.indices { episodes[row].steps[turn].reward = Double(row) }
            }
            episodes[0].steps[0].reward = reward
            let fixture = try await Self.store(episodes)
            let summary = try await fixture.optimize(fixture.options { $0.preset = "step_reinforce" })
            #expect(summary.undefined == reasons, "\(reward)")
        }
    }

    @Test func turnsThatDoNotFitTheTokensAreNone() async throws {
        let fixture = try await Self.store(Self.three)
        try await fixture.store.write { db in
            try db.execute(sql: "UPDATE segments SET last = 9 WHERE completion_id = 1 AND turn = 1")
            try db.execute(sql: "DELETE FROM segments WHERE completion_id = 2 AND turn = 1")
        }
        let summary = try await fixture.optimize(
            fixture.options { ($0.preset, $0.overrides) = ("gigpo", ["singleton": "zero"]) })
        #expect(summary.undefined == ["noTurns": 2] && summary.defined == 1)
    }

    @Test func completionsOfOneTurnAreEpisodesOfOne() async throws {
        let fixture = try await StoreFixture(groups: 1, n: 4)
        let found = try await tokens(
            fixture, fixture.options { ($0.preset, $0.overrides) = ("gigpo", ["turn_weight": 1]) })
        expectClose(found, [[-1], [1], [-1], [1]])
        await #expect(throws: OptimError.self) {
            try await tokens(
                fixture, fixture.options { ($0.preset, $0.overrides) = ("gigpo", ["turn_shares": "duration"]) })
        }
    }
}
