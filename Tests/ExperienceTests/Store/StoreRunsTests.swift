import Experience
import GRDB
import JSON
import Testing

@Suite struct StoreRunsTests {
    let filled: FilledStore
    var store: Store { filled.store }

    init() async throws { filled = try await FilledStore() }

    func begin(_ name: String, _ config: JSONValue) async throws -> Run {
        try await store.run(named: name, config: config, seed: 7, isSimulated: false)
    }

    @Test func aRunIsFoundHoweverItsConfigurationIsSpelt() async throws {
        let run = try await begin("n", ["b": 1.0, "a": ["y": 2, "x": "é"]])
        let text = #"{"a":{"x":"\u00e9","y":2e0},"b":1}"#
        let again = try await store.run(
            named: "n", config: JSONValue(parsing: text.utf8), seed: 8, isSimulated: false)
        #expect(again == run)
    }

    @Test func aRunWithoutCompletionsIsMadeAnewWithAllThatRefersToIt() async throws {
        let old = try await begin("n", ["a": 1])
        try await store.addGroups(run: old, from: 0, problems: FilledStore.problems, sampling: FilledStore.sampling)
        try await store.record(
            partials: [SampledCompletion(ordinal: 0, completion: Completion(index: 0, text: "It"))], run: old)
        try await store.record(
            [SampleFailure(ordinal: 1, index: 0, reason: "connect", message: "refused", attempts: 6)], run: old)
        try await store.announce(policyVersion: 1, weights: nil, source: "t", run: old)
        try await store.add(models: ["m"], to: old)
        let set = try await store.addAdvantageSet(run: old, scoring: filled.scoring, estimator: "grpo", parameters: [:])
        try await store.keep(packing: [:], set: set)
        try await store.add(
            PackedBatch(set: set, policyVersion: 0, maxStaleness: 1, tokens: 0, items: [], tensors: []), run: old)
        _ = try await store.lease(run: old, trainer: "t", milliseconds: 1000)
        // A table that nobody has thought of yet.
        try await store.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE notes(note_id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL REFERENCES groups);
                    CREATE TABLE replies(note_id INTEGER NOT NULL REFERENCES notes);
                    INSERT INTO notes SELECT 1, min(group_id) FROM groups WHERE run_id = \(old.id);
                    INSERT INTO replies VALUES(1);
                    """)
        }
        let new = try await begin("n", ["a": 2])
        #expect(new.config == ["a": 2])
        #expect(try await store.groupCount(run: new) == 0)
        for table in ["partials", "sample_failures", "policy_versions", "run_models", "packings", "notes", "replies"] {
            #expect(try await filled.count(table) == 0, "\(table)")
        }
        #expect(try await filled.count("batches") == 2)
        #expect(try await filled.count("completions") == 6)
        #expect(try await filled.faults() == [])
    }

    /// Every table that leads to a run by its foreign keys is emptied of it, whatever tables there are.
    @Test func theTablesOfARunAreKnownByTheSchema() async throws {
        let (tables, roots) = try await store.read { db in
            let tables = try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
            var parents: [String: Set<String>] = [:]
            for table in tables {
                parents[table] = Set(
                    try db.foreignKeys(on: table).filter { $0.mapping.count == 1 }.map(\.destinationTable))
            }
            return (tables, parents)
        }
        func leadsToRun(_ table: String) -> Bool {
            table == "runs" || (roots[table] ?? []).contains { $0 != table && leadsToRun($0) }
        }
        // A new table belongs to a run, or is one of these on purpose.
        #expect(
            Set(tables.filter { !leadsToRun($0) && !$0.hasPrefix("sqlite_") })
                == ["grdb_migrations", "meta", "problems", "scorings"])
    }

    @Test func beginningsOutliveWhatDoesNotChangeThem() async throws {
        let old = try await begin("n", ["verifier": "a", "seed": 1])
        try await store.add(models: ["m"], to: old)
        try await store.addGroups(run: old, from: 0, problems: FilledStore.problems, sampling: FilledStore.sampling)
        try await store.record(
            partials: [SampledCompletion(ordinal: 0, completion: Completion(index: 0, text: "It"))], run: old)
        let kept = try await store.run(named: "n", config: ["verifier": "b", "seed": 1], seed: 7, isSimulated: false) {
            $0["seed"] == 1
        }
        #expect(kept == old)
        #expect(try await filled.count("partials") == 1)
        // They are of a model, too.
        #expect(try await store.models(of: old) == ["m"])
    }

    @Test func aRunWithCompletionsStays() async throws {
        let same = try await store.run(named: "r", config: ["other": true], seed: 9, isSimulated: false)
        #expect(same == filled.run)
        let updated = try await store.update(same, config: ["other": true])
        #expect(try await store.run(named: "r") == updated && updated.config == ["other": true])
        #expect(try await filled.count("verdicts") == 6)
    }

    @Test func aRunCanHaveAnotherName() async throws {
        _ = try await begin("n", [:])
        await #expect(throws: StoreError.self) { try await store.rename(filled.run, to: "n") }
        try await store.rename(filled.run, to: "x")
        let renamed = try await store.run(named: "x")
        #expect(renamed.id == filled.run.id && renamed.createdAt == filled.run.createdAt)
        let error = await #expect(throws: StoreError.self) { try await store.run(named: "r") }
        #expect(error?.kind == .missing)
    }

    @Test func aRunsModelsAreThoseOfItsCompletions() async throws {
        let run = try await begin("n", ["rollout": ["model": "old"]])
        try await store.add(models: ["first", ""], to: run)
        #expect(try await store.models(of: run) == [])
        try await store.add(models: ["second"], to: run)
        try await store.addGroups(run: run, from: 0, problems: FilledStore.problems, sampling: FilledStore.sampling)
        try await filled.sample(run)
        // The first was asked and gave nothing.
        #expect(try await store.models(of: run) == ["second"])
        try await store.add(models: ["third"], to: run)
        #expect(try await store.models(of: run) == ["second", "third"])
        // As an earlier version left it.
        try await store.write { try $0.execute(sql: "DELETE FROM run_models; UPDATE completions SET model = 'said'") }
        #expect(try await store.models(of: run) == ["old", "said"])
    }

    /// Random use of runs, against what a dictionary says.
    @Test(arguments: SplitMix.seeds) func anyOrderOfUse(_ seed: UInt64) async throws {
        struct Expected: Equatable {
            var config: Int
            var groups = 0
            var completions = 0
            var partials = 0
            var verdicts = 0
        }
        var random = SplitMix(seed: seed)
        var runs: [String: Expected] = ["r": Expected(config: -1, groups: 3, completions: 6, verdicts: 6)]
        var log: [String] = []
        for _ in 0..<120 {
            let name = ["r", "a", "b", "c"].randomElement(using: &random) ?? "r"
            let config = Int.random(in: 0..<3, using: &random)
            let run = try await begin(name, ["c": .int(config)])
            // Made anew where it had no completion and another configuration.
            if runs[name].map({ $0.completions == 0 && $0.config != config }) ?? true {
                runs[name] = Expected(config: config)
            }
            guard var expected = runs[name] else { continue }
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                log.append("\(name): groups")
                let answer = ["x", "1"].randomElement(using: &random) ?? "x"
                var problems = FilledStore.problems
                problems[0].answer = answer
                let before = try await filled.count(judged(run, ordinal: 0))
                let changes = try await store.addGroups(
                    run: run, from: 0, problems: problems, sampling: FilledStore.sampling)
                expected.groups = 3
                expected.verdicts += try await filled.count(judged(run, ordinal: 0)) - before
                #expect(changes.problems <= 1)
            case 1 where expected.groups > 0:
                log.append("\(name): sample")
                let index = Int.random(in: 0..<2, using: &random)
                let ordinal = Int.random(in: 0..<3, using: &random)
                let wasPartial = try await filled.count(part(run, ordinal, index))
                expected.completions += try await store.record(
                    [SampledCompletion(ordinal: ordinal, completion: Completion(index: index, text: "x"))], run: run)
                if wasPartial == 1 { expected.partials -= 1 }
            case 2 where expected.groups > 0:
                log.append("\(name): part")
                let ordinal = Int.random(in: 0..<3, using: &random)
                let before = try await filled.count(part(run, ordinal, 1))
                try await store.record(
                    partials: [SampledCompletion(ordinal: ordinal, completion: Completion(index: 1, text: "It"))],
                    run: run)
                expected.partials += try await filled.count(part(run, ordinal, 1)) - before
            case 3:
                log.append("\(name): judge")
                expected.verdicts += try await filled.judge(run)
                #expect(expected.verdicts == expected.completions, "seed \(seed): \(log)")
            case 4:
                let other = ["r", "a", "b", "c"].randomElement(using: &random) ?? "r"
                log.append("\(name): rename to \(other)")
                let isFree = runs[other] == nil
                let isRenamed: Bool
                do {
                    try await store.rename(run, to: other)
                    isRenamed = true
                } catch is StoreError { isRenamed = false }
                #expect(isRenamed == isFree, "seed \(seed): \(log)")
                if isRenamed {
                    runs[name] = nil
                    runs[other] = expected
                    continue
                }
            default:
                log.append("\(name): again")
            }
            runs[name] = expected
            for (name, expected) in runs {
                let run = try await store.run(named: name)
                let found = Expected(
                    config: expected.config, groups: try await store.groupCount(run: run),
                    completions: try await store.sampleCounts(run: run).present,
                    partials: try await filled.count("partials JOIN groups USING(group_id) WHERE run_id = \(run.id)"),
                    verdicts: try await store.verdictCounts(run: run, scoring: filled.scoring).verdicts)
                #expect(found == expected, "seed \(seed): \(name) after \(log)")
            }
        }
        #expect(try await filled.faults() == [], "seed \(seed)")
        // A verdict is of the answer that its group has now.
        let wrong = try await filled.count(
            """
            verdicts JOIN completions USING(completion_id) JOIN groups USING(group_id) JOIN problems USING(problem_id)
            WHERE (outcome = 'correct') <> (answer = 'x')
            """)
        #expect(wrong == 0, "seed \(seed): \(log)")
    }

    private func judged(_ run: Run, ordinal: Int) -> String {
        """
        verdicts JOIN completions USING(completion_id) JOIN groups USING(group_id)
        WHERE run_id = \(run.id) AND ordinal = \(ordinal)
        """
    }

    private func part(_ run: Run, _ ordinal: Int, _ index: Int) -> String {
        "partials JOIN groups USING(group_id) WHERE run_id = \(run.id) AND ordinal = \(ordinal) AND idx = \(index)"
    }
}
