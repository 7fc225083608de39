import Experience
import Foundation
import JSON
import Optim
import Rollout
import Verifiers

/// The stages of `assay run` over one store: what each command runs alone, in order.
struct Pipeline {
    let config: RunConfig
    let store: Store
    let run: Run
    let isQuiet: Bool
    /// Whether the run may be sampled from another model than before.
    let acceptsModel: Bool
    /// Whether this command made the run.
    private let isNew: Bool
    /// Where programs outside have their episodes from; nil where turns are sampled for an environment, or there is one turn.
    var gateway: AgentGateway?

    /// Opens the store and the run; a run that exists must have been sampled alike, and goes on with what else is new.
    init(config: RunConfig, isSimulated: Bool = false, isQuiet: Bool, acceptsModel: Bool = false) async throws {
        self.config = config
        self.isQuiet = isQuiet
        self.acceptsModel = acceptsModel
        Interruption.says { "what there is was kept; run the same command again" }
        store = try Store(path: config.store, access: .create)
        let json = try config.json()
        isNew = try await !store.runs().contains { $0.name == config.name }
        let run = try await store.run(
            named: config.name, config: json, seed: config.seed, isSimulated: isSimulated,
            goesOn: { RunConfig.otherSampling($0, json) == nil })
        if let key = RunConfig.otherSampling(run.config, json) {
            throw BadInput(
                "run '\(run.name)' in \(store.path) was sampled with \(key) \(run.config.member(key)?.text ?? "unset"), "
                    + "not \(json.member(key)?.text ?? "unset"); that needs new samples: the same command with --set "
                    + "name=\(run.name)-2 draws them")
        }
        self.run = try await store.update(run, config: json)
        if let model = config.rollout.model { try await check(models: [model]) }
    }

    /// Does `work`; where it fails before anything was sampled, a run that this command made is taken away again: it would
    /// be the latest, and empty.
    func leavingNoEmptyRun<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch {
            do {
                if isNew { try await store.removeIfUnused(run) }
            } catch let second {
                note("run '\(run.name)' is empty and could not be removed: \(second)")
            }
            throw error
        }
    }

    /// What sampling left behind.
    struct Sampling: Sendable {
        var summary = RolloutSummary()
        var firstFailure: SampleFailure?
        var failed = 0
        /// Groups that go on without a sample that can never come (`partial_groups: keep`).
        var kept = 0
        /// What dynamic sampling counted; nil when it was off.
        var groups: Admission.Counts?
        /// What dynamic sampling lacks though the data has ended; nil when it lacks nothing.
        var shortfall: String?
    }

    /// Samples what is missing. `onArrival` is called after each batch is in the store.
    func sample(
        admission: Admission = Admission(), onArrival: @escaping @Sendable () -> Void = {}
    ) async throws -> Sampling {
        let stage = RolloutStage(store: store, run: run)
        let counts = try await store.sampleCounts(run: run)
        note(
            "\(try await store.groupCount(run: run)) problems, \(counts.present) of \(counts.wanted) completions in "
                + store.path)
        if counts.present == counts.wanted { return Sampling() }
        let engine = try await connect()
        let state = SamplingState(
            progress: Progress(
                unit: "completions", total: counts.wanted, done: counts.present, isQuiet: isQuiet),
            done: counts.present, wanted: counts.wanted)
        await state.countBeginnings(in: store, of: run)
        Interruption.says { state.kept }
        var sampling = Sampling()
        do {
            let onProgress: @Sendable (Int, [SampleFailure]) -> Void = { completions, failures in
                state.add(completions, failures)
                onArrival()
            }
            sampling.summary = try await sample(stage, over: engine, admission: admission, onProgress: onProgress)
        } catch {
            state.finish()
            await state.countBeginnings(in: store, of: run)
            throw error
        }
        (sampling.firstFailure, sampling.failed) = state.finish()
        sampling.kept = try await closeGroups(of: state.lost)
        if sampling.kept == state.lost.count, sampling.kept > 0 { sampling.firstFailure = nil }
        noteAnswers(sampling.summary)
        await state.countBeginnings(in: store, of: run)
        try Task.checkCancellation()
        return sampling
    }

    /// Judges what has no verdict; with `arrivals`, until those end.
    func verify(arrivals: AsyncStream<Void>? = nil) async throws -> (scoring: Scoring, count: Int) {
        let verifier = try config.makeVerifier()
        let scoring = try await scoring(of: verifier)
        let stage = VerifyStage(
            store: store, run: run, scoring: scoring, verifier: verifier, parts: config.verify.reasoning)
        // While samples arrive their progress is shown; alone, verification shows its own.
        let counts = try await store.verdictCounts(run: run, scoring: scoring)
        var progress = Progress(
            unit: "verdicts", total: counts.completions, done: counts.verdicts, isQuiet: isQuiet || arrivals != nil)
        let done = Count(counts.verdicts)
        if arrivals == nil { Interruption.says { "\(done.value) verdicts kept; run the same command again" } }
        do {
            let count = try await stage.verify(
                arrivals: arrivals ?? AsyncStream { $0.finish() }, retryingErrors: config.verify.retryErrors,
                jobs: ProcessInfo.processInfo.activeProcessorCount
            ) { verdicts in
                done.add(verdicts.count)
                Interruption.step()
                progress.show(done.value)
            }
            progress.finish()
            await verifier.shutdown()
            return (scoring, count)
        } catch {
            await verifier.shutdown()
            throw error
        }
    }

    /// The identity of the verdicts of the configuration's verifier.
    func scoring(of verifier: any Verifier) async throws -> Scoring {
        try await store.scoring(
            verifier: verifier.name, version: verifier.version,
            options: config.verify.reasoning.labelled(config.verify.options).withoutSecrets,
            identity: VerifierRegistry.identity)
    }

    /// Samples and judges at the same time, so that a slow verifier never adds its whole time to the run.
    func sampleAndVerify() async throws -> (Sampling, Scoring) {
        try await load()
        enum Part: Sendable {
            case sampled(Result<Sampling, any Error>)
            case judged(Scoring)
        }
        let (arrivals, arrival) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        return try await withThrowingTaskGroup(of: Part.self) { group in
            group.addTask { .judged(try await verify(arrivals: arrivals).scoring) }
            group.addTask {
                defer { arrival.finish() }
                do {
                    return .sampled(.success(try await sampleDynamically { arrival.yield() }))
                } catch {
                    return .sampled(.failure(error))
                }
            }
            var (sampling, scoring): (Result<Sampling, any Error>?, Scoring?)
            // What was sampled is judged before a failure of sampling ends the run; a failure of judging ends it at once.
            while let part = try await group.next() {
                switch part {
                case .sampled(let result): sampling = result
                case .judged(let result): scoring = result
                }
            }
            guard let sampling, let scoring else { throw CancellationError() }
            var result = try sampling.get()
            // Only now are the last verdicts there.
            if config.rollout.wantedGroups > 0 { result.shortfall = try await countGroups(scoring, result) }
            return (result, scoring)
        }
    }

    /// Computes advantages and entropies over a scoring.
    func optimize(_ scoring: Scoring) async throws -> OptimizeStage.Summary {
        try await OptimizeStage(store: store, run: run, scoring: scoring, options: config.optimize).run()
    }

    /// Packs the groups of a set that no batch has; `again` takes back the batches that no trainer has or had.
    func pack(set: Int64, again: Bool) async throws -> BatchStage.Summary {
        try await BatchStage(store: store, run: run, set: set, options: config.optimize)
            .run(includesPartial: true, again: again)
    }

    /// A plain line on stderr, unless quiet.
    func note(_ text: String) {
        if !isQuiet { Terminal.line(text) }
    }

    /// Ends a run with samples missing: exit code 1, after everything that could be done was done.
    static func checkComplete(_ sampling: Sampling) throws {
        guard let failure = sampling.firstFailure else {
            if let shortfall = sampling.shortfall { throw IncompleteRun(description: shortfall) }
            return
        }
        let kinds = sampling.summary.failures.sorted { $0.value > $1.value }.map { "\($0.value) \($0.key)" }
        throw IncompleteRun(
            description: "\(sampling.failed) samples failed (\(kinds.joined(separator: ", "))); first: "
                + "\(failure.message). What there is was kept: run the same command again to go on")
    }
}

