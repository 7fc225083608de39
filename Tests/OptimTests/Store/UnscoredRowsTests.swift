import Experience
import Foundation
import GRDB
import JSON
import Optim
import Testing

/// Completions without a score, added to a group, change the advantage of no other.
@Suite struct UnscoredRowsTests {
    /// Four groups of five scored completions, each followed by `more` that were not judged in time: those are long, have
    /// components and arrays, and would be the shortest, the best and the furthest from the reference.
    static func store(more: Int) async throws -> StoreFixture {
        let fixture = try await StoreFixture(groups: 4, n: 5 + more) { group, index in
            index < 5 ? [1, 0, 1, 1, Double(group % 2)][index] : nil
        }
        try await fixture.addArray("value", source: "critic") { 0.25 * Float($0) }
        try await fixture.addArray("sum_pi_sq", source: "trainer") { _ in 0.5 }
        try await fixture.addArray("logprob", source: "reference") { -0.75 - 0.1 * Float($0) }
        try await fixture.addGreedyRun(scores: [1, 0, 1, 0])
        try await fixture.store.write { db in
            try StoredTurns.addToAll(db)
            try db.execute(
                sql: """
                    UPDATE verdicts SET components = json_object('a', coalesce(score, 7), 'b', (
                        SELECT (ordinal + idx) % 2 FROM completions JOIN groups USING(group_id)
                        WHERE completion_id = verdicts.completion_id))
                    """)
        }
        return fixture
    }

    static let settings: [@Sendable (inout OptimizeOptions) -> Void] = [
        { _ in },
        { ($0.shaping.klBeta, $0.shaping.klTarget, $0.shaping.klHorizon) = (0.1, 0.01, 5) },
        { ($0.shaping.kimiWeight, $0.shaping.laserCoverage, $0.shaping.lambdaThreshold) = (0.5, 0.6, 0.3) },
        { $0.overrides = ["component_weights": ["a": 1, "b": 0.5]] },
        { $0.overrides = ["zeroes_tail": false] },
    ]

    @Test func changeNoOtherAdvantage() async throws {
        let (plain, with) = (try await Self.store(more: 0), try await Self.store(more: 3))
        for preset in EstimatorPreset.all {
            for (number, setting) in Self.settings.enumerated() {
                var options = OptimizeOptions()
                (options.preset, options.greedyRun, options.batchGroups) = (preset.name, "greedy", 2)
                setting(&options)
                // Some have no place for shaping, and pass@k none for sums that are not 0 or 1.
                guard (try? options.validate()) != nil, number != 3 || preset.estimator.baseline != .passK else {
                    continue
                }
                let (first, second) = (try await plain.optimize(options), try await with.optimize(options))
                #expect(second.undefined["unscored"] == 12 && first.defined == second.defined)
                let (alone, beside) = (try await rows(plain, first.set), try await rows(with, second.set))
                try #require(alone.count == beside.count && alone.count == 20)
                for (left, right) in zip(alone, beside) {
                    let isEqual = left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= 1e-12 }
                    #expect(isEqual, "\(preset.name), setting \(number): \(left), \(right)")
                }
            }
        }
    }

    /// Reward, advantage and token advantages of the first five of each group.
    private func rows(_ fixture: StoreFixture, _ set: Int64) async throws -> [[Double]] {
        try await fixture.store.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT reward, advantage, token_advantages FROM advantages JOIN completions USING(completion_id)
                        JOIN groups USING(group_id) WHERE set_id = ? AND idx < 5 ORDER BY ordinal, idx
                    """, arguments: [set]
            ).map { row in
                let tokens: [Float] = (row["token_advantages"] as Data?)?.elements() ?? []
                return [row["reward"] as Double? ?? -1e9, row["advantage"] as Double? ?? -1e9]
                    + tokens.map { Double($0) }
            }
        }
    }
}
