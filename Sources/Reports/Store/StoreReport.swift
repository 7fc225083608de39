public import Experience
import JSON
import Optim

/// Makes the report of one run in a store, from one consistent snapshot.
public struct StoreReport: Sendable {
    /// What to report.
    public struct Options: Sendable {
        /// Verifier whose verdicts make the headline; nil for the latest scoring.
        public var verifier: String?
        /// Members of problems' records to break down by, besides model, dataset, level, domain and policy version.
        public var by: [String] = []
        /// Member of problems' records that those share which are no independent draws.
        public var cluster: String?
        /// The texts of token ids; nil shows the ids.
        public var vocabulary: Vocabulary?

        /// The latest scoring, the usual breakdowns.
        public init() {}
    }

    /// Members of records that are asked for beside what every report is broken down by.
    var extraKeys: [String] {
        options.by.filter { !CompletionRows.keys.contains($0) && $0 != "run" }
    }

    let store: Store
    let run: Run
    let options: Options

    /// The report of `run`.
    public init(store: Store, run: Run, options: Options = Options()) {
        self.store = store
        self.run = run
        self.options = options
    }

    /// Reads the run and computes everything; throws `StoreError` when there is no such verifier or run.
    public func make() async throws -> Report {
        let scorings = try await store.scorings(run: run)
        let scoring = try chosen(of: scorings)
        let models = try await store.models(of: run)
        return try await store.snapshot { store in
            var rows = try CompletionRows(
                store, run: run, scoring: scoring, extraKeys: extraKeys, cluster: options.cluster,
                builder: ReportBuilder(by: CompletionRows.keys + extraKeys))
            try Self.check(
                rows.builder, options.by, cluster: options.cluster, store, run, path: self.store.path)
            var report = try rows.builder.report(
                of: Source(
                    path: self.store.path, run: run.name, verifier: scoring.map { "\($0.verifier) \($0.version)" },
                    isSimulated: run.isSimulated))
            report.breakdowns.removeAll { $0.slices.count < 2 && !options.by.contains($0.by) }
            report.problems = rows.problems.section
            report.settings = RunSettings(
                run, models: models, verifier: scoring.map { "\($0.verifier) \($0.version)" })
            report.groups = try rows.groupSection(store, run: run)
            rows.releaseSamples()
            report.entropy = try EntropyReader(rows: rows, run: run, vocabulary: options.vocabulary).section(store)
            report.mismatch = try MismatchReader(rows: rows, run: run).section(store)
            report.episodes = try EpisodeReader(run: run, scoring: scoring).section(store)
            report.steps = try StepReader(run: run).section(store)
            report.verifiers = try VerifierReader(run: run, scorings: scorings).section(store)
            report.notes += notes(report, scorings: scorings.count)
            return report
        }
    }

    func chosen(of scorings: [Scoring]) throws -> Scoring? {
        guard let name = options.verifier else { return scorings.last }
        if let scoring = scorings.last(where: { $0.verifier == name || "\($0.verifier) \($0.version)" == name }) {
            return scoring
        }
        let known = scorings.map(\.verifier)
        throw StoreError(
            path: store.path, "run '\(run.name)' has no verdicts of '\(name)'" + name.hint(among: known), kind: .missing
        )
    }

    /// Throws when a key or a cluster that was asked for is nowhere: with the nearest of those that are.
    static func check(
        _ builder: ReportBuilder, _ wanted: [String], cluster: String?, _ store: StoreSnapshot, _ run: Run, path: String
    ) throws {
        let absent = builder.keysWithoutValue
        let missing = wanted.first { absent.contains($0) || !builder.by.contains($0) }
        guard builder.count > 0, let key = missing ?? (builder.hasClusters ? nil : cluster) else { return }
        throw try nowhere(key, beside: builder.by.filter { !absent.contains($0) }, store, run, path: path)
    }

    /// The error for a name that no completion has a value of, with the nearest of the records' members and of `known`.
    static func nowhere(
        _ key: String, beside known: [String] = [], _ store: StoreSnapshot, _ run: Run, path: String
    ) throws -> StoreError {
        var known = known
        for record in try store.records(run: run, limit: 100) {
            for name in record.keys where !known.contains(name) {
                known.append(name)
            }
        }
        return StoreError(
            path: path, "no completion of run '\(run.name)' has a value of '\(key)'" + key.hint(among: known),
            kind: .missing)
    }

    private func notes(_ report: Report, scorings: Int) -> [String] {
        var notes: [String] = []
        let rates = report.overall.rates
        if scorings > 1, options.verifier == nil {
            notes.append("the run has verdicts of \(scorings) verifiers; the headline is the latest one's")
        }
        if rates.unverified.count > 0 {
            notes.append(rates.unverified.count.counted("completion is", "completions are") + " not verified yet")
        }
        if rates.timeout.count + rates.verifierError.count > 0 {
            notes.append("completions that the verifier could not judge are outside pass@k and the mean score")
        }
        if rates.unusable.count > 0 {
            notes.append(
                rates.unusable.count.counted("completion is", "completions are")
                    + " not to be used for importance ratios")
        }
        notes += report.entropy?.warnings.map { "entropy: \($0.message) (rule \($0.rule))" } ?? []
        return notes
    }
}
