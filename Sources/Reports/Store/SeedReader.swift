import Experience
import Optim

/// Reads several runs as seeds of one.
struct SeedReader {
    /// What may differ between seeds.
    private static let free = ["seed", "sampling.seed", "optimize", "online"]

    let reports: [StoreReport]
    let labels: [String]

    /// nil unless the runs are of one model and of one configuration but for their seed.
    func section() async throws -> SeedSection? {
        var models: Set<[String]> = []
        for report in reports { models.insert(try await report.store.models(of: report.run)) }
        guard models.count == 1, models.first?.count == 1 else { return nil }
        let differences = SettingDifference.all(reports.map(\.run.config))
        guard differences.allSatisfy({ Self.isFree($0.key) }) else { return nil }
        var counts: [[String: ProblemCount]] = []
        for report in reports {
            let scoring = try report.chosen(of: try await report.store.scorings(run: report.run))
            counts.append(
                try await report.store.snapshot { [run = report.run] in try $0.problemCounts(of: run, scoring: scoring)
                })
        }
        let common = (counts.first ?? [:]).keys.filter { key in counts.allSatisfy { $0[key] != nil } }.sorted()
        let spread = try SeedSpread.of(
            counts.map { run in common.compactMap { key in run[key].map { (n: $0.judged, c: $0.right) } } })
        return spread.value.map { SeedSection(runs: labels, passAt1: $0) }
    }

    private static func isFree(_ key: String) -> Bool { free.contains { key == $0 || key.hasPrefix($0 + ".") } }
}
