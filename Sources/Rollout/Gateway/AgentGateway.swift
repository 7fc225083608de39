public import Experience
import JSON
internal import Synchronization

/// Samples episodes whose turns come from programs outside: it leases them, samples and records their model calls, and keeps
/// each when it is ended. To the stages it is what `EpisodeDriver` is: work in, kept samples out.
///
/// An episode is leased to one program at a time; one that falls silent is a failure, and is leased again. Nothing of an
/// episode is kept before its end, and everything before that is answered.
public final class AgentGateway: Sendable {
    /// What can be had now.
    public enum Lease: Sendable {
        /// An episode.
        case episode(AgentEpisode)
        /// Nothing at the moment, for this reason: try again.
        case later(String)
        /// The run has all its samples.
        case over
    }

    /// Counts of a moment.
    public struct Counts: Sendable, Hashable {
        /// Episodes that are leased.
        public var open = 0
        /// Episodes kept, and those that failed for good.
        public var kept = 0
        /// See `kept`.
        public var failed = 0
        /// Leases that ended without a sample, by reason.
        public var lost: [String: Int] = [:]
        /// Turns sampled, and requests that got an earlier one's reply.
        public var turns = 0
        /// See `turns`.
        public var repeats = 0
        /// What agents asked otherwise than the run samples, by name.
        public var unheeded: [String: Int] = [:]
    }

    /// Judges a completion as the run's verifier does; for rewards of both sources.
    public typealias Judge = @Sendable (Problem, Completion) async -> Verdict

    /// Whether the store has the sample of an episode's key.
    public typealias LookUp = @Sendable (_ ordinal: Int, _ index: Int, _ id: String) async throws -> Bool

    struct Session {
        let lookUp: LookUp?
        let sampler: TurnSampler
        let journal: EpisodeJournal
        let queue: BoundedQueue<WantedEpisode>
        let admission: Admission
    }

    struct State {
        var session: Session?
        var isOver = false
        /// Episodes that are wanted once more.
        var again: [WantedEpisode] = []
        var open: [String: AgentEpisode] = [:]
        /// Jobs that are neither kept nor failed.
        var unfinished = 0
        /// Ends under way and the last ones, by key: an end that is sent again is told the same.
        var endings: [String: Task<AgentEnding, any Error>] = [:]
        var endingOrder: [String] = []
        var counts = Counts()
        var failure: (any Error)?
    }

    let options: EpisodeOptions
    let agent: AgentOptions
    let run: String
    let judge: Judge?
    let state = Mutex(State())
    private let renderer: (@Sendable (Endpoint) -> any ChatRenderer)?

    /// A gateway for the run of that name. `renderer` takes the place of the server's own template.
    public init(
        options: EpisodeOptions, agent: AgentOptions, run: String, judge: Judge? = nil,
        renderer: (@Sendable (Endpoint) -> any ChatRenderer)? = nil
    ) {
        (self.options, self.agent, self.run) = (options, agent, run)
        (self.judge, self.renderer) = (judge, renderer)
    }

    /// What there is now.
    public var counts: Counts {
        state.withLock { state in
            var counts = state.counts
            counts.open = state.open.count
            return counts
        }
    }

    /// Which fields of a problem's record a lease shows.
    public var shownFields: [String] { agent.fields }

