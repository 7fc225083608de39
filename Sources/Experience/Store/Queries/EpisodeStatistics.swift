import Foundation
import GRDB
import Numbers

/// The episodes of one environment in a run.
package struct EpisodeStatistics: Sendable {
    /// An environment and its version.
    package struct Key: Sendable, Hashable {
        package var name: String
        package var version: String
    }

    /// A number of something that has a name: a stop, a tool.
    package typealias Count = (key: Key, name: String, fault: String?, count: Int)

    package var key: Key
    package var episodes: Int
    /// Of `judged`, those with a score.
    package var correct: Int
    package var judged: Int
    package var turns: Int
    package var calls: Int
    package var callErrors: Int
    package var sampledTokens: Int
    package var contextTokens: Int
    package var modelMilliseconds: Double
    package var environmentMilliseconds: Double
    /// Mean of the environment's own rewards; nil where it gave none.
    package var reward: Double?
}

/// What an episode sampled in its turns.
package struct EpisodeTokens: Sendable {
    package var key: EpisodeStatistics.Key
    /// Of all tokens behind the prompt, and whether they were sampled.
    package var logprobs_T: [Float]
    package var mask_T: [UInt8]
    /// Where each turn's own tokens are.
    package var turns: [(turn: Int, tokens: Range<Int>)] = []
}

extension StoreSnapshot {
    /// Stores of earlier versions, opened for reading alone, have no such table.
    var hasEpisodes: Bool { get throws { try db.tableExists("episodes") } }

    private static let ofRun =
        "episodes e JOIN completions c USING(completion_id) JOIN groups g USING(group_id)"

    /// The episodes of a run by environment, with the verdicts of a scoring.
    package func episodes(of run: Run, scoring: Scoring?) throws -> [EpisodeStatistics] {
        guard try hasEpisodes else { return [] }
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT e.environment, e.version, count(*), total(v.outcome = 'correct'), count(v.score), sum(e.turns),
                    sum(e.calls), sum(e.call_errors), total(e.sampled_tokens), total(e.context_tokens),
                    total((SELECT total(min(t.sampled_ms, 1e12)) FROM turns t WHERE t.completion_id = e.completion_id)),
                    total((SELECT total(min(t.env_ms, 1e12)) FROM turns t WHERE t.completion_id = e.completion_id)),
                    avg(e.env_reward)
                FROM \(Self.ofRun)
                    LEFT JOIN verdicts v ON v.completion_id = e.completion_id AND v.scoring_id = ?
                WHERE g.run_id = ? GROUP BY 1, 2 ORDER BY 1, 2
                """, arguments: [scoring?.id, run.id])
        return try rows.map { row in
            func count(_ column: Int) throws -> Int {
                Int(clamping: try row[stored: column] ?? 0.0, to: 0...1 << 50)
            }
            return EpisodeStatistics(
                key: .init(name: try row[stored: 0], version: try row[stored: 1]), episodes: try row[stored: 2],
                correct: try count(3), judged: try row[stored: 4], turns: try count(5), calls: try count(6),
                callErrors: try count(7), sampledTokens: try count(8), contextTokens: try count(9),
                modelMilliseconds: try row[stored: 10], environmentMilliseconds: try row[stored: 11],
                reward: try row[stored: 12])
        }
    }

    /// How the episodes of a run ended, by environment.
    package func episodeStops(of run: Run) throws -> [EpisodeStatistics.Count] {
        try counts(
            """
            SELECT e.environment, e.version, e.stop, NULL, count(*) FROM \(Self.ofRun)
            WHERE g.run_id = ? GROUP BY 1, 2, 3 ORDER BY 5 DESC, 3
            """, run)
    }

    /// The calls of a run by environment and tool, good ones and those of each fault.
    package func toolCalls(of run: Run) throws -> [EpisodeStatistics.Count] {
        try counts(
            """
            SELECT e.environment, e.version, substr(t.name, 1, 80),
                coalesce(t.reason, CASE t.outcome WHEN 'ok' THEN NULL ELSE t.outcome END), count(*)
            FROM \(Self.ofRun) JOIN tool_calls t ON t.completion_id = e.completion_id
            WHERE g.run_id = ? GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 3
            """, run)
    }

    private func counts(_ sql: String, _ run: Run) throws -> [EpisodeStatistics.Count] {
        try Row.fetchAll(db, sql: sql, arguments: [run.id]).map { row in
            (
                .init(name: try row[stored: 0], version: try row[stored: 1]), try row[stored: 2], try row[stored: 3],
                try row[stored: 4]
            )
        }
    }

    /// How many tokens a run's episodes have.
    package func episodeTokenCount(run: Run) throws -> Int {
        let total = try Double.fetchOne(
            db, sql: "SELECT total(e.sampled_tokens + e.context_tokens) FROM \(Self.ofRun) WHERE g.run_id = ?",
            arguments: [run.id])
        return Int(clamping: total ?? 0, to: 0...1 << 50)
    }

    /// Gives the episodes of a run that have log-probabilities; of every `stride`-th key alone.
    package func forEachEpisode(of run: Run, stride: Int, _ body: (EpisodeTokens) throws -> Void) throws {
        let cursor = try Row.fetchCursor(
            db,
            sql: """
                SELECT e.completion_id, e.environment, e.version, l.data, m.data
                FROM \(Self.ofRun)
                    JOIN tokens l ON l.completion_id = e.completion_id AND l.kind = 'logprob' AND l.source = 'sampler'
                    JOIN tokens m ON m.completion_id = e.completion_id AND m.kind = 'mask' AND m.source = 'sampler'
                WHERE g.run_id = ? AND e.completion_id % ? = 0 ORDER BY e.completion_id
                """, arguments: [run.id, stride])
        let segments = try db.cachedStatement(
            sql: """
                SELECT turn, first, last FROM segments
                WHERE completion_id = ? AND origin = 'policy' AND piece = 0 ORDER BY ordinal
                """)
        while let row = try cursor.next() {
            let (logprobs, mask): (Data, Data) = (try row[stored: 3], try row[stored: 4])
            var tokens = EpisodeTokens(
                key: .init(name: try row[stored: 1], version: try row[stored: 2]), logprobs_T: logprobs.elements(),
                mask_T: mask.elements())
            guard tokens.logprobs_T.count == tokens.mask_T.count else { continue }
            let completion: Int64 = try row[stored: 0]
            tokens.turns = try Row.fetchAll(segments, arguments: [completion]).compactMap { segment in
                let (first, last): (Int, Int) = (try segment[stored: 1], try segment[stored: 2])
                guard 0 <= first, first <= last, last <= tokens.mask_T.count else { return nil }
                return (try segment[stored: 0], first..<last)
            }
            try body(tokens)
        }
    }
}
