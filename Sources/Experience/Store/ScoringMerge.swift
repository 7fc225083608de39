import GRDB
import JSON

/// Makes one of scorings that say the same with their options in another order or spelling, as versions up to 0.1 kept them
/// apart: their keys came in another order in each process. Advantage sets that become the same are made one, too, and of
/// their batches with the same groups one waits for a trainer.
enum ScoringMerge {
    /// One transaction's work; no set that a batch refers to is lost.
    static func run(_ db: Database) throws {
        try merge(db, "scorings", key: "scoring_id", json: "options", by: ["verifier", "version"], mergeScoring)
        try merge(
            db, "advantage_sets", key: "set_id", json: "parameters", by: ["run_id", "scoring_id", "estimator"], mergeSet
        )
    }

    // Of rows that differ in nothing but the spelling of `json` the newest stays: what was the latest scoring stays it.
    private static func merge(
        _ db: Database, _ table: String, key: String, json: String, by columns: [String],
        _ move: (Database, _ old: Int64, _ new: Int64) throws -> Void
    ) throws {
        let rows = try Row.fetchAll(db, sql: "SELECT * FROM \(table) ORDER BY \(key) DESC")
        var newest: [[String]: Int64] = [:]
        for row in rows {
            let text: String = row[json]
            // What is no JSON was not made by assay: it stays as it is.
            let canonical = (try? JSONValue(parsing: text.utf8))?.canonical.text ?? text
            let identity = columns.map { (row[$0] as DatabaseValue).description } + [canonical]
            if let kept = newest[identity] {
                try move(db, row[key], kept)
                try db.execute(sql: "DELETE FROM \(table) WHERE \(key) = ?", arguments: [row[key] as Int64])
            } else {
                newest[identity] = row[key]
            }
        }
        for (identity, kept) in newest {
            try db.execute(
                sql: "UPDATE \(table) SET \(json) = ? WHERE \(key) = ? AND \(json) <> ?",
                arguments: [identity.last, kept, identity.last])
        }
    }

    // Of two verdicts on one completion the one with a score stays, and of two alike the later.
    private static func mergeScoring(_ db: Database, _ old: Int64, _ new: Int64) throws {
        try db.execute(
            sql: """
                DELETE FROM verdicts WHERE scoring_id = :new AND EXISTS(
                    SELECT 1 FROM verdicts o WHERE o.completion_id = verdicts.completion_id AND o.scoring_id = :old
                        AND (o.score IS NOT NULL, o.at) > (verdicts.score IS NOT NULL, verdicts.at))
                """, arguments: ["old": old, "new": new])
        try db.execute(
            sql: "UPDATE OR IGNORE verdicts SET scoring_id = ? WHERE scoring_id = ?", arguments: [new, old])
        try db.execute(sql: "DELETE FROM verdicts WHERE scoring_id = ?", arguments: [old])
        // Sets that are the same but for the scoring: the newest stays.
        let same = """
            FROM advantage_sets o JOIN advantage_sets n USING(run_id, estimator, parameters)
            WHERE o.scoring_id = ? AND n.scoring_id = ?
            """
        for row in try Row.fetchAll(db, sql: "SELECT o.set_id, n.set_id \(same)", arguments: [old, new]) {
            try mergeSet(db, row[0], row[1])  // total: keys
            let merged: Int64 = row[0]  // total: a key
            try db.execute(sql: "DELETE FROM advantage_sets WHERE set_id = ?", arguments: [merged])
        }
        try db.execute(sql: "UPDATE advantage_sets SET scoring_id = ? WHERE scoring_id = ?", arguments: [new, old])
    }

    // A set that was filled while a run went on has some groups, another of the same kind the rest.
    private static func mergeSet(_ db: Database, _ old: Int64, _ new: Int64) throws {
        try db.execute(sql: "UPDATE OR IGNORE advantages SET set_id = ? WHERE set_id = ?", arguments: [new, old])
        try db.execute(sql: "DELETE FROM advantages WHERE set_id = ?", arguments: [old])
        try db.execute(sql: "UPDATE batches SET set_id = ? WHERE set_id = ?", arguments: [new, old])
        // Each of the two had a batch of the same groups: a trainer gets one.
        _ = try Store.withdraw(
            db,
            where: """
                set_id = ? AND NOT EXISTS(
                    SELECT 1 FROM batch_items i WHERE i.batch_id = batches.batch_id AND NOT EXISTS(
                        SELECT 1 FROM batch_items o JOIN batches p USING(batch_id)
                        WHERE o.completion_id = i.completion_id AND p.set_id = batches.set_id AND p.state <> 'expired'
                            AND p.batch_id <> batches.batch_id
                            AND (p.state <> 'ready' OR p.batch_id < batches.batch_id)))
                """, [new])
    }
}
