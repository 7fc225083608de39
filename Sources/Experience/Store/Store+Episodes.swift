import Foundation
import GRDB
import JSON

/// Episodes: rows beside their completion's, in its transaction, and the journal of those that are not finished.
extension Store {
    /// Keeps finished turns of unfinished episodes, all in one transaction.
    public func record(openTurns: [OpenTurn], run: Run) async throws {
        try await write { db in
            let insert = try db.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO open_turns(group_id, idx, attempt, turn, prompt_ids, ids, mask, logprobs, tokens,
                        weight_spans, record, parent_idx, parent_turn)
                    SELECT group_id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM groups WHERE run_id = ? AND ordinal = ?
                    """)
            let forget = try db.cachedStatement(
                sql: """
                    DELETE FROM open_turns WHERE idx = ? AND group_id =
                        (SELECT group_id FROM groups WHERE run_id = ? AND ordinal = ?)
                    """)
            for open in openTurns {
                // A first turn begins the episode anew: a journal never mixes tries.
                if open.turn.number == 0 { try forget.execute(arguments: [open.index, run.id, open.ordinal]) }
                let stream = open.stream
                try insert.execute(arguments: [
                    open.index, open.attempt, open.turn.number,
                    open.promptIDs.isEmpty ? nil : open.promptIDs.littleEndianData, stream.ids_T.littleEndianData,
                    stream.mask_T.littleEndianData, stream.logprobs_T.littleEndianData,
                    JSONValue.array(
                        stream.segments.map { [.string($0.origin.rawValue), .int($0.tokens.count), .string($0.text)] }
                    ).text, stream.weightSpans.json.text, open.turn.json.text, open.fork?.parent, open.fork?.turn,
                    run.id,
                    open.ordinal,
                ])
            }
        }
    }

    /// A group's journal by index, in order of turns; an episode whose turns have a gap or cannot be read is begun anew.
    static func openTurns(ofGroup group: Int64, ordinal: Int, _ db: Database) throws -> [Int: [OpenTurn]] {
        let find = try db.cachedStatement(sql: "SELECT * FROM open_turns WHERE group_id = ? ORDER BY idx, turn")
        var found: [Int: [OpenTurn]] = [:]
        var broken: Set<Int> = []
        for row in try Row.fetchAll(find, arguments: [group]) {
            let index: Int = try row[stored: "idx"]
            guard let turn = Turn(try row.json("record")), let stream = try stream(row, turn: turn),
                case let earlier = found[index, default: []], turn.number == earlier.count,
                case let attempt:Int = try row[stored: "attempt"], earlier.allSatisfy({ $0.attempt == attempt })
            else {
                broken.insert(index)
                continue
            }
            let prompt: Data? = try row[stored: "prompt_ids"]
            var open = OpenTurn(
                ordinal: ordinal, index: index, attempt: attempt,
                promptIDs: prompt?.elements() ?? [], stream: stream, turn: turn)
            if let parent: Int = try row[stored: "parent_idx"], let turn: Int = try row[stored: "parent_turn"] {
                open.fork = EpisodeRecord.Fork(parent: parent, turn: turn)
            }
            found[index, default: []].append(open)
        }
        return found.filter { !broken.contains($0.key) && $0.value.first?.promptIDs.isEmpty == false }
    }

    private static func stream(_ row: Row, turn: Turn) throws -> TokenStream? {
        let ids: [Int32] = (try row[stored: "ids"] as Data).elements()
        let mask: [UInt8] = (try row[stored: "mask"] as Data).elements()
        let logprobs: [Float] = (try row[stored: "logprobs"] as Data).elements()
        guard mask.count == ids.count, logprobs.count == ids.count else { return nil }
        let spans = [WeightSpan](json: try row.json("weight_spans"))
        var stream = TokenStream()
        for segment in try row.json("tokens").arrayValue ?? [] {
            guard let parts = segment.arrayValue, parts.count == 3,
                let origin = parts[0].stringValue.flatMap(TokenStream.Origin.init), let count = parts[1].intValue,
                count >= 0, count <= ids.count - stream.count, let text = parts[2].stringValue
            else { return nil }
            let tokens = stream.count..<stream.count + count
            guard origin == .policy else {
                stream.append(context: Array(ids[tokens]), origin, turn: turn.number, text: text)
                continue
            }
            var completion = Completion(text: text)
            completion.tokenIDs = Array(ids[tokens])
            completion.logprobs = Array(logprobs[tokens])
            completion.mask = Array(mask[tokens])
            // Spans are of the whole stream, a sample's begin with it.
            completion.weightSpans = spans.compactMap { span in
                let own = span.tokens.clamped(to: tokens)
                return own.isEmpty
                    ? nil
                    : WeightSpan(
                        version: span.version,
                        tokens: own.lowerBound - tokens.lowerBound..<own.upperBound - tokens.lowerBound)
            }
            guard stream.append(sampled: completion, turn: turn.number) else { return nil }
        }
        return stream.count == ids.count ? stream : nil
    }

    static func insert(_ episode: EpisodeRecord, completion: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO episodes(completion_id, environment, version, stop, turns, calls, call_errors, sampled_tokens,
                    context_tokens, env_reward, verdict, parent_idx, parent_turn, opening_state)
                VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            completion, episode.environment, episode.version, episode.stop.rawValue, episode.turns.count, episode.calls,
            episode.callErrors, episode.sampledTokens, episode.contextTokens, episode.reward,
            episode.verdict.map { verdict in
                var writer = JSONWriter()
                verdict.write(to: &writer, verifier: episode.environment, version: episode.version)
                return String(decoding: writer.bytes, as: UTF8.self)
            }, episode.fork?.parent, episode.fork?.turn, episode.openingState.map { Int64(bitPattern: $0) },
        ])
        let segments = try db.cachedStatement(sql: "INSERT INTO segments VALUES(?, ?, ?, ?, ?, ?, ?, ?)")
        var ordinal = 0
        for (piece, list) in ([episode.segments] + episode.pieces.map(\.stream.segments)).enumerated() {
            for segment in list {
                try segments.execute(arguments: [
                    completion, ordinal, segment.turn, segment.origin.rawValue, segment.tokens.lowerBound,
                    segment.tokens.upperBound, segment.text.whole, piece,
                ])
                ordinal += 1
            }
        }
        for turn in episode.turns { try insert(turn, completion: completion, db) }
        for (place, piece) in episode.pieces.enumerated() {
            try insert(piece, number: place + 1, completion: completion, db)
        }
    }

    private static func insert(_ piece: EpisodePiece, number: Int, completion: Int64, _ db: Database) throws {
        let stream = piece.stream
        try db.cachedStatement(
            sql: """
                INSERT INTO pieces(completion_id, piece, prompt_ids, ids, logprobs, mask, weight_spans)
                VALUES(?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            completion, number, piece.promptIDs.littleEndianData, stream.ids_T.littleEndianData,
            stream.logprobs_T.littleEndianData, stream.mask_T.littleEndianData,
            stream.weightSpans.isEmpty ? nil : stream.weightSpans.json.text,
        ])
    }

