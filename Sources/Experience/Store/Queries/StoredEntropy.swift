import GRDB

/// A completion's mean token entropy as it is stored, in nats.
package struct StoredEntropy: Sendable {
    /// `exact`, `interval` or `sampled`.
    package var kind: String
    /// The mean over tokens, or the middle of its bounds.
    package var mean: Double
    /// The ends of an interval.
    package var lower: Double?
    package var upper: Double?

    package init(kind: String, mean: Double, lower: Double? = nil, upper: Double? = nil) {
        self.kind = kind
        self.mean = mean
        self.lower = lower
        self.upper = upper
    }

    /// From the columns kind, mean, lower, upper at `position` and after it; nil where there is none.
    init?(_ row: Row, at position: Int) throws {
        guard let kind: String = try row[stored: position], let mean: Double = try row[stored: position + 1] else {
            return nil
        }
        self.init(kind: kind, mean: mean, lower: try row[stored: position + 2], upper: try row[stored: position + 3])
    }
}

extension Store {
    /// Keeps mean entropies, each with the tokens that it is over, all in one transaction; those that were there are replaced.
    package func record(_ entropies: [(completion: Int64, entropy: StoredEntropy, tokens: Int)]) async throws {
        try await write { db in
            let insert = try db.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO entropies(completion_id, kind, mean, lower, upper, n_tokens)
                    VALUES(?, ?, ?, ?, ?, ?)
                    """)
            for (completion, entropy, tokens) in entropies {
                try insert.execute(arguments: [
                    completion, entropy.kind, entropy.mean, entropy.lower, entropy.upper, tokens,
                ])
            }
        }
    }
}
