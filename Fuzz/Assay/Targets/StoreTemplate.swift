import Experience
import JSON
import Optim

/// A valid store in which every table has rows: a run of 6 problems × 4, two scorings, advantages, batches, a lease.
enum StoreTemplate {
    static let run = "r"

    /// Makes it at `path`.
    static func make(at path: String) async throws {
        let store = try Store(path: path, access: .create)
        let config: JSONValue = ["report": ["tokenizer": "none.json"], "optimize": ["vocabulary_size": 100]]
        let run = try await store.run(named: Self.run, config: config, seed: 1, isSimulated: true)
        var sampling = SamplingParameters()
        sampling.n = 4
        let problems = (0..<6).map { index in
            var problem = Problem(
                id: "p\(index)", dataset: "d\(index % 2)", prompt: .text("q \(index)"), answer: "\(index)")
            problem.fields = JSONRow(["level": .int(index % 3), "subject": "s"])
            return problem
        }
        try await store.addGroups(run: run, from: 0, problems: problems, sampling: sampling)
        var samples: [SampledCompletion] = []
        for group in 0..<6 {
            for index in 0..<4 where group * 4 + index < 22 { samples.append(sample(group, index)) }
        }
        try await store.record(samples, run: run)
        try await store.record(partials: [sample(5, 2)], run: run)
        try await store.record(
            [SampleFailure(ordinal: 5, index: 3, reason: "timeout", message: "m", attempts: 2)], run: run)
        for verifier in ["strict", "lax"] {
            let scoring = try await store.scoring(verifier: verifier, version: "1", options: ["a": 1])
            let items = try await store.unverified(
                run: run, scoring: scoring, after: 0, limit: 100, retryingErrors: false)
            try await store.record(
                items.map { item in
                    var verdict: Verdict =
                        (item.ordinal + item.completion.index) % 2 == 0 ? .correct() : .incorrect(score: 0.25)
                    if item.completion.index == 3 { verdict = .timeout() }
                    verdict.components = ["a": 1, "b": nil]
                    verdict.details = ["tests": [["status": "pass"]]]
                    verdict.milliseconds = 1.5
                    return (item.id, verdict)
                }, scoring: scoring)
        }
        for kind in TokenQuantity.allCases {
            let tokens = try await store.completions(lacking: kind, run: run, after: 0, limit: 100)
            try await store.record(kind, tokens.map { ($0.completionID, $0.tokenIDs.map { _ in -0.5 }) })
        }
        try await fill(store, run)
    }

    /// Advantages, batches and a lease.
    private static func fill(_ store: Store, _ run: Run) async throws {
        guard let scoring = try await store.scorings(run: run).last else { return }
        var options = OptimizeOptions()
        options.batchGroups = 2
        options.vocabularySize = 100
        let set = try await OptimizeStage(store: store, run: run, scoring: scoring, options: options).run().set
        _ = try await BatchStage(store: store, run: run, set: set, options: options).run(includesPartial: true)
        if let lease = try await store.lease(run: run, trainer: "t", milliseconds: 1_000_000_000) {
            try await store.end(lease, outcome: .done, policyVersion: 2, weights: "w", metrics: ["loss": 0.5], run: run)
        }
        _ = try await store.lease(run: run, trainer: "t", milliseconds: 1_000_000_000)
    }

    private static func sample(_ group: Int, _ index: Int) -> SampledCompletion {
        var completion = Completion(
            index: index, text: "answer \\boxed{\(index)}", finish: index == 2 ? .length : .stop)
        completion.tokenIDs = [1, 2, 3]
        completion.logprobs = [-0.5, -1, 0]
        completion.topTokens = completion.tokenIDs.map { TopTokens(ids: [$0, $0 + 7], logprobs: [-0.5, -1.5]) }
        completion.logprobKind = .raw
        completion.tokenCount = 3
        completion.model = "m"
        completion.stopReason = "eos"
        completion.weightSpans = [WeightSpan(version: 0, tokens: 0..<1), WeightSpan(version: 1, tokens: 1..<3)]
        return SampledCompletion(ordinal: group, completion: completion, promptIDs: [7, 8])
    }
}