    /// Keeps a first prompt that is another than the group's: agents write their own.
    static func insert(ownPrompt ids: [Int32], completion: Int64, group: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO pieces(completion_id, piece, prompt_ids)
                SELECT :completion, 0, :ids FROM groups WHERE group_id = :group AND prompt_ids IS NOT :ids
                """
        ).execute(arguments: ["completion": completion, "ids": ids.littleEndianData, "group": group])
    }

    private static func insert(_ turn: Turn, completion: Int64, _ db: Database) throws {
        let messages = turn.observation?.messages ?? []
        try db.cachedStatement(sql: "INSERT INTO turns VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").execute(arguments: [
            completion, turn.number, turn.action.text.whole,
            messages.isEmpty ? nil : JSONValue.array(messages.map(\.json)).text, turn.requestID, turn.finish.rawValue,
            turn.observation?.reward, turn.observation?.progress,
            turn.observation?.stateHash.map { Int64(bitPattern: $0) }, turn.sampledTokens, turn.sampledMilliseconds,
            turn.environmentMilliseconds,
        ])
        let calls = try db.cachedStatement(sql: "INSERT INTO tool_calls VALUES(?, ?, ?, ?, ?, ?, ?, ?)")
        for (number, call) in turn.action.calls.enumerated() {
            let result = turn.observation?.results.first { $0.callID == call.id }
            try calls.execute(arguments: [
                completion, turn.number, number, call.name.whole, call.arguments?.text, result?.text.whole,
                result?.outcome.rawValue, call.fault?.rawValue,
            ])
        }
    }
}
