import Experience
import Reports

/// The latest reports, each made once for what the store holds, however many ask meanwhile.
actor ReportCache {
    private struct Entry {
        var version: Int
        var index: ObjectIdentifier
        var report: Report
        var madeAt: ContinuousClock.Instant
        var cost: Duration
    }

    private static let most = 8
    // A report of more completions is shown a little late while a run goes on, so that it takes a tenth of the time at most.
    private static let large = 20_000
    private var entries: [Run: Entry] = [:]
    private var making: [Run: Task<Report, any Error>] = [:]

    /// The run's report of a version of the store, made by `make` where it is not known; nil where that takes longer than
    /// `patience`: it goes on, and who asks again gets it.
    func report(
        of run: Run, at version: Int, _ index: ObjectIdentifier, within patience: Duration,
        _ make: @escaping @Sendable () async throws -> Report
    ) async throws -> Report? {
        let start = ContinuousClock.now
        if let entry = entries[run], entry.index == index {
            let isFresh = entry.report.overall.completions > Self.large && start - entry.madeAt < entry.cost * 10
            if entry.version == version || isFresh { return entry.report }
        }
        let task =
            making[run]
            ?? Task {
                defer { making[run] = nil }
                let report = try await make()
                let end = ContinuousClock.now
                entries[run] = Entry(version: version, index: index, report: report, madeAt: end, cost: end - start)
                if entries.count > Self.most, let oldest = entries.min(by: { $0.value.madeAt < $1.value.madeAt }) {
                    entries[oldest.key] = nil
                }
                return report
            }
        making[run] = task
        return await task.ends(within: patience) ? try await task.value : nil
    }
}
