public import Experience
import Foundation
import JSON
import Numbers

/// The optimiser stage over a store: scores become an advantage set, log-probabilities become entropies.
///
/// It may run again at any time: sets are told apart by their estimator and parameters, a set that exists is replaced.
/// Work goes in windows of `batchGroups` groups, so that memory does not grow with the run.
public struct OptimizeStage: Sendable {
    /// What the stage did.
    public struct Summary: Sendable, Hashable {
        /// Key of the advantage set.
        public var set: Int64
        /// Completions with an advantage.
        public var defined = 0
        /// Completions without, by reason.
        public var undefined: [String: Int] = [:]
        /// Groups of two or more rewards that are all equal.
        public var uniformGroups = 0
        /// Groups with at least one completion.
        public var groups = 0
        /// Completions of the largest group.
        var largestGroup = 0

        /// Whether each completion is the only one of its problem, and the estimator compares several.
        public var isOfSingleCompletions: Bool {
            defined == 0 && largestGroup == 1 && undefined[Undefined.singleCompletion.rawValue] != nil
        }

        init(set: Int64) { self.set = set }

        mutating func add(_ window: OptimizeWindow, _ result: OptimizeWindow.Advantages) {
            groups += window.groups.count
            uniformGroups += result.outcome.uniformGroups
            for value in result.outcome.values_N where value != nil { defined += 1 }
            for reason in result.outcome.undefined.values { undefined[reason.rawValue, default: 0] += 1 }
            for group in 0..<window.groups.count { largestGroup = max(largestGroup, window.groups[group].count) }
        }
    }

    private let store: Store
    private let run: Run
    private let scoring: Scoring
    private let options: OptimizeOptions

    /// The stage for one run and one scoring of it.
    public init(store: Store, run: Run, scoring: Scoring, options: OptimizeOptions) {
        self.store = store
        self.run = run
        self.scoring = scoring
        self.options = options
    }

    /// Computes and keeps the advantages of all completions of the run, and the entropies that are missing.
    ///
    /// What single groups lack is counted in the summary. Throws `StoreError`; `ConfigProblem`; or `OptimError` when the
    /// configuration asks for something that no completion has, saying how to get it.
    public func run() async throws -> Summary {
        let estimator = try await estimator(checksNames: true)
        var summary = Summary(set: try await advantageSet(estimator))
        var state = try EstimatorState(options.shaping)
        let set = summary.set
        // A run that was trained while it was sampled took its own steps: they come first, as they were.
        let steps = try await store.snapshot { [run] in try $0.windows(run: run, set: set) }
        var taken: Set<Int64> = []
        for step in steps {
            taken.formUnion(step.groups)
            guard let window = try await OptimizeWindow.read(store, scoring, options, estimator, .keys(step.groups))
            else {
                continue
            }
            let result = try window.advantages(estimator, options, &state)
            summary.add(window, result)
            try await store.record(window.stored(result), set: set)
        }
        var next: Int? = 0
        while let from = next,
            let window = try await OptimizeWindow.read(
                store, scoring, options, estimator,
                .next(run: run, from: from, count: options.batchGroups, without: taken))
        {
            next = window.lastOrdinal.adding(1)
            let result = try window.advantages(estimator, options, &state)
            summary.add(window, result)
            try await store.record(window.stored(result), set: set)
        }
        try check(summary, estimator)
        try await keepEntropies()
        return summary
    }

    /// Computes and keeps the advantages of these groups, as the run's next step: running averages and adapted weights go on from
    /// the last step whose batch is there.
    /// - Returns: the key of the advantage set. Throws as `run` does.
    public func run(groups: [Int64]) async throws -> Int64 {
        // A component that no verdict has yet may come.
        let estimator = try await estimator(checksNames: false)
        var summary = Summary(set: try await advantageSet(estimator))
        if let window = try await OptimizeWindow.read(store, scoring, options, estimator, .keys(groups)) {
            let set = summary.set
            let last = try await store.snapshot { try $0.lastWindow(set: set) }
            var state = try EstimatorState(options.shaping, last?.state)
            let result = try window.advantages(estimator, options, &state)
            summary.add(window, result)
            let number = (last?.number).map { $0.addingSaturated(1) } ?? 0
            try await store.record(
                window.stored(result), set: set,
                window: EstimateWindow(number: number, groups: groups, state: state.json))
        }
        // The groups of one step may all lack what other groups of the run have.
        if try await lacksArrays(summary, estimator) { try check(summary, estimator) }
        return summary.set
    }

