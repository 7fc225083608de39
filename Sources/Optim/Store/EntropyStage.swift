import Experience
import Foundation
import GRDB

/// Mean token entropies of a run's completions that have none yet, from the log-probabilities in the store.
struct EntropyStage: Sendable {
    let store: Store
    let run: Run
    /// With it, top candidates give an interval; without, or without candidates, the sampled token's estimate is kept.
    let vocabularySize: Int?

    func run() async throws {
        var cursor: Int64 = 0
        while true {
            let pending = try await store.read { [run, cursor] db in try Self.pending(db, run: run, after: cursor) }
            guard let last = pending.last else { return }
            cursor = last.completion
            let entropies = try pending.map { ($0.completion, try $0.entropy(vocabularySize: vocabularySize)) }
            try await store.write { db in
                let insert = try db.cachedStatement(
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
            if let intervals = try intervals(vocabularySize) {
                let count = Double(intervals.lower_T.count)
                let bounds = Interval(
                    lower: intervals.lower_T.reduce(0, +) / count, upper: intervals.upper_T.reduce(0, +) / count)
                return Entropy(
                    kind: bounds.width < 1e-9 ? "exact" : "interval", mean: (bounds.lower + bounds.upper) / 2,
                    bounds: bounds, count: intervals.lower_T.count)
            }
            guard Logprob.obstacle(in: sampled_T) == nil else { return nil }
            return TokenEntropy.sampled(sampled_T).value.map {
                Entropy(kind: "sampled", mean: $0, bounds: nil, count: sampled_T.count)
            }
        }

        // None without candidates, or with some that are no log-probabilities: the estimate, labelled as such, takes their place.
        private func intervals(_ vocabularySize: Int?) throws -> TokenEntropy.Bounds? {
            guard let vocabularySize, width > 0, !top_TK.isEmpty else { return nil }
            guard width <= vocabularySize else {
                throw ConfigProblem(
                    "optimize.vocabulary_size", "\(vocabularySize) is below the \(width) candidates that a token has")
            }
            do {
                return try TokenEntropy.intervals(topLogprobs_TK: top_TK, width: width, vocabularySize: vocabularySize)
            } catch is OptimError {
                return nil
            }
        }
    }

    private static func pending(_ db: Database, run: Run, after: Int64) throws -> [Logprobs] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT c.completion_id, l.data AS sampled, t.data AS top, t.cols AS width
                -- CROSS: in the order of the key from the cursor on, so that a page costs what is on it
                FROM completions c CROSS JOIN groups g USING(group_id)
                    JOIN tokens l ON l.completion_id = c.completion_id AND l.kind = 'logprob' AND l.source = 'sampler'
                    LEFT JOIN tokens t
                        ON t.completion_id = c.completion_id AND t.kind = 'top_logprob' AND t.source = 'sampler'
                WHERE g.run_id = ? AND c.completion_id > ?
                    AND NOT EXISTS(SELECT 1 FROM entropies e WHERE e.completion_id = c.completion_id)
                ORDER BY c.completion_id LIMIT 256
                """, arguments: [run.id, after]
        ).map { row in
            let sampled: Data = try row[stored: "sampled"]
            let top: Data? = try row[stored: "top"]
            return Logprobs(
                completion: try row[stored: "completion_id"], sampled_T: sampled.elements(),
                top_TK: top?.elements() ?? [],
                width: try row[stored: "width"] ?? 0)
        }
    }
}
