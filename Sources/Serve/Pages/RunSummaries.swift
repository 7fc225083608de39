import Experience
import Reports

/// The figures of a table of runs, each counted once for what the run holds and again when it has grown: lists of large
/// stores show at once, and fill in.
actor RunSummaries {
    private struct Entry {
        var present: Int
        var figures: RunListing.Figures?
        var isCounting = false
        var countedAt: ContinuousClock.Instant?
        var cost = Duration.zero
    }

    // Counting longer than this is left to the background.
    private static let patience = Duration.milliseconds(250)
    private let runs: RunStore
    private var entries: [Int64: Entry] = [:]

    init(runs: RunStore) { self.runs = runs }

    /// The newest `limit` runs, the newest first; waits a moment for figures that are not known yet.
    func list(limit: Int) async throws -> [RunListing] {
        let listings = try await runs.reading { store in
            var list: [RunListing] = []
            for run in try await store.runs().suffix(limit).reversed() {
                let counts = try await store.sampleCounts(run: run)
                list.append(
                    RunListing(
                        run: run, path: run.pagePath, present: counts.present, wanted: counts.wanted,
                        policyVersion: try await store.policyVersion(run: run)))
            }
            return list
        }
        let counting = listings.compactMap(start)
        if !counting.isEmpty {
            // Whichever comes first: all are counted, or the page has waited enough.
            await withTaskGroup(of: Void.self) { group in
                group.addTask { for task in counting { await task.value } }
                group.addTask { try? await Task.sleep(for: Self.patience) }
                await group.next()
                group.cancelAll()
            }
        }
        return listings.map { listing in
            var listing = listing
            listing.figures = entries[listing.run.id]?.figures
            return listing
        }
    }

    private func start(_ listing: RunListing) -> Task<Void, Never>? {
        let id = listing.run.id
        var entry = entries[id] ?? Entry(present: -1)
        if entry.isCounting { return nil }
        // Verdicts come after completions: what is known is looked at again now and then, for a tenth of the time at most.
        if let last = entry.countedAt {
            let age = ContinuousClock.now - last
            if age < entry.cost * 10 || entry.present == listing.present && age < .seconds(10) { return nil }
        }
        entry.isCounting = true
        entries[id] = entry
        return Task { await count(listing) }
    }

    private func count(_ listing: RunListing) async {
        let start = ContinuousClock.now
        // What cannot be counted stays uncounted; the run's own page says why.
        let figures = try? await runs.reading { try await RunListing.figures(of: listing.run, in: $0) }
        let end = ContinuousClock.now
        entries[listing.run.id] = Entry(
            present: listing.present, figures: figures ?? entries[listing.run.id]?.figures, countedAt: end,
            cost: end - start)
    }
}
