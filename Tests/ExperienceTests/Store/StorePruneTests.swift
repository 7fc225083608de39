import Experience
import Foundation
import GRDB
import JSON
import Testing

@Suite struct StorePruneTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A run with two batches of 200 kB.
    private func filled(_ store: Store, _ name: String) async throws -> Run {
        let run = try await store.run(named: name, config: [:], seed: 1, isSimulated: true)
        var sampling = SamplingParameters()
        sampling.n = 1
        try await store.addGroups(
            run: run, from: 0, problems: [Problem(id: name, dataset: "d", prompt: .text("q"), answer: "a")],
            sampling: sampling)
        try await store.record(
            [SampledCompletion(ordinal: 0, completion: Completion(index: 0, text: "x", finish: .stop))], run: run)
        let scoring = try await store.scoring(verifier: "exact", version: "1", options: [:])
        let set = try await store.addAdvantageSet(run: run, scoring: scoring, estimator: "grpo", parameters: [:])
        let completion = try await store.read {
            try Int64.fetchOne($0, sql: "SELECT max(completion_id) FROM completions") ?? 0
        }
        for _ in 0..<2 {
            try await store.add(
                PackedBatch(
                    set: set, policyVersion: 0, maxStaleness: 1, tokens: 50_000,
                    items: [.init(completion: completion, policyVersion: 0)],
                    tensors: [BatchTensor("token_ids", "<i4", [Int32](repeating: 7, count: 50_000))]), run: run)
        }
        return run
    }

    @Test func whatIsDoneGoesAndWhatIsHeldStays() async throws {
        let path = folder.file("s.sqlite")
        let store = try Store(path: path, access: .create)
        let run = try await filled(store, "a")
        let done = try #require(try await store.lease(run: run, trainer: "t", milliseconds: 600_000))
        try await store.end(done, outcome: .done, run: run)
        let held = try #require(try await store.lease(run: run, trainer: "t", milliseconds: 600_000))
        let pruned = try await store.prune()
        #expect(pruned.batches == 1 && pruned.runs == 0 && pruned.bytes >= 180_000)
        #expect(try await store.tensors(batch: held.batch.id).count == 1)
        #expect(try await store.tensors(batch: done.batch.id).isEmpty)
        let again = try await store.prune()
        #expect(again.batches == 0 && again.bytes == 0)
        await #expect(throws: StoreError.self) { try await store.prune(runs: [run]) }
        try await store.end(held, outcome: .rejected, run: run)
    }

    @Test func aRunGoesWithAllThatIsItsAndNothingElse() async throws {
        let store = try Store(path: folder.file("r.sqlite"), access: .create)
        let (first, second) = (try await filled(store, "a"), try await filled(store, "b"))
        #expect(try await store.prune(runs: [first]).runs == 1)
        #expect(try await store.runs() == [second])
        let counts = try await store.read { db in
            try ["problems", "completions", "batches", "batch_tensors"].map {
                try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") ?? -1
            }
        }
        #expect(counts == [1, 1, 2, 2])
        #expect(try await store.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check").isEmpty })
    }
}
