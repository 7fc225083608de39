import Experience
import Foundation
import JSON

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Megabytes per second of columnar batches into a store; `pack.c` makes the same writes with the C library.
struct PackBenchmark {
    let folder: String

    func run() async throws {
        let (batches, sequences, tokens) = (24, 1024, 1 << 20)
        var best = 0.0
        for run in 0..<3 {
            let path = folder + "/optim-pack-\(run).sqlite"
            for suffix in ["", "-wal", "-shm", ".lock"] { unlink(path + suffix) }
            let store = try Store(path: path, access: .create)
            let made = try await prepare(store, sequences)
            let columns = [
                BatchTensor("token_ids", "<i4", [Int32](repeating: 7, count: tokens)),
                BatchTensor("logprobs", "<f4", [Float](repeating: -0.5, count: tokens)),
                BatchTensor("advantages", "<f4", [Float](repeating: 0.25, count: tokens)),
                BatchTensor("loss_weights", "<f4", [Float](repeating: 1, count: tokens)),
                BatchTensor("loss_mask", "|u1", [UInt8](repeating: 1, count: tokens)),
            ]
            let bytes = columns.reduce(0) { $0 + $1.data.count }
            let packed = PackedBatch(
                set: made.set, policyVersion: 0, maxStaleness: 0, tokens: tokens,
                items: made.completions.map { .init(completion: $0, policyVersion: 0) }, tensors: columns)
            let start = ContinuousClock.now
            for _ in 0..<batches { try await store.add(packed, run: made.run) }
            let time = start.duration(to: .now) / .seconds(1)
            best = max(best, Double(batches * bytes) / 1e6 / time)
            for suffix in ["", "-wal", "-shm", ".lock"] { unlink(path + suffix) }
        }
        report("pack", best, "MB/s")
    }

    private func prepare(_ store: Store, _ sequences: Int) async throws -> (run: Run, set: Int64, completions: [Int64])
    {
        let run = try await store.run(named: "bench", config: [:], seed: 0, isSimulated: true)
        let scoring = try await store.scoring(verifier: "exact", version: "1", options: [:])
        var sampling = SamplingParameters()
        sampling.n = sequences
        try await store.addGroups(
            run: run, from: 0, problems: [Problem(id: "p", dataset: "d", prompt: .text("q"))], sampling: sampling)
        try await store.record(
            (0..<sequences).map { SampledCompletion(ordinal: 0, completion: Completion(index: $0, text: "")) }, run: run
        )
        let set = try await store.addAdvantageSet(run: run, scoring: scoring, estimator: "grpo", parameters: [:])
        let completions = try await store.unverified(
            run: run, scoring: scoring, after: 0, limit: sequences, retryingErrors: false
        ).map(\.id)
        return (run, set, completions)
    }
}