    /// Leases what `next` gives until it gives nil, and returns when every episode of it is kept or has failed for good. Sampling
    /// and keeping are as `EpisodeDriver.sample` has them. With `lookUp` the end of an episode that an earlier process kept is
    /// known.
    public func sample(
        over engine: RolloutEngine, _ next: @escaping @Sendable () async throws -> WorkItem?,
        admission: Admission = Admission(), lookUp: LookUp? = nil,
        sink: @escaping @Sendable (EpisodeBatch) async throws -> Void
    ) async throws -> RolloutSummary {
        let sampler = TurnSampler(engine, toolSyntax: options.toolSyntax, renderer: renderer)
        let session = Session(
            lookUp: lookUp, sampler: sampler, journal: EpisodeJournal(sink), queue: BoundedQueue(capacity: 8),
            admission: admission)
        state.withLock { ($0.session, $0.isOver) = (session, false) }
        await withTaskCancellationHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.feed(session, next) }
                group.addTask { await self.watch(session) }
                await group.waitForAll()
            }
        } onCancel: {
            admission.stop()
            session.queue.finish(discarding: true)
        }
        close(session)
        if let error = state.withLock({ $0.failure }) { throw error }
        var summary = sampler.summary.withLock { $0 }
        summary.wasCancelled = Task.isCancelled
        return summary
    }

    private func feed(_ session: Session, _ next: @Sendable () async throws -> WorkItem?) async {
        do {
            feeding: while await session.admission.admit(), let item = try await next() {
                let open = GroupCountdown(item.missing.count)
                if item.missing.isEmpty { session.admission.finish() }
                for index in item.missing {
                    state.withLock { $0.unfinished += 1 }
                    let isTaken = await session.queue.push(WantedEpisode(item: item, index: index, open: open))
                    if !isTaken { break feeding }
                }
            }
        } catch {
            state.withLock { $0.failure = $0.failure ?? error }
        }
        session.queue.finish()
    }

    /// Ends what is silent; returns when nothing is left to do.
    private func watch(_ session: Session) async {
        while !Task.isCancelled {
            session.sampler.pool.tick()
            let now = MonotonicClock.seconds
            let (silent, isDone) = state.withLock { state in
                (
                    state.open.values.filter { ($0.silence(at: now) ?? 0) > agent.idleSeconds },
                    state.failure != nil || (session.queue.isDrained && state.unfinished == 0)
                )
            }
            for episode in silent {
                let text = "no call and no end for \(agent.idleSeconds) s: is the agent's process still there?"
                _ = try? await end(episode.id, .lost(reason: "agent_silent", text))
            }
            if isDone { return session.queue.finish(discarding: true) }
            do { try await Task.sleep(for: .milliseconds(50)) } catch { return }
        }
    }

    private func close(_ session: Session) {
        let open = state.withLock { state in
            defer { (state.session, state.isOver, state.open, state.again, state.unfinished) = (nil, true, [:], [], 0) }
            return Array(state.open.values)
        }
        for episode in open { _ = episode.close() }
        session.sampler.pool.close()
    }

    /// Leases the next episode that the run wants.
    public func lease() -> Lease {
        state.withLock { state in
            if state.isOver { return .over }
            guard let session = state.session else { return .later("the run is being prepared") }
            guard state.open.count < agent.maxOpen else {
                return .later("\(agent.maxOpen) episodes are leased (options.max_open)")
            }
            let wanted = state.again.popLast() ?? session.queue.poll()
            guard let wanted else { return .later("every episode that may begin now is leased") }
            let secret = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
            let id = "ep-\(wanted.item.ordinal)-\(wanted.index)-\(wanted.attempt)-\(secret)"
            let episode = AgentEpisode(
                id: id, wanted, run: run, sampler: session.sampler, options: options, agent: agent)
            state.open[id] = episode
            return .episode(episode)
        }
    }

    /// The open episode with a key; nil where there is none.
    public func episode(_ id: String) -> AgentEpisode? { state.withLock { $0.open[id] } }

    /// Whether the key was one of an episode that has ended.
    public func hasEnded(_ id: String) -> Bool { state.withLock { $0.endings[id] != nil } }
}

/// An episode to be leased.
struct WantedEpisode: Sendable {
    let item: WorkItem
    let index: Int
    let open: GroupCountdown
    /// 1 for the first try.
    var attempt = 1
}

extension AgentEpisode {
    /// What it is of.
    public var problem: Problem { wanted.item.problem }
    /// The group's place in the run.
    public var ordinal: Int { key.ordinal }
    /// Its index in the group.
    public var index: Int { key.index }
    /// 1 for the first try.
    public var attempt: Int { key.attempt }
    /// Seconds without a call after which it is lost.
    public var idleSeconds: Double { agent.idleSeconds }
}
