import Experience
import Foundation
import GRDB
import JSON
import Optim
import Testing

/// A store in a folder of its own, with a run of `groups` groups of `n` completions, 0/1 scores, and token arrays.
final class StoreFixture: Sendable {
    let folder: URL
    let store: Store
    let run: Run
    let scoring: Scoring

    init(groups: Int, n: Int, score: (Int, Int) -> Double? = { Double(($0 + $1) % 2) }) async throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("optim-\(UUID().uuidString)")
        store = try Store(path: folder.appendingPathComponent("store.sqlite").path, access: .create)
        run = try await store.run(named: "r", config: [:], seed: 1, isSimulated: true)
        scoring = try await store.scoring(verifier: "exact", version: "1", options: [:])
        var sampling = SamplingParameters()
        sampling.n = n
        let problems = (0..<groups).map { Problem(id: "p\($0)", dataset: "d", prompt: .text("q"), answer: "a") }
        try await store.addGroups(run: run, from: 0, problems: problems, sampling: sampling)
        var samples: [SampledCompletion] = []
        for group in 0..<groups {
            for index in 0..<n { samples.append(Self.sample(group, index)) }
        }
        try await store.record(samples, run: run)
        let found = try await store.unverified(
            run: run, scoring: scoring, after: 0, limit: 1_000_000, retryingErrors: false)
        try await store.record(
            found.map { stored in
                let value = score(stored.ordinal, stored.completion.index)
                let verdict: Verdict = value.map { $0 > 0 ? .correct(score: $0) : .incorrect(score: $0) } ?? .timeout()
                return (stored.id, verdict)
            }, scoring: scoring)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Completion `index` of a group has 2 + index tokens, all of log-probability -0.5.
    static func sample(_ group: Int, _ index: Int) -> SampledCompletion {
        var completion = Completion(index: index, text: "x", finish: index == 0 ? .length : .stop)
        completion.tokenIDs = (0..<(2 + index)).map { Int32(100 * group + $0) }
        completion.logprobs = completion.tokenIDs.map { _ in -0.5 }
        completion.tokenCount = completion.tokenIDs.count
        completion.weightSpans = [WeightSpan(version: group % 2, tokens: 0..<completion.tokenIDs.count)]
        return SampledCompletion(ordinal: group, completion: completion, promptIDs: [1, 2, 3])
    }

    func options(_ configure: (inout OptimizeOptions) -> Void = { _ in }) -> OptimizeOptions {
        var options = OptimizeOptions()
        configure(&options)
        return options
    }

    func optimize(_ options: OptimizeOptions) async throws -> OptimizeStage.Summary {
        try await OptimizeStage(store: store, run: run, scoring: scoring, options: options).run()
    }

    /// Advantages of a set by (ordinal, index).
    func advantages(set: Int64) async throws -> [Double?] {
        try await store.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT a.advantage FROM advantages a JOIN completions c USING(completion_id)
                        JOIN groups g USING(group_id) WHERE a.set_id = ? ORDER BY g.ordinal, c.idx
                    """, arguments: [set]
            ).map { $0["advantage"] }
        }
    }

    /// Rewards of a set by (ordinal, index).
    func rewards(set: Int64) async throws -> [Double?] {
        try await store.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT a.reward FROM advantages a JOIN completions c USING(completion_id)
                        JOIN groups g USING(group_id) WHERE a.set_id = ? ORDER BY g.ordinal, c.idx
                    """, arguments: [set]
            ).map { $0["reward"] }
        }
    }

    /// An array of one number per token for every completion of the run.
    func addArray(_ kind: String, source: String, _ value: @escaping @Sendable (Int) -> Float) async throws {
        try await store.write { [run] db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT completion_id, n_tokens FROM completions JOIN groups USING(group_id) WHERE run_id = ?",
                arguments: [run.id])
            for row in rows {
                let values = (0..<(row["n_tokens"] as Int)).map(value)
                try db.execute(
                    sql: """
                        INSERT INTO tokens(completion_id, kind, source, dtype, rows, data) VALUES(?, ?, ?, '<f4', ?, ?)
                        """,
                    arguments: [row["completion_id"] as Int64, kind, source, values.count, values.littleEndianData])
            }
        }
    }

    func addReference(logprob: Float) async throws {
        try await addArray("logprob", source: "reference") { _ in logprob }
    }

    /// A second run over the same problems with one completion each.
    func addGreedyRun(scores: [Double]) async throws {
        let greedy = try await store.run(named: "greedy", config: [:], seed: 1, isSimulated: true)
        var sampling = SamplingParameters()
        sampling.n = 1
        let problems = scores.indices.map { Problem(id: "p\($0)", dataset: "d", prompt: .text("q"), answer: "a") }
        try await store.addGroups(run: greedy, from: 0, problems: problems, sampling: sampling)
        try await store.record(scores.indices.map { Self.sample($0, 0) }, run: greedy)
        let found = try await store.unverified(
            run: greedy, scoring: scoring, after: 0, limit: 1000, retryingErrors: false)
        try await store.record(
            found.map { stored in
                let score = scores[stored.ordinal]
                let verdict: Verdict = score > 0 ? .correct(score: score) : .incorrect(score: score)
                return (stored.id, verdict)
            }, scoring: scoring)
    }

    /// What any estimator reads.
    func addEverything() async throws {
        try await addArray("value", source: "critic") { 0.25 * Float($0) }
        try await addArray("sum_pi_sq", source: "trainer") { _ in 0.5 }
        try await addReference(logprob: -0.75)
        try await addGreedyRun(scores: [1, 0, 1])
        try await store.write { db in
            try db.execute(sql: "UPDATE verdicts SET components = json_object('format', 1, 'right', score)")
            try StoredTurns.addToAll(db)
        }
    }
}