    /// Computes and keeps the entropies that are missing. Throws `StoreError`.
    public func keepEntropies() async throws {
        try await EntropyStage(store: store, run: run, vocabularySize: options.vocabularySize).run()
    }

    // With the weights of components by name.
    private func estimator(checksNames: Bool) async throws -> AdvantageEstimator {
        var estimator = try options.estimator()
        if checksNames, let name = options.pack.filterComponent { try await check(component: name) }
        if case .equal = estimator.componentWeights { return estimator }
        if case .named = estimator.componentWeights, !checksNames { return estimator }
        do {
            let names = try await store.componentNames(run: run, scoring: scoring)
            estimator.componentWeights = try estimator.componentWeights.resolved(names: names)
        } catch let error as OptimError {
            throw ConfigProblem("optimize.overrides", error.message)
        }
        return estimator
    }

    // A filter by a component that no verdict has would keep every group.
    private func check(component name: String) async throws {
        let names = try await store.componentNames(run: run, scoring: scoring).sorted()
        if names.contains(name) { return }
        let hint = name.nearest(in: names).map { "; did you mean \($0)?" } ?? ""
        throw ConfigProblem(
            "optimize.pack.filter_by",
            "no verdict has a component '\(name)'\(hint)"
                + (names.isEmpty ? "" : " There are: \(names.prefix(20).joined(separator: ", "))"))
    }

    // Undefined rows are an error only where the configuration, not single groups, left none with an advantage.
    private func check(_ summary: Summary, _ estimator: AdvantageEstimator) throws {
        guard summary.defined == 0 else { return }
        let counts = summary.undefined.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        for (name, _) in counts {
            guard
                let remedy = Undefined(rawValue: name)?.remedy(
                    estimator, options, largestGroup: summary.largestGroup)
            else { continue }
            throw OptimError(
                "no completion of run '\(run.name)' has an advantage ("
                    + counts.map { "\($0.value) \($0.key)" }.joined(separator: ", ") + "): \(remedy)")
        }
    }

    // Whether no completion of the run has an array that these lacked.
    private func lacksArrays(_ summary: Summary, _ estimator: AdvantageEstimator) async throws -> Bool {
        guard summary.defined == 0 else { return false }
        let lacking = EstimatorNeeds(estimator, options).columns.filter {
            summary.undefined[$0.gap.rawValue] != nil
        }
        return try await store.snapshot { [run] store in
            try lacking.contains { try !store.hasArray(kind: $0.kind, source: $0.source, run: run) }
        }
    }

    private func advantageSet(_ estimator: AdvantageEstimator) async throws -> Int64 {
        let encoder = JSONEncoder()
        struct Parameters: Encodable {
            var estimator: AdvantageEstimator
            var shaping: ShapingOptions
            var batchGroups: Int
            var distill: DistillOptions?
        }
        let all = Parameters(
            estimator: estimator, shaping: options.shaping, batchGroups: options.batchGroups,
            distill: options.distill.isActive ? options.distill : nil)
        return try await store.addAdvantageSet(
            run: run, scoring: scoring, estimator: estimator.preset,
            parameters: JSONValue(parsing: encoder.encode(all)))
    }
}

extension OptimizeWindow {
    // As the store keeps them: one number, or one per token.
    fileprivate func stored(_ result: Advantages) -> [StoredAdvantage] {
        rows.enumerated().map { index, row in
            let value = result.outcome.values_N[index]
            let tokens_T = result.tokens_N[index]?.map { Float($0) }
            return StoredAdvantage(
                completion: row.completion, reward: result.rewards_N[index], advantage: tokens_T == nil ? value : nil,
                reason: value == nil ? (result.outcome.undefined[index] ?? .noData).rawValue : nil, tokens_T: tokens_T)
        }
    }
}
