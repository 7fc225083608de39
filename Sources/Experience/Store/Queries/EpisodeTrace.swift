import GRDB

/// An episode turn by turn, as a page shows it.
package struct EpisodeTrace: Sendable {
    /// A call with what it gave.
    package struct Call: Sendable {
        package var name: String
        package var arguments: String?
        package var result: String?
        package var outcome: String?
        package var fault: String?
    }

    /// What the policy said, did, and was answered.
    package struct Turn: Sendable {
        package var number: Int
        package var text: String
        package var finish: String
        package var reward: Double?
        package var progress: Double?
        package var sampledTokens: Int
        package var sampledMilliseconds: Double
        package var environmentMilliseconds: Double
        package var calls: [Call] = []
        /// The tokens as they stand in the sequence: whose they are, how many, and their text.
        package var segments: [(origin: String, tokens: Int, text: String)] = []
    }

    package var environment: String
    package var version: String
    package var stop: String
    /// How many turns it has in all.
    package var turnCount: Int
    package var turns: [Turn]
}

extension StoreSnapshot {
    /// The first `limit` turns of an episode, texts of `length` characters at most, and one more where they go on; nil for a completion of one turn.
    package func episode(of completion: Int64, limit: Int, length: Int) throws -> EpisodeTrace? {
        guard try hasEpisodes else { return nil }
        let episode = try Row.fetchOne(
            db, sql: "SELECT environment, version, stop, turns FROM episodes WHERE completion_id = ?",
            arguments: [completion])
        guard let episode else { return nil }
        let arguments: StatementArguments = ["completion": completion, "limit": limit, "length": length + 1]
        let turns = try Row.fetchAll(
            db,
            sql: """
                SELECT turn, substr(text, 1, :length), finish, reward, progress, sampled_tokens, sampled_ms, env_ms FROM turns
                WHERE completion_id = :completion ORDER BY turn LIMIT :limit
                """, arguments: arguments)
        var trace = EpisodeTrace(
            environment: try episode[stored: 0], version: try episode[stored: 1], stop: try episode[stored: 2],
            turnCount: try episode[stored: 3],
            turns: try turns.map { row in
                EpisodeTrace.Turn(
                    number: try row[stored: 0], text: try row[stored: 1], finish: try row[stored: 2],
                    reward: try row[stored: 3], progress: try row[stored: 4], sampledTokens: try row[stored: 5],
                    sampledMilliseconds: try row[stored: 6], environmentMilliseconds: try row[stored: 7])
            })
        let calls = try Row.fetchAll(
            db,
            sql: """
                SELECT turn, substr(name, 1, 200), substr(arguments, 1, :length), substr(result, 1, :length), outcome, reason
                FROM tool_calls WHERE completion_id = :completion AND turn < :limit ORDER BY turn, call LIMIT 1000
                """, arguments: arguments)
        for row in calls {
            let turn: Int = try row[stored: 0]
            guard let place = trace.turns.firstIndex(where: { $0.number == turn }) else { continue }
            trace.turns[place].calls.append(
                .init(
                    name: try row[stored: 1], arguments: try row[stored: 2], result: try row[stored: 3],
                    outcome: try row[stored: 4], fault: try row[stored: 5]))
        }
        let segments = try Row.fetchAll(
            db,
            sql: """
                SELECT turn, origin, last - first, substr(text, 1, :length) FROM segments
                WHERE completion_id = :completion AND turn < :limit ORDER BY ordinal LIMIT 4000
                """, arguments: arguments)
        for row in segments {
            let turn: Int = try row[stored: 0]
            guard let place = trace.turns.firstIndex(where: { $0.number == turn }) else { continue }
            trace.turns[place].segments.append((try row[stored: 1], try row[stored: 2], try row[stored: 3]))
        }
        return trace
    }
}
