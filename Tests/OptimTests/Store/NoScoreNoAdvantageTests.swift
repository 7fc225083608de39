import Experience
import Foundation
import GRDB
import JSON
import Optim
import Testing

/// Over a store in which everything is missing somewhere no stage ends, no completion without a score has an advantage, and
/// what has none has a reason.
@Suite struct NoScoreNoAdvantageTests {
    /// What a setting adds to a preset.
    static let settings: [(name: String, change: @Sendable (inout OptimizeOptions) -> Void)] = [
        ("plain", { _ in }),
        ("kl_beta", { $0.shaping.klBeta = 0.1 }),
        (
            "adaptive k3",
            {
                ($0.shaping.klBeta, $0.shaping.klTarget, $0.shaping.klHorizon) = (0.1, 0.01, 10)
                $0.shaping.klEstimator = .k3
            }
        ),
        (
            "length terms",
            {
                ($0.shaping.overlongLimit, $0.shaping.overlongBuffer) = (4, 2)
                ($0.shaping.kimiWeight, $0.shaping.laserCoverage, $0.shaping.lambdaThreshold) = (0.5, 0.5, 0.25)
            }
        ),
        ("bounds", { ($0.shaping.clipLow, $0.shaping.clipHigh, $0.shaping.stopProperly) = (-2, 2, 1e299) }),
        ("cosine", { $0.shaping.cosineLimit = 3 }),
        ("weights", { $0.overrides = ["component_weights": ["fmt": 0.5, "other": 1]] }),
    ]

    static let packs: [(name: String, change: @Sendable (inout PackOptions) -> Void)] = [
        ("plain", { _ in }),
        ("all groups", { $0.dropsUniform = false }),
        (
            "text, entropies, sequences",
            {
                ($0.allowsTextOnly, $0.entropyAlpha, $0.forkingQuantile) = (true, 0.4, 0.5)
                ($0.masksTruncated, $0.correction.level) = (true, .sequence)
            }
        ),
    ]

    /// The options of a preset with a setting; nil where that is refused.
    func options(_ preset: EstimatorPreset, _ setting: Int, batchGroups: Int) throws -> OptimizeOptions? {
        var options = OptimizeOptions()
        (options.preset, options.greedyRun, options.batchGroups) = (preset.name, "greedy", batchGroups)
        Self.settings[setting].change(&options)
        do {
            try options.validate()
            return options
        } catch let problem as ConfigProblem {
            let isShaped = options.shaping != ShapingOptions()
            let hasNoPlace = preset.estimator.normalizesComponents || preset.estimator.baseline == .passK
            #expect(isShaped && hasNoPlace, "\(preset.name), \(Self.settings[setting].name): \(problem)")
            #expect("\(problem)".contains("shaping.") && !"\(problem)".contains("\n"))
            return nil
        }
    }

    @Test func everyPresetOverALargeStore() async throws {
        let hostile = try await HostileStore(groups: 300, n: 16, seed: 15)
        for preset in EstimatorPreset.all {
            let options = try #require(try options(preset, 0, batchGroups: 64))
            let summary = try await OptimizeStage(
                store: hostile.store, run: hostile.run, scoring: hostile.scoring, options: options
            ).run()
            #expect(summary.defined > 500, "\(preset.name): \(summary.undefined)")
            try await check(hostile, summary, preset.name)
        }
        try await checkAdvantages(hostile)
        try await checkMeans(hostile)
    }

    @Test func everyPresetWithEverySettingAndPack() async throws {
        let hostile = try await HostileStore(groups: 20, n: 5, seed: 7)
        var packed = 0
        for preset in EstimatorPreset.all {
            for setting in Self.settings.indices {
                guard var options = try options(preset, setting, batchGroups: 16) else { continue }
                let name = "\(preset.name), \(Self.settings[setting].name)"
                let summary = try await OptimizeStage(
                    store: hostile.store, run: hostile.run, scoring: hostile.scoring, options: options
                ).run()
                // Few weighted sums are 0 or 1.
                let least = preset.estimator.baseline == .passK ? 0 : 10
                #expect(summary.defined > least, "\(name): \(summary.undefined)")
                try await check(hostile, summary, name)
                let pack = setting % Self.packs.count
                Self.packs[pack].change(&options.pack)
                let batches = try await BatchStage(
                    store: hostile.store, run: hostile.run, set: summary.set, options: options
                ).run(includesPartial: true).batches
                #expect(!batches.isEmpty, "\(name)")
                packed += batches.count
                for batch in batches { try await checkTensors(hostile, batch.id, "\(name), \(Self.packs[pack].name)") }
            }
        }
        #expect(packed > 2 * EstimatorPreset.all.count)
        try await checkAdvantages(hostile)
        try await checkBatches(hostile)
    }

