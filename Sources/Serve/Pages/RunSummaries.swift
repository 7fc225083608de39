import Experience
import Reports

/// What a table of runs says of them, counted once for what the store holds and again when it has grown. Counting is never
/// waited for longer than a moment: lists of large stores show at once, and fill in.
actor RunSummaries {
    private struct Entry {
        var version = -1
        var progress: RunListing.Progress?
        var progressAt: ContinuousClock.Instant?
        var progressCost = Duration.zero
        var figures: RunListing.Figures?
        /// The completions that the figures are of.
        var figured = -1
        var figuresAt: ContinuousClock.Instant?
        var figuresCost = Duration.zero
    }

    private static let patience = Duration.milliseconds(250)
    private let runs: RunStore
    private var entries: [Int64: Entry] = [:]
    private var counting: Task<Void, Never>?

    init(runs: RunStore) { self.runs = runs }

    /// Up to `limit` of the runs whose name holds a text, the newest first, behind the first `offset` of them, and how many
    /// there are; waits a moment for figures that are not known yet.
    func list(
        limit: Int, offset: Int = 0, named part: String = ""
    ) async throws -> (runs: [RunListing], total: Int) {
        let (list, versions, total) = try await runs.reading { store in
            let all = try await store.runs().reversed().filter { part.isEmpty || $0.name.contains(part) }
            let list = Array(all.dropFirst(offset).prefix(limit))
            var versions: [Int] = []
            for run in list { versions.append(try await store.policyVersion(run: run)) }
            return (list, versions, all.count)
        }
        let version = try await runs.samples().changes()
        let end = ContinuousClock.now + Self.patience
        if let running = counting { _ = await running.ends(within: Self.patience) }
        if counting == nil {
            counting = Task {
                await count(list, at: version)
                counting = nil
            }
        }
        if let running = counting { _ = await running.ends(within: max(end - .now, .zero)) }
        let listings = zip(list, versions).map { run, version in
            RunListing(
                run: run, path: run.pagePath, progress: entries[run.id]?.progress, policyVersion: version,
                figures: entries[run.id]?.figures)
        }
        return (listings, total)
    }

    // How far the runs are first, which is soon known, then their figures; each takes a tenth of the time at most. What cannot
    // be counted stays uncounted; the run's own page says why.
    private func count(_ list: [Run], at version: Int) async {
        for run in list {
            var entry = entries[run.id] ?? Entry()
            let start = ContinuousClock.now
            if entry.version == version || isRecent(entry.progressAt, entry.progressCost, start) { continue }
            guard let counts = try? await runs.reading({ try await $0.sampleCounts(run: run) }) else { continue }
            entry.progress = .init(present: counts.present, wanted: counts.wanted)
            (entry.version, entry.progressAt, entry.progressCost) = (version, .now, .now - start)
            entries[run.id] = entry
        }
        for run in list {
            guard var entry = entries[run.id], let present = entry.progress?.present else { continue }
            let start = ContinuousClock.now
            // Verdicts come after completions: what is known is looked at again now and then.
            if isRecent(
                entry.figuresAt, entry.figured == present ? max(entry.figuresCost, .seconds(1)) : entry.figuresCost,
                start)
            {
                continue
            }
            guard let figures = try? await runs.reading({ try await RunListing.figures(of: run, in: $0) }) else {
                continue
            }
            (entry.figures, entry.figured) = (figures, present)
            (entry.figuresAt, entry.figuresCost) = (.now, .now - start)
            entries[run.id] = entry
        }
    }

    private func isRecent(
        _ last: ContinuousClock.Instant?, _ cost: Duration, _ now: ContinuousClock.Instant
    ) -> Bool {
        last.map { now - $0 < cost * 10 } ?? false
    }
}
