import Datasets
import Experience
import Foundation
import JSON
import Numbers
import Optim
import Rollout
import Synchronization
import Verifiers

/// Sampling, verification and packing at the same time, while trainers in other processes lease and acknowledge.
///
/// Neither side waits for the other within the staleness bound, which is a bound on work begun: groups that are being
/// sampled, are judged, or sit in a batch that no trainer has finished, are at most (max_staleness + 1) batches. So a
/// sample is at most `max_staleness` versions old when its batch is trained on; the lease refuses older ones.
/// (AReaL, arXiv 2505.24298, states the same rule by counting from the start of the run.)
/// All state is in the store: a loop that was killed goes on where it was.
struct OnlineLoop {
    let pipeline: Pipeline
    let options: OnlineOptions

    private static let pause = Duration.milliseconds(20)
    /// Batches in a row of which nothing is left to train on that are taken for a fault of more than single groups.
    private static let mostBarren = 32
    /// Why completions are left out that the server or the configuration, not their group, is to blame for.
    private static let lacking = ["noTokenIDs", "noPromptIDs", "noLogprobs", "noTokenCount"]

    private var store: Store { pipeline.store }
    private var run: Run { pipeline.run }

    /// Runs until trainers have applied `steps` batches.
    func runAll() async throws -> OnlineState {
        let engine = try await pipeline.connect()
        let verifier = try pipeline.config.makeVerifier()
        let scoring = try await pipeline.scoring(of: verifier)
        let source = try await OnlineSource(
            store: store, run: run, dataset: pipeline.config.dataset, sampling: pipeline.config.sampling,
            end: store.sampledEnd(run: run))
        pipeline.note(await source.changes)
        let failures = FailureLog(limit: pipeline.config.optimize.batchGroups)
        let judged = Count()
        let kept = Count()
        Interruption.says { "\(kept.value) completions kept this time; run the same command again" }
        let (arrivals, arrival) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let stage = RolloutStage(store: store, run: run)
        let judge = VerifyStage(
            store: store, run: run, scoring: scoring, verifier: verifier, parts: pipeline.config.verify.reasoning)
        let retryingErrors = pipeline.config.verify.retryErrors
        do {
            let state = try await withThrowingTaskGroup(of: OnlineState?.self) { group in
                group.addTask {
                    defer { arrival.finish() }
                    _ = try await pipeline.sample(stage, over: engine, next: { try await source.next() }) {
                        count, failed in
                        failures.add(completions: count, failed)
                        kept.add(count)
                        Interruption.step()
                        arrival.yield()
                    }
                    return nil
                }
                group.addTask {
                    try await judge.verify(
                        arrivals: arrivals, retryingErrors: retryingErrors,
                        jobs: ProcessInfo.processInfo.activeProcessorCount
                    ) { judged.add($0.count) }
                    return nil
                }
                group.addTask { try await control(source, scoring, failures, judged) }
                var last: OnlineState?
                while let state = try await group.next() { last = state ?? last }
                return last ?? OnlineState()
            }
            await verifier.shutdown()
            try await keepEntropies(scoring)
            return state
        } catch {
            await verifier.shutdown()
            do {
                try await keepEntropies(scoring)
            } catch {
                pipeline.note("the entropies so far were not kept: \(error)")
            }
            throw error
        }
    }

    private func keepEntropies(_ scoring: Scoring) async throws {
        try await OptimizeStage(store: store, run: run, scoring: scoring, options: pipeline.config.optimize)
            .keepEntropies()
    }

    /// Packs what is judged and admits new groups, until all steps are done.
    private func control(
        _ source: OnlineSource, _ scoring: Scoring, _ failures: FailureLog, _ judged: Count
    ) async throws -> OnlineState {
        var progress = Progress(unit: "steps", total: options.steps, isQuiet: pipeline.isQuiet)
        defer { progress.finish() }
        var optimize = pipeline.config.optimize
        optimize.pack.maxStaleness = options.maxStaleness
        let (size, dropsUniform) = (optimize.batchGroups, optimize.dropsUniformScores)
        var end = try await store.sampledEnd(run: run)
        var first = 0
        let patience = Duration.seconds(options.trainerTimeout)
        var lastFinish = ContinuousClock.now
        var finished = -1
        var barren = 0
        var seen: (state: OnlineState, judged: Int)?
        while true {
            let isChanged = try await setAside(failures.drain())
            var state = try await store.onlineState(run: run)
            let count = judged.value
            // Groups are looked at only when something happened: each look costs all that are open.
            if !isChanged, let seen, seen == (state, count), ContinuousClock.now - lastFinish <= patience {
                try await Task.sleep(for: Self.pause)
                continue
            }
            var open = try await store.openGroups(run: run, scoring: scoring, from: first, to: end)
                .filter { !$0.isPacked && !($0.isJudged && $0.isUniform && dropsUniform) }
            while case let judged = open.filter(\.isJudged), judged.count >= size {
                let groups = judged.prefix(size)
                barren = try await pack(groups.map(\.id), scoring, optimize) ? 0 : barren + 1
                if barren == Self.mostBarren {
                    throw IncompleteRun(
                        description: "the groups of \(barren) batches in a row have nothing to train on; the column "
                            + "filter_reason of the store's table groups says why")
                }
                let packed = Set(groups.map(\.id))
                open.removeAll { packed.contains($0.id) }
                state = try await store.onlineState(run: run)
            }
            first = open.first?.ordinal ?? end
            progress.show(state.doneBatches, note: "version \(state.policyVersion)  \(state.openBatches) ready")
            if state.doneBatches >= options.steps {
                await source.close()
                return state
            }
            if state.doneBatches + state.droppedBatches != finished || state.openBatches == 0 {
                finished = state.doneBatches + state.droppedBatches
                lastFinish = .now
            }
            if ContinuousClock.now - lastFinish > patience {
                throw IncompleteRun(
                    description: state.openBatches.counted("batch is", "batches are")
                        + " ready but no trainer finished one for "
                        + "\(Int(clamping: options.trainerTimeout)) s; start a trainer (docs/trainers.md) and run the same "
                        + "command again to go on")
            }
            let ahead = options.maxStaleness + 1 - state.openBatches
            let missing = options.steps - state.doneBatches - state.openBatches
            end = end.addingSaturated(max(0, min(ahead, missing).multipliedSaturated(by: size) - open.count))
            try await source.admit(before: end, policyVersion: state.policyVersion)
            seen = (state, count)
            try await Task.sleep(for: Self.pause)
        }
    }