    /// The same, group by group, as the online loop asks for them.
    @Test func groupsOfOneStepAlone() async throws {
        let hostile = try await HostileStore(groups: 9, n: 5, seed: 3)
        let groups = try await hostile.store.read { [run = hostile.run] db in
            try Int64.fetchAll(db, sql: "SELECT group_id FROM groups WHERE run_id = ?", arguments: [run.id])
        }
        for (number, preset) in EstimatorPreset.all.enumerated() {
            for setting in [0, 1 + number % (Self.settings.count - 1)] {
                guard let options = try options(preset, setting, batchGroups: 1) else { continue }
                let stage = OptimizeStage(
                    store: hostile.store, run: hostile.run, scoring: hostile.scoring, options: options)
                for group in groups {
                    let set = try await stage.run(groups: [group])
                    _ = try await BatchStage(store: hostile.store, run: hostile.run, set: set, options: options)
                        .run(groups: [group])
                }
            }
        }
        try await checkAdvantages(hostile)
        try await checkBatches(hostile)
    }

    // MARK: checks, all in SQL over what the stages left behind

    func count(_ hostile: HostileStore, _ sql: String, _ arguments: StatementArguments = []) async throws -> Int {
        try await hostile.store.read { db in try Int.fetchOne(db, sql: sql, arguments: arguments) ?? -1 }
    }

    /// Every completion of the run is in the set, and its summary counts what the rows say.
    func check(_ hostile: HostileStore, _ summary: OptimizeStage.Summary, _ name: String) async throws {
        let all = try await count(
            hostile, "SELECT count(*) FROM completions JOIN groups USING(group_id) WHERE run_id = ?", [hostile.run.id])
        #expect(summary.defined + summary.undefined.values.reduce(0, +) == all, "\(name)")
        let defined = try await count(
            hostile, "SELECT count(*) FROM advantages WHERE set_id = ? AND reason IS NULL", [summary.set])
        #expect(defined == summary.defined, "\(name)")
        #expect(summary.undefined.keys.allSatisfy { Undefined(rawValue: $0) != nil }, "\(name)")
    }

    func checkAdvantages(_ hostile: HostileStore) async throws {
        let joined = """
            advantages a JOIN advantage_sets s USING(set_id)
                LEFT JOIN verdicts v ON v.completion_id = a.completion_id AND v.scoring_id = s.scoring_id
            """
        #expect(try await count(hostile, "SELECT count(*) FROM \(joined) WHERE a.reason IS NULL") > 1000)
        let unscored = try await count(
            hostile,
            """
            SELECT count(*) FROM \(joined) WHERE v.score IS NULL AND (a.reward IS NOT NULL OR a.advantage IS NOT NULL
                OR a.token_advantages IS NOT NULL OR a.reason IS NOT 'unscored')
            """)
        #expect(unscored == 0)
        let unreasoned = try await count(
            hostile,
            """
            SELECT count(*) FROM advantages
            WHERE (advantage IS NULL AND token_advantages IS NULL) <> (reason IS NOT NULL)
                OR (reason IS NULL AND reward IS NULL)
            """)
        #expect(unreasoned == 0)
        let trained = try await count(
            hostile,
            """
            SELECT count(*) FROM training_rows t JOIN advantage_sets s USING(set_id)
                LEFT JOIN verdicts v ON v.completion_id = t.completion_id AND v.scoring_id = s.scoring_id
            WHERE v.score IS NULL
            """)
        #expect(trained == 0)
        let large = try await count(
            hostile, "SELECT count(*) FROM advantages WHERE abs(reward) > 1e38 OR abs(advantage) > 1e38")
        #expect(large == 0)
        let arrays = try await hostile.store.read { db in
            try Data.fetchAll(db, sql: "SELECT token_advantages FROM advantages WHERE token_advantages IS NOT NULL")
        }
        let areFinite = arrays.allSatisfy { $0.elements(of: Float.self).allSatisfy { $0.isFinite } }
        #expect(areFinite)
    }

