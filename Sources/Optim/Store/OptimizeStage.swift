public import Experience
import Foundation
import GRDB
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
        /// Groups in which all rewards are equal.
        public var uniformGroups = 0
        /// Groups with at least one completion.
        public var groups = 0
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
    /// Throws `StoreError`, `OptimError` or `ConfigProblem`.
    public func run() async throws -> Summary {
        let estimator = try options.estimator()
        var summary = Summary(set: try await advantageSet(estimator))
        var averages: [String: Double] = [:]
        var penalty = try options.shaping.klController()
        var next: Int? = 0
        while let from = next,
            let window = try await OptimizeWindow.read(store, run, scoring, options, estimator, .from(from))
        {
            next = window.lastOrdinal.adding(1)
            let result = try window.advantages(
                estimator, options, pastAverages: averages, klBeta: penalty.coefficient)
            averages = result.outcome.averages
            if let kl = result.meanKL { penalty.update(kl: kl, samples: window.rows.count) }
            summary.groups += window.groups.count
            summary.uniformGroups += result.outcome.uniformGroups
            for value in result.outcome.values_N where value != nil { summary.defined += 1 }
            for reason in result.outcome.undefined.values { summary.undefined[reason.rawValue, default: 0] += 1 }
            try await keep(window, result, set: summary.set)
        }
        try await keepEntropies()
        return summary
    }

    /// Computes and keeps the advantages of these groups, as one step's; estimators that look at earlier steps see none.
    /// - Returns: the key of the advantage set. Throws as `run` does.
    public func run(groups: [Int64]) async throws -> Int64 {
        let estimator = try options.estimator()
        let set = try await advantageSet(estimator)
        if let window = try await OptimizeWindow.read(store, run, scoring, options, estimator, .groups(groups)) {
            let result = try window.advantages(
                estimator, options, pastAverages: [:], klBeta: options.shaping.klBeta)
            try await keep(window, result, set: set)
        }
        return set
    }

    /// Computes and keeps the entropies that are missing. Throws `StoreError`.
    public func keepEntropies() async throws {
        try await EntropyStage(store: store, run: run, vocabularySize: options.vocabularySize).run()
    }

    private func advantageSet(_ estimator: AdvantageEstimator) async throws -> Int64 {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        struct Parameters: Encodable {
            var estimator: AdvantageEstimator
            var shaping: ShapingOptions
            var batchGroups: Int
        }
        let all = Parameters(estimator: estimator, shaping: options.shaping, batchGroups: options.batchGroups)
        let parameters = String(decoding: try encoder.encode(all), as: UTF8.self)
        return try await store.addAdvantageSet(
            run: run, scoring: scoring, estimator: estimator.preset, parameters: parameters)
    }

    private func keep(_ window: OptimizeWindow, _ result: OptimizeWindow.Advantages, set: Int64) async throws {
        try await store.write { db in
            let insert = try db.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO advantages(set_id, completion_id, reward, advantage, reason, token_advantages)
                    VALUES(?, ?, ?, ?, ?, ?)
                    """)
            for (index, row) in window.rows.enumerated() {
                let value = result.outcome.values_N[index]
                let reason = value == nil ? (result.outcome.undefined[index] ?? .noData).rawValue : nil
                let tokens_T = result.tokens_N[index]
                try insert.execute(arguments: [
                    set, row.completion, result.rewards_N[index], value, reason, tokens_T?.littleEndianData,
                ])
            }
        }
    }
}
