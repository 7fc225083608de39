import Foundation
import GRDB
public import JSON

/// Beginnings of completions that were cut off when sampling ended, token by token, to be gone on with.
extension Store {
    /// Keeps beginnings, replacing earlier ones of the same samples; one whose sample is complete is left out.
    public func record(partials: [SampledCompletion], run: Run) async throws {
        try await write { db in
            let insert = try db.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO partials(group_id, idx, text, token_ids, logprobs, logprob_kind, prompt_ids,
                        weight_spans, started_at)
                    SELECT g.group_id, :idx, :text, :ids, :logprobs, :kind, :prompt, :spans, :started FROM groups g
                    WHERE g.run_id = :run AND g.ordinal = :ordinal AND NOT EXISTS(
                        SELECT 1 FROM completions c WHERE c.group_id = g.group_id AND c.idx = :idx)
                    """)
            for partial in partials {
                let completion = partial.completion
                try insert.execute(arguments: [
                    "run": run.id, "ordinal": partial.ordinal, "idx": completion.index, "text": completion.text.whole,
                    "ids": completion.tokenIDs.littleEndianData, "logprobs": completion.logprobs.littleEndianData,
                    "kind": completion.logprobKind.rawValue, "prompt": partial.promptIDs.littleEndianData,
                    "spans": completion.weightSpans.json.text, "started": completion.startedAt,
                ])
            }
        }
    }

    /// How many beginnings a run has.
    public func partialCount(run: Run) async throws -> Int {
        try await read { db in
            let sql = "SELECT count(*) FROM partials JOIN groups USING(group_id) WHERE run_id = ?"
            return try Int.fetchOne(db, sql: sql, arguments: [run.id]) ?? 0
        }
    }

    /// The beginnings that a group has, for `PendingGroup`.
    static func partials(ofGroup group: Int64, ordinal: Int, _ db: Database) throws -> [SampledCompletion] {
        let find = try db.cachedStatement(sql: "SELECT * FROM partials WHERE group_id = ? ORDER BY idx")
        return try Row.fetchAll(find, arguments: [group]).map { row in
            var completion = Completion(index: try row[stored: "idx"], text: try row[stored: "text"], finish: .abort)
            completion.tokenIDs = (try row[stored: "token_ids"] as Data).elements()
            completion.logprobs = (try row[stored: "logprobs"] as Data).elements()
            completion.logprobKind = try row.word("logprob_kind")
            completion.tokenCount = completion.tokenIDs.count
            completion.weightSpans = try [WeightSpan](json: row.json("weight_spans"))
            completion.startedAt = try row[stored: "started_at"]
            return SampledCompletion(
                ordinal: ordinal, completion: completion, promptIDs: (try row[stored: "prompt_ids"] as Data).elements())
        }
    }
}

extension [WeightSpan] {
    /// `[[version, first, end], …]`, as the store keeps them.
    var json: JSONValue {
        .array(map { .array([.int($0.version), .int($0.tokens.lowerBound), .int($0.tokens.upperBound)]) })
    }

    /// Reads what the store keeps, `[[version, first, end], …]`; an element of another form is left out.
    public init(json: JSONValue) {
        self = (json.arrayValue ?? []).compactMap { span in
            guard let parts = span.arrayValue?.compactMap(\.intValue), parts.count == 3, parts[1] <= parts[2] else {
                return nil
            }
            return WeightSpan(version: parts[0], tokens: parts[1]..<parts[2])
        }
    }
}
