import Experience
import Foundation
import GRDB
import JSON
import Optim
import Testing

/// Rewards from the components of a verdict, by name, and completions that lack some.
@Suite struct ComponentRewardTests {
    /// One group of components a row; a row without a score is a verifier's error.
    func fixture(_ rows: [(score: Double?, components: String?)], groups: Int = 1) async throws -> StoreFixture {
        let n = rows.count / groups
        let fixture = try await StoreFixture(groups: groups, n: n) { rows[$0 * n + $1].score }
        try await fixture.store.write { db in
            let keys = try Int64.fetchAll(
                db, sql: "SELECT completion_id FROM completions JOIN groups USING(group_id) ORDER BY ordinal, idx")
            for (key, row) in zip(keys, rows) {
                try db.execute(
                    sql: """
                        UPDATE verdicts SET components = ?,
                            outcome = CASE WHEN score IS NULL THEN 'verifierError' ELSE outcome END
                        WHERE completion_id = ?
                        """, arguments: [row.components, key])
            }
        }
        return fixture
    }

    func reasons(_ fixture: StoreFixture, set: Int64) async throws -> [String?] {
        try await fixture.store.read { db in
            try Row.fetchAll(
                db, sql: "SELECT reason FROM advantages WHERE set_id = ? ORDER BY completion_id", arguments: [set]
            ).map { $0["reason"] }
        }
    }

    static let statistics = VectorFile.folder.deletingLastPathComponent().appendingPathComponent("statistics")

