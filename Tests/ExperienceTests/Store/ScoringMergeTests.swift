import Experience
import Foundation
import GRDB
import JSON
import Testing

/// Stores of earlier versions, from Fixtures/*.sql, opened by this one.
@Suite struct ScoringMergeTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The store as its version left it, with `changes`, opened by this one.
    func store(_ name: String, changes: String = "") throws -> Store {
        try Store(path: try file(name, changes: changes), access: .write)
    }

    func file(_ name: String, changes: String = "") throws -> String {
        let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/\(name).sql")
        let text = try String(contentsOf: fixture, encoding: .utf8)
        let path = folder.file("\(name)-\(UUID().uuidString).sqlite")
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        try DatabaseQueue(path: path, configuration: configuration).write { try $0.execute(sql: text + changes) }
        return path
    }

    func rows(_ store: Store, _ sql: String) async throws -> [String] {
        try await store.read { db in
            try Row.fetchAll(db, sql: sql).map { $0.databaseValues.map { "\($0)" }.joined(separator: " ") }
        }
    }

    static let merged = #"{"listOrder":"kept","percent":"fraction","units":"required"}"#

    @Test(arguments: ["schema-1", "schema-3"]) func oneConfigurationIsOneScoring(_ name: String) async throws {
        let store = try store(name)
        let run = try await store.run(named: "t")
        let scorings = try await store.scorings(run: run)
        #expect(scorings.map(\.options.text) == [Self.merged] && scorings.map(\.id) == [5])
        #expect(try await store.verdictCounts(run: run, scoring: scorings[0]) == (6, 6))
        #expect(try await rows(store, "SELECT count(*), count(DISTINCT completion_id) FROM verdicts") == ["6 6"])
        #expect(try await rows(store, "SELECT count(*), count(DISTINCT set_id) FROM advantages") == ["6 1"])
        #expect(try await rows(store, "SELECT set_id, scoring_id FROM advantage_sets") == ["5 5"])
        #expect(try await rows(store, "PRAGMA foreign_key_check") == [])
        // What this version would make is what is there.
        let options = JSONValue.object([
            .init("units", "required"), .init("percent", "fraction"), .init("listOrder", "kept"),
        ])
        #expect(try await store.scoring(verifier: "math", version: "2", options: options) == scorings[0])
        let parameters: JSONValue = ["estimator": ["preset": "grpo", "eps": 0.000001], "batchGroups": 2.0]
        #expect(
            try await store.addAdvantageSet(
                run: run, scoring: scorings[0], estimator: "grpo", parameters: parameters) == 5)
        let left = try await store.unverified(run: run, scoring: scorings[0], after: 0, limit: 9, retryingErrors: true)
        #expect(left.isEmpty)
    }

    @Test func ofSeveralVerdictsTheNewestWithAScoreStays() async throws {
        let store = try store(
            "schema-3",
            changes: """
                UPDATE verdicts SET outcome = 'timeout', score = NULL, reason = 'slow' WHERE scoring_id IN (4, 5);
                UPDATE verdicts SET reason = 'newest' WHERE scoring_id = 3;
                UPDATE verdicts SET outcome = 'timeout', score = NULL, at = at + 100 WHERE completion_id = 1;
                UPDATE verdicts SET reason = 'last' WHERE completion_id = 1 AND scoring_id = 5;
                DELETE FROM verdicts WHERE completion_id = 2 AND scoring_id <> 1;
                """)
        let kept = try await rows(store, "SELECT completion_id, outcome, reason FROM verdicts WHERE completion_id < 4")
        #expect(kept[0] == "1 \"timeout\" \"last\"")
        #expect(kept.count == 3 && !kept[1].contains("newest") && kept[2].hasSuffix("\"newest\""))
    }

    @Test func ofBatchesWithTheSameGroupsOneWaits() async throws {
        func states(_ changes: String) async throws -> [String] {
            let store = try store("schema-3", changes: changes)
            #expect(try await rows(store, "SELECT DISTINCT set_id FROM batches") == ["5"])
            return try await store.batches(run: store.run(named: "t")).map(\.state.rawValue)
        }
        #expect(try await states("") == ["ready", "expired", "expired", "expired", "expired"])
        let trained = "UPDATE batches SET state = 'done' WHERE batch_id = 3;"
        #expect(try await states(trained) == ["expired", "expired", "done", "expired", "expired"])
        let other = "DELETE FROM batch_items WHERE batch_id < 5 AND completion_id = 1;"
        #expect(try await states(other) == ["ready", "expired", "expired", "expired", "ready"])
    }

    @Test func setsThatDifferStayAndHalvesMakeAWhole() async throws {
        let store = try store(
            "schema-3",
            changes: """
                UPDATE advantage_sets SET estimator = 'rloo' WHERE set_id = 2;
                UPDATE advantage_sets SET parameters = '{"estimator":{"preset":"grpo","eps":0.000001},"batchGroups":2.0}'
                    WHERE set_id = 3;
                DELETE FROM advantages WHERE set_id = 5 AND completion_id = 1;
                """)
        #expect(
            try await rows(store, "SELECT set_id, estimator FROM advantage_sets ORDER BY 1") == [
                "2 \"rloo\"", "5 \"grpo\"",
            ])
        #expect(try await rows(store, "SELECT count(*) FROM advantages GROUP BY set_id") == ["6", "6"])
        #expect(try await rows(store, "SELECT set_id FROM batches ORDER BY 1") == ["2", "5", "5", "5", "5"])
    }

    @Test func scoringsThatDifferStay() async throws {
        let store = try store(
            "schema-3",
            changes: """
                UPDATE scorings SET version = '1' WHERE scoring_id = 1;
                UPDATE scorings SET options = 'no JSON' WHERE scoring_id = 2;
                UPDATE scorings SET options = '{"percent":"either"}' WHERE scoring_id = 3;
                """)
        let kept = try await store.read { try Int64.fetchAll($0, sql: "SELECT scoring_id FROM scorings ORDER BY 1") }
        #expect(kept == [1, 2, 3, 5])
    }

    @Test func aStoreThatIsOnlyReadStaysAsItIs() async throws {
        let path = try file("schema-3")
        let reader = try Store(path: path, access: .read)
        #expect(try await reader.scorings(run: reader.run(named: "t")).count == 5)
        #expect(try await reader.batches(run: reader.run(named: "t")).count == 5)
        #expect(throws: StoreError.self) { try Store(path: path, access: .trainer) }
        #expect(try await rows(reader, "SELECT count(*) FROM grdb_migrations") == ["3"])
    }

    @Test func aBegunRunOfAnEarlierVersionCanBeRemade() async throws {
        let store = try store("schema-3")
        #expect(try await store.models(of: store.run(named: "t")) == ["m-1b"])
        let old = try await store.run(named: "begun")
        let new = try await store.run(named: "begun", config: ["seed": 4], seed: 4, isSimulated: false)
        #expect(old.seed == 3 && new.seed == 4)
        #expect(try await rows(store, "SELECT count(*) FROM partials") == ["0"])
        #expect(try await rows(store, "PRAGMA foreign_key_check") == [])
    }
}
