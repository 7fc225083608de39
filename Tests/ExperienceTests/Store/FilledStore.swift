import Experience
import Foundation
import GRDB
import JSON

/// A store with a run of three problems and two completions each, judged, in two batches.
final class FilledStore: Sendable {
    let folder: TemporaryFolder
    let store: Store
    let run: Run
    let scoring: Scoring
    let set: Int64

    static let problems = (0..<3).map { index in
        Problem(
            id: "p\(index)", dataset: "d", prompt: .text("ask \(index)"), answer: "\(index)",
            fields: row(#"{"id":"p\#(index)","tests":[\#(index)]}"#))
    }

    static let sampling = {
        var sampling = SamplingParameters()
        sampling.n = 2
        return sampling
    }()

    static func row(_ text: String) -> JSONRow { (try? JSONRow(checking: Array(text.utf8))) ?? JSONRow() }

    init() async throws {
        folder = try TemporaryFolder()
        store = try Store(path: folder.file("s.sqlite"), access: .create)
        run = try await store.run(named: "r", config: [:], seed: 1, isSimulated: true)
        scoring = try await store.scoring(verifier: "v", version: "1", options: [:])
        set = try await store.addAdvantageSet(run: run, scoring: scoring, estimator: "grpo", parameters: [:])
        try await store.addGroups(run: run, from: 0, problems: Self.problems, sampling: Self.sampling)
        try await sample(run)
        try await judge(run)
        try await weigh(set)
        try await pack([0, 1])
        try await pack([2])
    }

    /// Two completions of each of the run's groups.
    func sample(_ run: Run) async throws {
        for ordinal in 0..<(try await store.groupCount(run: run)) {
            try await store.record(
                (0..<2).map { SampledCompletion(ordinal: ordinal, completion: Completion(index: $0, text: "x")) },
                run: run)
        }
    }

    /// A verdict on every completion that has none; right where the text is the answer.
    /// - Returns: how many were given.
    @discardableResult
    func judge(_ run: Run) async throws -> Int {
        let items = try await store.unverified(
            run: run, scoring: scoring, after: 0, limit: 1000, retryingErrors: false)
        try await store.record(
            items.map { ($0.id, $0.problem.answer == "x" ? .correct() : .incorrect()) }, scoring: scoring)
        return items.count
    }

    /// An advantage for every completion.
    func weigh(_ set: Int64) async throws {
        try await store.write { db in
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO advantages(set_id, completion_id, reward, advantage)
                    SELECT ?, completion_id, score, 1 FROM verdicts
                    """, arguments: [set])
        }
    }

    /// A batch of the groups at these positions.
    @discardableResult
    func pack(_ ordinals: [Int]) async throws -> BatchInfo {
        let keys = try await store.read { [run] db in
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT completion_id FROM completions JOIN groups USING(group_id)
                    WHERE run_id = ? AND ordinal IN (SELECT value FROM json_each(?))
                    """, arguments: [run.id, JSONValue.array(ordinals.map { .int($0) }).text])
        }
        return try await store.add(
            PackedBatch(
                set: set, policyVersion: 0, maxStaleness: 1, tokens: keys.count,
                items: keys.map { .init(completion: $0, policyVersion: 0) },
                tensors: [
                    BatchTensor("completions", "<i8", keys), BatchTensor("token_ids", "<i4", keys.map { Int32($0) }),
                    BatchTensor("token_offsets", "<i8", (0...keys.count).map { Int64($0) }),
                ]), run: run)
    }

    func count(_ sql: String) async throws -> Int {
        try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(sql)") ?? 0 }
    }

    /// What the file itself finds wrong.
    func faults() async throws -> [String] {
        try await store.read { db in
            try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { "\($0)" }
                + String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
        }
    }
}

/// Numbers that a seed gives (Steele, Lea and Flood 2014): a failure is made again from the seed that it names.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Some seeds that are always tried, and one that never was.
    static let seeds: [UInt64] = [1, 2, 3, 4, 5, .random(in: .min ... .max)]
}