    /// Packs the groups into a batch, and sets aside those of which nothing can be trained on.
    /// - Returns: whether there was something. What one group lacks, as scores after time-outs, does not end the run.
    private func pack(_ groups: [Int64], _ scoring: Scoring, _ options: OptimizeOptions) async throws -> Bool {
        // The reference's, the critic's and the teacher's numbers of what is new; those of groups that wait come along.
        try await pipeline.passes(isRepeated: true)
        let estimation = OptimizeStage(store: store, run: run, scoring: scoring, options: options)
        let set = try await estimation.run(groups: groups)
        let summary = try await BatchStage(store: store, run: run, set: set, options: options).run(groups: groups)
        var counts = summary.dropped.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
        if summary.uniformGroups > 0 {
            counts.append(summary.uniformGroups.counted("group", "groups") + " with equal scores")
        }
        if summary.maskedGroups > 0 {
            counts.append(summary.maskedGroups.counted("group", "groups") + " outside min_mean and max_mean")
        }
        let reasons = counts.joined(separator: ", ")
        // What was overtaken by the trainer, or has nothing to train on, makes room for other groups.
        try await store.setAsideUnpacked(groups, reason: reasons, set: set)
        if !summary.batches.isEmpty || summary.dropped["tooStale"] != nil { return true }
        if Self.lacking.contains(where: { summary.dropped[$0] != nil }) {
            throw IncompleteRun(
                description: "none of the completions of \(groups.count) groups can be trained on: \(reasons)"
                    + (summary.lacksIDs ? BatchStage.Summary.idsHint : ""))
        }
        return false
    }

    /// Groups one of whose samples can never come are left out or closed with what they have; an outage stops the loop.
    /// - Returns: whether there were any.
    private func setAside(_ failed: FailureLog.Drained) async throws -> Bool {
        for (ordinal, failure) in failed.lost {
            let what: String
            if pipeline.config.rollout.partialGroups == .keep,
                try await store.close(run: run, ordinal: ordinal, reason: failure.reason)
            {
                what = "goes on without it"
            } else {
                try await store.setAside(run: run, ordinal: ordinal, reason: failure.reason)
                what = "is set aside"
            }
            pipeline.note("\(failure.message); its group \(ordinal) \(what)")
        }
        if let fatal = failed.fatal {
            throw IncompleteRun(
                description: "\(fatal.message). What there is was kept: run the same command again to go on")
        }
        return !failed.lost.isEmpty
    }
}

/// Failed samples between two looks of the control loop.
private final class FailureLog: Sendable {
    struct Drained {
        /// The first failure of each group that has one, by ordinal.
        var lost: [Int: SampleFailure] = [:]
        var fatal: SampleFailure?
    }

    private struct State {
        var drained = Drained()
        /// Groups that lost a sample since the last completion.
        var inARow: Set<Int> = []
    }

    private let state = Mutex(State())
    private let limit: Int

    /// Failures of more than `limit` groups without a completion in between are an outage, and no group's own.
    init(limit: Int) { self.limit = limit }

    func add(completions: Int, _ failures: [SampleFailure]) {
        state.withLock { state in
            if completions > 0 { state.inARow = [] }
            for failure in failures {
                state.inARow.insert(failure.ordinal)
                if state.inARow.count <= limit {
                    state.drained.lost[failure.ordinal] = state.drained.lost[failure.ordinal] ?? failure
                } else {
                    state.drained.fatal = state.drained.fatal ?? failure
                }
            }
        }
    }

    func drain() -> Drained {
        state.withLock { state in
            defer { state.drained = Drained() }
            return state.drained
        }
    }
}
