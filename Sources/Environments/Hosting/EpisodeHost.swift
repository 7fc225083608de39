import Experience
import Synchronization

/// Keeps the episodes of an environment: one turn after the other, each once, no more of them than it has room for, and
/// what they hold given back whatever happened.
final class EpisodeHost<Maker: EpisodeMaker>: Environment {
    private struct Entry {
        /// Nil while it is being begun or asked.
        var body: Maker.Body?
        var holding: (any EpisodeHolding)?
        var turn = -1
        var last: Observation?
        var isBroken = false
    }

    private let maker: Maker
    /// For a check, which is shown what the environment itself does: faulty answers, and turns after the last.
    private let isBare: Bool
    private let entries = Mutex<[EpisodeKey: Entry]>([:])

    var name: String { maker.name }
    var version: String { maker.version }
    var resumption: Resumption { maker.resumption }

    init(_ maker: Maker, isBare: Bool = false) {
        self.maker = maker
        self.isBare = isBare
    }

    func start(_ problem: Problem, seed: UInt64, key: EpisodeKey) async throws(EnvironmentError) -> Opening {
        try entries.withLock { entries throws(EnvironmentError) in
            if entries[key] != nil {
                throw EnvironmentError(.contract, "'\(name)' was asked to begin \(key.words) a second time")
            }
            if entries.count >= maker.mostEpisodes {
                throw EnvironmentError(
                    .full, "'\(name)' has \(maker.mostEpisodes) episodes alive, which its option 'episodes' allows")
            }
            entries[key] = Entry()
        }
        let begun: (body: Maker.Body, opening: Opening)
        do {
            begun = try await maker.begin(problem, seed: seed, key: key)
        } catch {
            _ = entries.withLock { $0.removeValue(forKey: key) }
            throw error
        }
        let isWanted = entries.withLock { entries in
            guard entries[key] != nil else { return false }
            entries[key] = Entry(body: begun.body, holding: begun.body.holding)
            return true
        }
        if !isWanted {
            await begun.body.holding?.release()
            throw EnvironmentError(.lost, "\(key.words) of '\(name)' was ended before it had begun")
        }
        guard !isBare else { return begun.opening }
        do {
            try EpisodeGuard(name: name).look(at: begun.opening)
        } catch {
            _ = entries.withLock { $0.removeValue(forKey: key) }
            await begun.body.holding?.release()
            throw error
        }
        return begun.opening
    }

    private enum Turn {
        case asked(Maker.Body)
        case again(Observation)
    }

    func step(_ action: Action, key: StepKey) async throws(EnvironmentError) -> Observation {
        let turn = try entries.withLock { entries throws(EnvironmentError) in
            try take(key, from: &entries)
        }
        guard case .asked(var body) = turn else {
            if case .again(let observation) = turn { return observation }
            throw EnvironmentError(.contract, "no turn")
        }
        let observation: Observation
        do {
            observation = try await body.answer(action)
            if !isBare { try EpisodeGuard(name: name).look(at: observation, of: action) }
        } catch {
            entries.withLock {
                $0[key.episode]?.body = body
                $0[key.episode]?.isBroken = true
            }
            throw error
        }
        let isWanted = entries.withLock { entries in
            guard entries[key.episode] != nil else { return false }
            entries[key.episode]?.body = body
            entries[key.episode]?.turn = key.turn
            entries[key.episode]?.last = observation
            return true
        }
        if isWanted { return observation }
        throw EnvironmentError(.lost, "\(key.episode.words) of '\(name)' was ended during its turn \(key.turn)")
    }

    private func take(
        _ key: StepKey, from entries: inout [EpisodeKey: Entry]
    ) throws(EnvironmentError) -> Turn {
        let words = "\(key.episode.words) of '\(name)'"
        guard let entry = entries[key.episode] else {
            throw EnvironmentError(.lost, "\(words) is not there: it was never begun, or it has ended")
        }
        // A turn that is tried again has happened already.
        if key.turn == entry.turn, let last = entry.last, !entry.isBroken { return .again(last) }
        guard let body = entry.body else {
            throw EnvironmentError(.contract, "\(words) was asked its turn \(key.turn) while another is under way")
        }
        if entry.isBroken { throw EnvironmentError(.lost, "\(words) failed in an earlier turn") }
        if entry.last?.isDone == true, !isBare {
            throw EnvironmentError(.contract, "\(words) is done: it has no turn \(key.turn)")
        }
        // One that goes on from a state of its own was not asked the turns before.
        let isResumed = resumption == .snapshot && entry.turn == -1
        guard key.turn == entry.turn + 1 || isResumed else {
            throw EnvironmentError(.contract, "\(words) was asked its turn \(key.turn) after its turn \(entry.turn)")
        }
        entries[key.episode]?.body = nil
        return .asked(body)
    }

    func shutdown() async {
        let open = entries.withLock { entries in
            defer { entries = [:] }
            return entries.values.compactMap(\.holding)
        }
        for holding in open { await holding.release() }
        await maker.shutdown()
    }

    func end(_ episode: EndedEpisode) async -> Verdict? {
        guard let entry = entries.withLock({ $0.removeValue(forKey: episode.key) }) else { return nil }
        var verdict: Verdict?
        if episode.stop != .failed {
            if var body = entry.body, !entry.isBroken {
                verdict = await body.verdict(episode)
            } else if maker.judges {
                verdict = .verifierError(
                    reason: "turnUnderWay",
                    explanation: "'\(name)' cannot judge: the episode ended in a turn that was not answered")
            }
        }
        await entry.holding?.release()
        return verdict
    }
}

extension EpisodeKey {
    /// For a person.
    var words: String { "episode \(ordinal)/\(index), attempt \(attempt) of '\(run)'," }
}