    func checkBatches(_ hostile: HostileStore) async throws {
        let unscored = try await count(
            hostile,
            """
            SELECT count(*) FROM batch_items i JOIN batches b USING(batch_id) JOIN advantage_sets s USING(set_id)
                LEFT JOIN verdicts v ON v.completion_id = i.completion_id AND v.scoring_id = s.scoring_id
            WHERE v.score IS NULL
            """)
        #expect(unscored == 0)
        #expect(try await count(hostile, "SELECT count(*) FROM batch_items") > 100)
    }

    /// The columns of a batch are finite, and as long as its offsets say.
    func checkTensors(_ hostile: HostileStore, _ batch: Int64, _ name: String) async throws {
        let tensors = try await hostile.store.tensors(batch: batch)
        func column(_ name: String) -> BatchTensor? { tensors.first { $0.name == name } }
        let offsets: [Int64] = column("token_offsets")?.data.elements() ?? []
        let perToken = [
            "token_ids", "logprobs", "advantages", "loss_mask", "loss_weights", "staleness", "importance_weights",
        ]
        for tensor in tensors {
            if perToken.contains(tensor.name) {
                #expect(tensor.shape == [Int(offsets.last ?? -1)], "\(name): \(tensor.name)")
            }
            switch tensor.dtype {
            case "<f4":
                let values: [Float] = tensor.data.elements()
                let isFinite = values.allSatisfy { $0.isFinite }
                #expect(isFinite, "\(name): \(tensor.name)")
            case "<f8":
                let values: [Double] = tensor.data.elements()
                // A sequence whose tokens have advantages of their own has none for all of them.
                let isFinite = values.allSatisfy { $0.isFinite || tensor.name == "sequence_advantages" && $0.isNaN }
                #expect(isFinite, "\(name): \(tensor.name)")
            default: break
            }
        }
    }

    /// Group means by SQL, over the scores that can be computed with: the advantages of three presets follow from them.
    func checkMeans(_ hostile: HostileStore) async throws {
        for (preset, formula) in [
            ("dr_grpo", "v.score - m.mean"),
            ("rloo", "(v.score - m.mean) * m.n / (m.n - 1)"),
            (
                "grpo",
                "CASE WHEN m.squares = 0 THEN 0 ELSE (v.score - m.mean) / (sqrt(m.squares / (m.n - 1)) + 1e-6) END"
            ),
        ] {
            let worst = try await hostile.store.read { [scoring = hostile.scoring] db in
                try Row.fetchOne(
                    db,
                    sql: """
                        WITH usable AS (
                            SELECT c.group_id, c.completion_id, v.score FROM completions c JOIN verdicts v USING(completion_id)
                            WHERE v.scoring_id = :scoring AND abs(v.score) <= 1e38),
                        means AS (SELECT group_id, avg(score) AS mean, count(*) AS n FROM usable GROUP BY group_id),
                        m AS (SELECT means.*, (SELECT total((u.score - mean) * (u.score - mean)) FROM usable u
                            WHERE u.group_id = means.group_id) AS squares FROM means)
                        SELECT max(abs(a.advantage - (\(formula)))), count(*), total(m.n > 1 AND a.advantage IS NULL)
                        FROM advantages a JOIN advantage_sets s USING(set_id) JOIN usable v USING(completion_id)
                            JOIN m USING(group_id) WHERE s.estimator = :preset
                        """, arguments: ["scoring": scoring.id, "preset": preset]
                ).map { ($0[0] as Double, $0[1] as Int, $0[2] as Double) }
            }
            let (difference, rows, missing) = try #require(worst)
            #expect(difference < 1e-9 && rows > 3000 && missing == 0, "\(preset): \(difference), \(rows), \(missing)")
        }
    }
}
