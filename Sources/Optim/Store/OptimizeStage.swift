public import Experience
import Foundation
import GRDB

/// The optimiser stage over a store: scores become an advantage set, log-probabilities become entropies.
///
/// It may run again at any time: sets are told apart by their estimator and parameters, a set that exists is replaced.
public struct OptimizeStage: Sendable {
    /// What the stage did.
    public struct Summary: Sendable, Hashable {
        /// Key of the advantage set.
        public var set: Int64
        /// Completions with an advantage.
        public var defined = 0
        /// Completions without, by reason.
        public var undefined: [String: Int] = [:]
        /// Groups in which all scores are equal.
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

    private struct Scored: Sendable {
        var completion: Int64
        var group: Int64
        var score: Double?
        var length: Double
    }

    /// Computes and keeps the advantages of all completions of the run, and the entropies that are missing.
    ///
    /// Throws `StoreError`, `OptimError` or `ConfigProblem`.
    public func run() async throws -> Summary {
        let estimator = try options.estimator()
        let rows = try await scored()
        var summary = Summary(set: try await advantageSet(estimator))
        if !rows.isEmpty {
            var inputs = OutcomeInputs(scores_N: rows.map(\.score), groups: GroupIndex(ids: rows.map(\.group)))
            inputs.lengths_N = rows.map(\.length)
            let advantages = try estimator.advantages(inputs)
            summary.groups = inputs.groups.count
            summary.uniformGroups = advantages.uniformGroups
            try await keep(rows, advantages, set: summary.set)
            for value in advantages.values_N where value != nil { summary.defined += 1 }
            for reason in advantages.undefined.values { summary.undefined[reason.rawValue, default: 0] += 1 }
        }
        try await keepEntropies()
        return summary
    }

    private func scored() async throws -> [Scored] {
        try await store.read { [run, scoring] db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT c.completion_id, c.group_id, v.score, c.n_tokens
                    FROM groups g JOIN completions c USING(group_id)
                        LEFT JOIN verdicts v ON v.completion_id = c.completion_id AND v.scoring_id = ?
                    WHERE g.run_id = ? AND g.filter_reason IS NULL ORDER BY g.ordinal, c.idx
                    """, arguments: [scoring.id, run.id]
            ).map { Scored(completion: $0[0], group: $0[1], score: $0[2], length: $0[3] ?? 0) }
        }
    }

    private func advantageSet(_ estimator: AdvantageEstimator) async throws -> Int64 {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let parameters = String(decoding: try encoder.encode(estimator), as: UTF8.self)
        return try await store.write { [run, scoring] db in
            let key: StatementArguments = [run.id, scoring.id, estimator.preset, parameters]
            try db.execute(
                sql: """
                    INSERT OR IGNORE INTO advantage_sets(run_id, scoring_id, estimator, parameters, created_at)
                    VALUES(?, ?, ?, ?, \(Timestamp.now))
                    """, arguments: key)
            let set = try Int64.fetchOne(
                db,
                sql: """
                    SELECT set_id FROM advantage_sets
                    WHERE run_id = ? AND scoring_id = ? AND estimator = ? AND parameters = ?
                    """, arguments: key)
            guard let set else { throw DatabaseError(message: "advantage set was not kept") }
            return set
        }
    }

    private func keep(_ rows: [Scored], _ advantages: OutcomeAdvantages, set: Int64) async throws {
        try await store.write { db in
            let insert = try db.makeStatement(
                sql: """
                    INSERT OR REPLACE INTO advantages(set_id, completion_id, reward, advantage, reason)
                    VALUES(?, ?, ?, ?, ?)
                    """)
            for (index, row) in rows.enumerated() {
                let value = advantages.values_N[index]
                let reason = value == nil ? (advantages.undefined[index] ?? .noData).rawValue : nil
                try insert.execute(arguments: [set, row.completion, row.score, value, reason])
            }
        }
    }

    private func keepEntropies() async throws {
        var cursor: Int64 = 0
        while true {
            let (next, pending) = try await store.read { [run, cursor] db in
                try Self.pendingEntropies(db, run: run, after: cursor)
            }
            guard let next else { return }
            cursor = next
            let entropies = try pending.map { try ($0.completion, $0.entropy(vocabularySize: options.vocabularySize)) }
            try await store.write { db in
                let insert = try db.makeStatement(
                    sql: """
                        INSERT OR REPLACE INTO entropies(completion_id, kind, mean, lower, upper, n_tokens)
                        VALUES(?, ?, ?, ?, ?, ?)
                        """)
                for (completion, entropy) in entropies {
                    guard let entropy else { continue }
                    try insert.execute(arguments: [
                        completion, entropy.kind, entropy.mean, entropy.bounds?.lower, entropy.bounds?.upper,
                        entropy.count,
                    ])
                }
            }
        }
    }

    private struct Logprobs: Sendable {
        var completion: Int64
        var sampled_T: [Float]
        var top_TK: [Float]
        var width: Int

        struct Entropy: Sendable {
            var kind: String
            var mean: Double
            var bounds: Interval?
            var count: Int
        }

        func entropy(vocabularySize: Int?) throws -> Entropy? {
            if let vocabularySize, width > 0, !top_TK.isEmpty {
                var bounds = Interval(lower: 0, upper: 0)
                let count = top_TK.count / width
                for position in 0..<count {
                    let top = top_TK[position * width..<(position + 1) * width].filter(\.isFinite).map(Double.init)
                    let entropy = try TokenEntropy.interval(topLogprobs: top, vocabularySize: vocabularySize).interval
                    bounds.lower += entropy.lower / Double(count)
                    bounds.upper += entropy.upper / Double(count)
                }
                return Entropy(
                    kind: bounds.width < 1e-9 ? "exact" : "interval", mean: (bounds.lower + bounds.upper) / 2,
                    bounds: bounds, count: count)
            }
            return TokenEntropy.sampled(sampled_T).value.map {
                Entropy(kind: "sampled", mean: $0, bounds: nil, count: sampled_T.count)
            }
        }
    }

    private static func pendingEntropies(
        _ db: Database, run: Run, after: Int64
    ) throws -> (next: Int64?, pending: [Logprobs]) {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT c.completion_id, l.data AS sampled, t.data AS top, t.cols AS width
                FROM groups g JOIN completions c USING(group_id)
                    JOIN tokens l ON l.completion_id = c.completion_id AND l.kind = 'logprob' AND l.source = 'sampler'
                    LEFT JOIN tokens t
                        ON t.completion_id = c.completion_id AND t.kind = 'top_logprob' AND t.source = 'sampler'
                WHERE g.run_id = ? AND c.completion_id > ?
                    AND NOT EXISTS(SELECT 1 FROM entropies e WHERE e.completion_id = c.completion_id)
                ORDER BY c.completion_id LIMIT 256
                """, arguments: [run.id, after])
        let pending = rows.map { row in
            let sampled: Data = row["sampled"]
            let top: Data? = row["top"]
            return Logprobs(
                completion: row["completion_id"], sampled_T: sampled.elements(), top_TK: top?.elements() ?? [],
                width: row["width"] ?? 0)
        }
        return (pending.last?.completion, pending)
    }
}
