import Experience

extension StoreReport {
    /// One report of several runs: their completions together and run by run, each group standing for itself.
    ///
    /// Entropy, groups' distributions and verifiers are left to each run's own report, as the note says.
    public static func make(_ reports: [StoreReport]) async throws -> Report {
        if reports.count == 1, let only = reports.first { return try await only.make() }
        let (extraKeys, wanted) = (reports.first?.extraKeys ?? [], reports.first?.options.by ?? [])
        var builder = ReportBuilder(by: ["run"] + CompletionRows.keys + extraKeys)
        var verifiers: [String] = []
        for (report, label) in zip(reports, labels(reports)) {
            let scoring = try report.chosen(of: try await report.store.scorings(run: report.run))
            if let name = scoring.map({ "\($0.verifier) \($0.version)" }), !verifiers.contains(name) {
                verifiers.append(name)
            }
            builder = try await report.store.snapshot { [builder, run = report.run] store in
                try CompletionRows(
                    store, run: run, scoring: scoring, extraKeys: extraKeys, cluster: reports.first?.options.cluster,
                    builder: builder, label: label
                ).builder
            }
        }
        if let last = reports.last {
            try await last.store.snapshot { [builder, run = last.run] store in
                try check(
                    builder, wanted, cluster: last.options.cluster, store, run, path: last.store.path)
            }
        }
        var report = try builder.report(
            of: Source(
                path: reports.map(\.store.path).removingDuplicates.joined(separator: ", "), run: nil,
                verifier: verifiers.isEmpty ? nil : verifiers.joined(separator: ", "),
                isSimulated: reports.contains { $0.run.isSimulated }))
        report.breakdowns.removeAll { $0.slices.count < 2 && !wanted.contains($0.by) && $0.by != "run" }
        report.seeds = try await SeedReader(reports: reports, labels: labels(reports)).section()
        report.notes += ["\(reports.count) runs together; groups, entropy and verifiers are in each run's own report"]
        if verifiers.count > 1 {
            report.notes.append("the runs were judged by different verifiers: --verifier names one for all")
        }
        return report
    }

    /// Names of runs, with the store's path where two have the same.
    private static func labels(_ reports: [StoreReport]) -> [String] {
        let names = reports.map(\.run.name)
        return reports.map { report in
            names.count { $0 == report.run.name } > 1 ? "\(report.store.path)@\(report.run.name)" : report.run.name
        }
    }
}

extension [String] {
    fileprivate var removingDuplicates: [String] {
        reduce(into: []) { kept, element in if !kept.contains(element) { kept.append(element) } }
    }
}
