import Experience
import Foundation
import JSON
import Optim
import Reports

/// A store of our own: runs over four problems, four completions each, with verdicts of two verifiers.
final class StoreFixture {
    let folder = NSTemporaryDirectory() + "assay-reports-" + UUID().uuidString
    let store: Store

    init() throws { store = try Store(path: folder + "/s.sqlite", access: .create) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    static let hostile = "<script>window.hacked=1</script><img src=x onerror=alert(1)>\u{1b}[2J\u{202e}\" onload='x'"

    /// `right[problem]` of the four completions are right; the last problem's verifier fails once.
    func run(
        _ name: String, right: [Int], version: Int = 1, dataset: String = "d", entropy: Float = 0.5
    ) async throws -> Run {
        let run = try await store.run(named: name, config: [:], seed: 1, isSimulated: true)
        var sampling = SamplingParameters()
        sampling.n = 4
        let problems = right.indices.map {
            Problem(id: "p\($0)", dataset: dataset, prompt: .text(Self.hostile), answer: "\($0)")
        }
        try await store.addGroups(run: run, from: 0, problems: problems, sampling: sampling)
        let samples = right.indices.flatMap { problem in
            (0..<4).map { index -> SampledCompletion in
                var completion = Completion(index: index, text: "answer \(index) \(Self.hostile)")
                completion.tokenIDs = [1, 2, 3]
                completion.logprobs = [-entropy, -2 * entropy, 0]
                completion.tokenCount = 3
                completion.model = Self.hostile
                completion.finish = index == 3 ? .length : .stop
                completion.weightSpans = [WeightSpan(version: version, tokens: 0..<3)]
                return SampledCompletion(ordinal: problem, completion: completion, promptIDs: [9])
            }
        }
        try await store.record(samples, run: run)
        for verifier in ["strict", "lax"] {
            let scoring = try await store.scoring(verifier: verifier, version: "1", options: [:])
            let items = try await store.unverified(
                run: run, scoring: scoring, after: 0, limit: 100, retryingErrors: false)
            try await store.record(
                items.map { item in
                    let isRight =
                        item.completion.index < right[item.ordinal] || verifier == "strict" && item.ordinal == 0
                    if item.ordinal == right.count - 1, item.completion.index == 3 {
                        return (item.id, .verifierError(reason: "crash", explanation: Self.hostile))
                    }
                    return (item.id, isRight ? .correct(extracted: "1") : .incorrect(extracted: Self.hostile))
                }, scoring: scoring)
        }
        let scoring = try await store.scorings(run: run)[0]
        _ = try await OptimizeStage(store: store, run: run, scoring: scoring, options: OptimizeOptions()).run()
        return run
    }
}
