import Experience
import Foundation
import GRDB
import JSON
import Optim
import Testing

/// A run that is estimated step by step while it goes on, beside the same run estimated as a whole.
@Suite struct OnlineWindowTests {
    /// Token values, advantages, rewards and reasons of a set, by completion.
    private func rows(_ fixture: StoreFixture, set: Int64) async throws -> [String] {
        try await fixture.store.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT completion_id, reward, advantage, hex(token_advantages), reason FROM advantages
                    WHERE set_id = ? ORDER BY 1
                    """, arguments: [set]
            ).map { $0.databaseValues.map { "\($0)" }.joined(separator: " ") }
        }
    }

    private func stage(_ fixture: StoreFixture, _ options: OptimizeOptions) -> OptimizeStage {
        OptimizeStage(store: fixture.store, run: fixture.run, scoring: fixture.scoring, options: options)
    }

    /// One step: estimate, and pack.
    private func step(_ fixture: StoreFixture, _ options: OptimizeOptions, _ groups: [Int64]) async throws -> Int64 {
        let set = try await stage(fixture, options).run(groups: groups)
        let packed = try await BatchStage(store: fixture.store, run: fixture.run, set: set, options: options)
            .run(groups: groups)
        if packed.batches.isEmpty { try await fixture.store.setAsideUnpacked(groups, reason: "uniform", set: set) }
        return set
    }

    static let settings: [@Sendable (inout OptimizeOptions) -> Void] = [
        { $0.preset = "rae" },
        {
            $0.shaping.klBeta = 0.1
            $0.shaping.klTarget = 0.01
            $0.shaping.klHorizon = 20
        },
        { $0.preset = "gae" },
        {
            $0.preset = "reinforce++"
            $0.shaping.klBeta = 0.2
        },
        { $0.distill.coefficient = 0.5 },
        { $0.preset = "running_norm" }, { $0.preset = "spo" },
        { ($0.preset, $0.overrides) = ("gigpo_std", ["turn_rewards": "reward", "turn_shares": "episode"]) },
    ]

    /// Thirty steps of two groups, taken in another order than the run's, some twice begun: a process that was killed between an
    /// estimate and its batch estimates again. The same rows come of the whole run afterwards.
    @Test(arguments: settings.indices) func onlineIsOffline(setting: Int) async throws {
        let fixture = try await StoreFixture(groups: 60, n: 4) { group, index in
            group % 7 == 3 ? 1 : group % 11 == 5 && index == 1 ? nil : Double((group * 5 + index * index) % 3) / 2
        }
        try await fixture.addEverything()
        try await fixture.addArray("teacher_logprob", source: "reference") { -0.25 * Float($0 + 1) }
        let options = fixture.options {
            $0.batchGroups = 2
            Self.settings[setting](&$0)
        }
        let groups = try await fixture.store.read { db in
            try Int64.fetchAll(
                db, sql: "SELECT group_id FROM groups WHERE run_id = ? ORDER BY (ordinal * 37) % 60",
                arguments: [fixture.run.id])
        }
        var set: Int64 = 0
        for number in 0..<30 {
            // Killed after the estimate of other groups: nothing of it is left in the state.
            if number % 3 == 1 { _ = try await stage(fixture, options).run(groups: Array(groups[0..<4])) }
            set = try await step(fixture, options, Array(groups[2 * number..<2 * number + 2]))
        }
        // The killed estimates were of groups that had been estimated: they are made again from the windows alone.
        let summary = try await fixture.optimize(options)
        #expect(summary.set == set)
        let offline = try await rows(fixture, set: set)
        let fresh = try await self.fresh(fixture, options, groups)
        #expect(offline == fresh)
        let windows = try await fixture.store.read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM estimate_windows WHERE settled") ?? 0
        }
        #expect(windows == 30)
        // A state is kept where a step goes on from it alone: SPO's grows with the problems.
        let states = try await fixture.store.read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM estimate_windows WHERE state <> '{}'") ?? 0
        }
        #expect(states == 1)
    }

    /// The same steps in a store of its own without any kill; its rows as they were written step by step.
    private func fresh(
        _ like: StoreFixture, _ options: OptimizeOptions, _ groups: [Int64]
    ) async throws -> [String] {
        let fixture = try await StoreFixture(groups: 60, n: 4) { group, index in
            group % 7 == 3 ? 1 : group % 11 == 5 && index == 1 ? nil : Double((group * 5 + index * index) % 3) / 2
        }
        try await fixture.addEverything()
        try await fixture.addArray("teacher_logprob", source: "reference") { -0.25 * Float($0 + 1) }
        var set: Int64 = 0
        for number in 0..<30 {
            set = try await step(fixture, options, Array(groups[2 * number..<2 * number + 2]))
        }
        return try await rows(fixture, set: set)
    }

    /// The running baseline is that of SPIRAL over all steps, by hand.
    @Test func theRunningBaselineSeesEarlierSteps() async throws {
        let fixture = try await StoreFixture(groups: 4, n: 2) { _, index in Double(index) }
        let options = fixture.options {
            $0.preset = "rae"
            $0.batchGroups = 1
        }
        var set: Int64 = 0
        for group: Int64 in 1...4 { set = try await step(fixture, options, [group]) }
        var (average, expected) = (0.0, [Double]())
        for score in [0.0, 1, 0, 1, 0, 1, 0, 1] {
            expected.append(score - average)
            average = 0.95 * average + 0.05 * score
        }
        let advantages = try await fixture.advantages(set: set).compactMap { $0 }
        #expect(advantages.count == 8 && zip(advantages, expected).allSatisfy { abs($0 - $1) < 1e-15 })
    }

    @Test func whatIsOutsideAnyStepComesAfterThem() async throws {
        let fixture = try await StoreFixture(groups: 5, n: 2) { _, index in Double(index) }
        let options = fixture.options { $0.batchGroups = 2 }
        _ = try await step(fixture, options, [4, 2])
        let summary = try await fixture.optimize(options)
        #expect(summary.groups == 5 && summary.defined == 10)
    }

    /// Where tokens differ there is no one advantage.
    @Test func theColumnIsNullWhereTokensDiffer() async throws {
        let fixture = try await StoreFixture(groups: 3, n: 4)
        try await fixture.addEverything()
        let summary = try await fixture.optimize(fixture.options { $0.preset = "gae" })
        let advantages = try await fixture.advantages(set: summary.set)
        #expect(summary.defined == 12 && advantages.allSatisfy { $0 == nil })
        let packed = try await BatchStage(
            store: fixture.store, run: fixture.run, set: summary.set, options: fixture.options { $0.preset = "gae" }
        ).run(includesPartial: true)
        #expect(packed.batches.first?.sequences == 12 && packed.dropped.isEmpty)
    }

    @Test func filtersLookAtWhatTheyAreTold() async throws {
        let fixture = try await StoreFixture(groups: 3, n: 4) { group, index in group == 0 ? 1 : Double(index % 2) }
        try await fixture.store.write { db in
            try db.execute(
                sql: """
                    UPDATE verdicts SET components = json_object('format', completion_id % 2, 'right', score)
                    WHERE completion_id <= 8
                    """)
        }
        func kept(_ filter: String) async throws -> Int {
            let options = fixture.options {
                $0.shaping.overlongLimit = 4
                $0.shaping.overlongBuffer = 3
                $0.pack.filterBy = filter
            }
            let summary = try await fixture.optimize(options)
            return try await BatchStage(store: fixture.store, run: fixture.run, set: summary.set, options: options)
                .run(includesPartial: true, again: true).batches.first?.sequences ?? 0
        }
        #expect(try await kept("score") == 8)
        #expect(try await kept("reward") == 12)
        // The third group has no such component: nothing says that its scores are equal.
        #expect(try await kept("component.format") == 12)
        var options = PackOptions()
        options.filterBy = "rewards"
        #expect(throws: ConfigProblem.self) { try options.validate() }
    }

    @Test func theFileSaysWhatItIs() async throws {
        let fixture = try await StoreFixture(groups: 1, n: 2)
        let numbers = try await fixture.store.read { db in
            try ["application_id", "user_version"].map { try Int.fetchOne(db, sql: "PRAGMA \($0)") }
        }
        #expect(numbers == [0x6173_7379, 11])
        for condition in [
            "run = 'r' AND set_id = 1", "set_id = 1", "run = 'r'", "set_id = 1 AND ordinal >= 1", "completion_id = 1",
        ] {
            let plan = try await fixture.store.read { db in
                try Row.fetchAll(
                    db,
                    sql:
                        "EXPLAIN QUERY PLAN SELECT * FROM training_rows WHERE \(condition) ORDER BY ordinal, idx LIMIT 64"
                ).map { $0["detail"] as String }
            }
            #expect(!plan.contains { $0.hasPrefix("SCAN") || $0.contains("TEMP B-TREE") }, "\(condition): \(plan)")
        }
    }
}