    /// A `combine` whose parts failed for two of eight completions.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: statistics.path), "no \(statistics.path)"))
    func aNullComponentIsInNoMean() async throws {
        let file = Self.statistics.appendingPathComponent("components_null.json")
        let json = try JSONValue(parsing: [UInt8](Data(contentsOf: file)))
        func column(_ name: String) -> [Double?] { (json[name]?.arrayValue ?? []).map(\.doubleValue) }
        let (format, other) = (column("fmt"), column("other"))
        try #require(format.count == 8 && other.count == 8)
        let fixture = try await fixture(
            zip(format, other).map { format, other in
                let parts = JSONValue.object([
                    .init("fmt", format.map(JSONValue.double) ?? .null),
                    .init("other", other.map(JSONValue.double) ?? .null),
                ])
                return (format.flatMap { format in other.map { format + $0 } }, parts.text)
            })
        // Three tokens each.
        try await fixture.store.write { try $0.execute(sql: "UPDATE completions SET n_tokens = 3") }
        for (preset, weights, key) in [
            ("gdpo", [1.0, 1], "gdpo (component_weights [1,1])"),
            ("gdpo", [1, 0.5], "gdpo (component_weights [1,0.5])"),
            ("grpo", [1, 1], "grpo with component_weights [1,1]"),
            ("grpo", [2, 1], "grpo with component_weights [2,1]"),
        ] {
            let named: JSONValue = ["fmt": .double(weights[0]), "other": .double(weights[1])]
            for form in [named, .array(weights.map { .double($0) })] {
                let summary = try await fixture.optimize(
                    fixture.options {
                        $0.preset = preset
                        $0.overrides = ["component_weights": form]
                    })
                let found = try await fixture.advantages(set: summary.set)
                for (value, right) in zip(found, column(key)) {
                    #expect((value == nil) == (right == nil), "\(key)")
                    if let value, let right { #expect(abs(value - right) < 1e-9, "\(key): \(value), \(right)") }
                }
                #expect(summary.undefined == ["unscored": 2])
            }
        }
    }

    @Test func aScoredCompletionThatLacksAComponentIsNoZero() async throws {
        let fixture = try await fixture([
            (1, #"{"answer": 1, "format": 1}"#), (1, #"{"answer": 1, "format": null}"#),
            (0, #"{"answer": 0, "format": 1}"#),
            (0, #"{"answer": 0, "format": 0}"#), (0, #"{"answer": 0}"#), (1, nil),
        ])
        for preset in ["dr_grpo", "gdpo"] {
            let set = try await fixture.optimize(
                fixture.options {
                    $0.preset = preset
                    $0.overrides = ["component_weights": ["answer": 1, "format": 0.5]]
                }
            ).set
            #expect(
                try await reasons(fixture, set: set) == [
                    nil, "missingComponent", nil, nil, "missingComponent", "missingComponent",
                ])
            #expect(try await fixture.rewards(set: set) == [1.5, nil, 0.5, 0, nil, nil])
        }
        // What has no weight need not be there.
        let set = try await fixture.optimize(
            fixture.options {
                $0.preset = "dr_grpo"
                $0.overrides = ["component_weights": ["answer": 2]]
            }
        ).set
        #expect(try await fixture.rewards(set: set) == [2, 2, 0, 0, 0, nil])
    }

    @Test func aWindowWithoutAComponentDoesNotEndTheRun() async throws {
        let fixture = try await fixture(
            [(1, #"{"a": 1, "style": 1}"#), (0, #"{"a": 0, "style": 0}"#), (1, #"{"a": 1}"#), (0, #"{"a": 0}"#)],
            groups: 2)
        let summary = try await fixture.optimize(
            fixture.options {
                $0.preset = "dr_grpo"
                $0.batchGroups = 1
                $0.overrides = ["component_weights": ["a": 1, "style": 1]]
            })
        #expect(try await fixture.advantages(set: summary.set) == [1, -1, nil, nil])
        #expect(summary.undefined == ["missingComponent": 2])
        // Without weights each group has its own components.
        let equal = try await fixture.optimize(fixture.options { $0.preset = "gdpo@trl" })
        #expect(equal.defined == 4)
    }

    @Test func weightsAreByName() async throws {
        let fixture = try await fixture([(1, #"{"answer": 1, "format": 0}"#), (0, #"{"answer": 0, "format": 1}"#)])
        func refusal(_ weights: JSONValue) async -> String {
            await #expect(throws: ConfigProblem.self) {
                try await fixture.optimize(fixture.options { $0.overrides = ["component_weights": weights] })
            }.map { "\($0)" } ?? ""
        }
        #expect(await refusal(["fromat": 1]).contains("did you mean format"))
        #expect(await refusal(["answer": 1, "fromat": 0]).contains("did you mean format"))
        #expect(await refusal([1, 2, 3]).contains("{answer: 1.0, format: 2.0}"))
        #expect(await refusal([1]).contains("{answer: 1.0, format: 1.0}"))
        #expect(await refusal("equal").contains("{answer: 1, format: 0.5}"))
        #expect(await refusal(["answer": "much"]).contains("{answer: 1, format: 0.5}"))
        #expect(await refusal(["answer": 0]).contains("one of them not 0"))
        // A list that fits is the same set as its names.
        let sets = try await [[1, 0.5], ["answer": 1, "format": 0.5]].asyncMap { (weights: JSONValue) in
            try await fixture.optimize(fixture.options { $0.overrides = ["component_weights": weights] }).set
        }
        #expect(sets[0] == sets[1])
        let none = try await self.fixture([(1, nil), (0, nil)])
        await #expect {
            try await none.optimize(none.options { $0.overrides = ["component_weights": ["answer": 1]] })
        } throws: { "\($0)".contains("answer") && "\($0)".contains("2 missingComponent") }
    }

    @Test func shapingAndTheKLPenaltyApplyToWeightedSums() async throws {
        let fixture = try await fixture([(1, #"{"a": 1, "b": 1}"#), (0, #"{"a": 0, "b": 1}"#)])
        try await fixture.addReference(logprob: -1.5)
        let set = try await fixture.optimize(
            fixture.options {
                $0.preset = "dr_grpo"
                $0.overrides = ["component_weights": ["a": 4, "b": 1]]
                ($0.shaping.clipHigh, $0.shaping.klBeta) = (3, 0.1)
            }
        ).set
        // 5 clipped to 3, and 1; rows of 2 and 3 tokens, KL 1 each.
        let rewards = try await fixture.rewards(set: set).compactMap { $0 }
        #expect(abs(rewards[0] - 2.8) < 1e-9 && abs(rewards[1] - 0.7) < 1e-9)
        let advantages = try await fixture.advantages(set: set).compactMap { $0 }
        #expect(abs(advantages[0] - 1.05) < 1e-9 && abs(advantages[1] + 1.05) < 1e-9)
    }

    @Test func everyBaselineTakesWeightedSums() async throws {
        let fixture = try await StoreFixture(groups: 3, n: 4)
        try await fixture.addEverything()
        for preset in ["opo", "rae", "remax", "reinforce++", "gae"] {
            let summary = try await fixture.optimize(
                fixture.options {
                    ($0.preset, $0.greedyRun, $0.batchGroups) = (preset, "greedy", 1)
                    $0.overrides = ["component_weights": ["right": 2, "format": 1]]
                })
            #expect(summary.defined == 12, "\(preset): \(summary.undefined)")
            // The greedy completion's score is weighed as the others are: 2 * right + 1, minus the same of the greedy run.
            guard preset == "remax" else { continue }
            #expect(
                try await fixture.advantages(set: summary.set) == [-2, 0, -2, 0, 2, 0, 2, 0, -2, 0, -2, 0])
        }
    }

    @Test func gdpoSaysWhyALoneCompletionHasNone() async throws {
        let fixture = try await fixture(
            [(1, #"{"a": 1}"#), (nil, #"{"a": 1}"#), (1, #"{"a": 1}"#), (0, #"{"a": 0}"#)], groups: 2)
        let set = try await fixture.optimize(fixture.options { $0.preset = "gdpo" }).set
        #expect(try await reasons(fixture, set: set) == ["singleCompletion", "unscored", nil, nil])
    }

    @Test(arguments: ["gdpo", "gdpo@trl", "gdpo@verl", "passk_training"])
    func shapingWithoutAPlaceIsRefused(preset: String) throws {
        var options = OptimizeOptions()
        options.preset = preset
        try options.validate()
        options.shaping.klBeta = 0.1
        #expect { try options.validate() } throws: { "\($0)".hasPrefix("shaping.kl_beta: \(preset)") }
        (options.shaping.klBeta, options.shaping.kimiWeight) = (0, 1)
        #expect { try options.validate() } throws: { "\($0)".hasPrefix("shaping.kimi_weight: \(preset)") }
    }
}

extension Array {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}
