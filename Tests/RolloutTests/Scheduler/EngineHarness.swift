import Experience
import Synchronization
import TestServers

@testable import Rollout

/// What a sink was given.
final class Collected: Sendable {
    private let events = Mutex<[RolloutEvent]>([])

    func add(_ batch: [RolloutEvent]) { events.withLock { $0 += batch } }

    var completions: [SampledCompletion] {
        events.withLock { $0.compactMap { if case .completion(let value) = $0 { value } else { nil } } }
    }

    var failures: [SampleFailure] {
        events.withLock { $0.compactMap { if case .failure(let value) = $0 { value } else { nil } } }
    }

    var partials: [SampledCompletion] {
        events.withLock { $0.compactMap { if case .partial(let value) = $0 { value } else { nil } } }
    }
}

/// Runs the engine against test servers, with waits of milliseconds.
enum Harness {
    static func items(_ count: Int, n: Int) -> [WorkItem] {
        (0..<count).map {
            WorkItem(ordinal: $0, problem: Problem(id: "p\($0)", prompt: .text("2+2=")), missing: Array(0..<n))
        }
    }

    static func engine(
        _ servers: [FaultServer], _ change: (inout RolloutOptions) -> Void = { _ in }
    ) throws -> RolloutEngine {
        var options = RolloutOptions()
        options.concurrency = 8
        change(&options)
        let endpoints = try servers.map { try Endpoint(url: $0.url, server: .vllm, model: "tiny", api: options.api) }
        return RolloutEngine(
            driver: try CurlDriver(), endpoints: endpoints, sampling: SamplingParameters(), seed: 1, options: options,
            retry: RetryPolicy(attempts: options.attempts, baseDelay: 0.01, maxDelay: 0.05))
    }

    static func run(
        _ engine: RolloutEngine, _ items: [WorkItem], admission: Admission = Admission(),
        collected: Collected = Collected()
    ) async throws -> (Collected, RolloutSummary) {
        let source = Mutex(items[...])
        let summary = try await engine.run({ source.withLock { $0.popFirst() } }, admission: admission) {
            collected.add($0)
        }
        return (collected, summary)
    }
}