/// Some samples could not be had; exit code 1.
struct IncompleteRun: Error, CustomStringConvertible {
    var description: String
}

/// Progress of sampling, fed from the engine's sink.
private final class SamplingState: @unchecked Sendable {
    // The sink is called one batch at a time; the lock makes the last read see its writes.
    private let lock = NSLock()
    private var progress: Progress
    private var done: Int
    private let wanted: Int
    private var beginnings = 0
    private var failed = 0
    private var first: SampleFailure?
    private var lostGroups: [Int: String] = [:]

    init(progress: Progress, done: Int, wanted: Int) {
        self.progress = progress
        self.done = done
        self.wanted = wanted
    }

    /// What an interrupted run says.
    var kept: String {
        lock.withLock {
            let cut = beginnings == 0 ? "" : ", " + beginnings.counted("beginning", "beginnings") + " kept"
            return "\(done) of \(wanted) kept\(cut); run the same command again"
        }
    }

    /// Groups that lack a sample for good, with the reason.
    var lost: [Int: String] { lock.withLock { lostGroups } }

    /// Counts the beginnings that a store has, also for a task that is cancelled; they are for `kept` alone.
    func countBeginnings(in store: Store, of run: Run) async {
        guard let count = try? await Task(operation: { try await store.partialCount(run: run) }).value else { return }
        lock.withLock { beginnings = count }
    }

    func add(_ completions: Int, _ failures: [SampleFailure]) {
        Interruption.step()
        lock.withLock {
            done += completions
            failed += failures.count
            first = first ?? failures.first
            for failure in failures { lostGroups[failure.ordinal] = failure.reason }
            progress.show(done, note: failed == 0 ? "" : "\(failed) failed: \(first?.reason ?? "")")
        }
    }

    @discardableResult
    func finish() -> (first: SampleFailure?, failed: Int) {
        lock.withLock {
            progress.finish()
            return (first, failed)
        }
    }
}
