import Foundation
import GRDB
import JSON

/// What other data than before made of a run; nothing was sampled again.
public struct DataChanges: Sendable, Hashable {
    /// Groups whose answer or fields are others.
    public var problems = 0
    /// Completions whose verdicts were of the earlier content, and are to be made anew.
    public var verdicts = 0
    /// Batches that waited for a trainer with rewards of such verdicts, and were withdrawn.
    public var batches = 0

    /// Nothing changed.
    public init() {}

    /// Adds up two parts of the data.
    public static func += (left: inout DataChanges, right: DataChanges) {
        left.problems += right.problems
        left.verdicts += right.verdicts
        left.batches += right.batches
    }
}

/// The data asks another prompt where a run has completions: those are of no use to it.
public struct DataMismatch: Error, Sendable, Hashable, CustomStringConvertible {
    /// The run's name.
    public var run: String
    /// The position in the run, from 0.
    public var ordinal: Int
    /// Id of the problem that was sampled there.
    public var sampled: String
    /// Id of the problem that the data has there.
    public var given: String

    /// One line: where, and what to do.
    public var description: String {
        let what =
            sampled == given
            ? "problem '\(given)' (position \(ordinal)) has another prompt than run '\(run)' was sampled with"
            : "the data has problem '\(given)' at position \(ordinal), where run '\(run)' was sampled with '\(sampled)': rows "
                + "were put in, taken out or moved (new ones go to the end)"
        return what + "; another prompt needs new samples: the same command with --set name=\(run)-2 draws them"
    }
}

extension Store {
    /// Gives a run problems for the positions `ordinal`, `ordinal + 1`, …: new groups, unless `adds` is false, where it has
    /// none. A group that is there keeps its completions and takes what else is new of its problem; verdicts and
    /// advantages that read an earlier answer or fields are taken out of use, in the same transaction.
    ///
    /// Throws `DataMismatch`, changing nothing, where a group with completions would get another prompt, and `StoreError`, for
    /// example when one id stands for two prompts.
    @discardableResult
    public func addGroups(
        run: Run, from ordinal: Int, problems: [Problem], sampling: SamplingParameters, adds: Bool = true
    ) async throws -> DataChanges {
        let sampling = String(decoding: try JSONEncoder.stable.encode(sampling), as: UTF8.self)
        let n = try JSONValue(parsing: sampling.utf8)["n"]?.intValue ?? 1
        return try await write { db in
            let find = try db.makeStatement(
                sql: """
                    SELECT group_id, p.* FROM groups JOIN problems p USING(problem_id) WHERE run_id = ? AND ordinal = ?
                    """)
            let insert = try db.makeStatement(
                sql: "INSERT INTO groups(run_id, problem_id, ordinal, wanted_n, sampling) VALUES(?, ?, ?, ?, ?)")
            var changes = DataChanges()
            for (ordinal, problem) in zip(ordinal..., problems) {
                if let row = try Row.fetchOne(find, arguments: [run.id, ordinal]) {
                    let revision = try Revision(row)
                    if revision.isNamed(as: problem), revision.isAsked(as: problem), revision.isJudged(as: problem) {
                        continue
                    }
                    let sampled = SampledGroup(id: try row[stored: "group_id"], ordinal: ordinal, run: run)
                    changes += try sampled.revise(revision, to: problem, db)
                } else if adds {
                    try Revision.checkUnique(problem, in: run, db)
                    try insert.execute(arguments: [run.id, try Revision.key(of: problem, db), ordinal, n, sampling])
                }
            }
            return changes
        }
    }
}

/// A stored problem as it is compared with one that was read again.
private struct Revision {
    let key: Int64
    let name: (dataset: String, id: String)
    private let prompt: String
    private let answer: String?
    private let fields: String

    init(_ row: Row) throws {
        key = try row[stored: "problem_id"]
        name = (try row[stored: "dataset"], try row[stored: "external_id"])
        (prompt, answer, fields) = (
            try row[stored: "prompt"], try row[stored: "answer"], try row[stored: "fields"]
        )
    }

    func isNamed(as problem: Problem) -> Bool {
        Self.isSame(name.dataset, problem.dataset) && Self.isSame(name.id, problem.id)
    }

    func isAsked(as problem: Problem) -> Bool { Self.isSame(prompt, problem.prompt.json.text) }

    /// Whether verdicts read the same: the order and spelling of a record's members are nothing to them.
    func isJudged(as problem: Problem) -> Bool {
        guard Self.isSame(answer, problem.answer) else { return false }
        if fields.utf8.elementsEqual(problem.fields.bytes) { return true }
        guard let old = try? JSONValue(parsing: fields.utf8), let new = try? JSONValue(parsing: problem.fields.bytes)
        else { return false }
        return old.ordered.bytes == new.ordered.bytes
    }

    /// The key of the revision with this content, made if absent.
    static func key(of problem: Problem, _ db: Database) throws -> Int64 {
        let find = try db.cachedStatement(sql: "SELECT * FROM problems WHERE dataset = ? AND external_id = ?")
        let rows = try Row.fetchAll(find, arguments: [problem.dataset.whole, problem.id.whole])
        let revision = try rows.map { try Revision($0) }.first { $0.isAsked(as: problem) && $0.isJudged(as: problem) }
        if let revision { return revision.key }
        try db.cachedStatement(
            sql: "INSERT INTO problems(dataset, external_id, prompt, answer, fields) VALUES(?, ?, ?, ?, ?)"
        ).execute(arguments: [
            problem.dataset.whole, problem.id.whole, problem.prompt.json.text, problem.answer?.whole,
            String(decoding: problem.fields.bytes, as: UTF8.self),
        ])
        return db.lastInsertedRowID
    }

    /// Throws when a group of the run has the problem's name with another prompt: reports could not tell the two apart.
    static func checkUnique(_ problem: Problem, in run: Run, _ db: Database) throws {
        let find = try db.cachedStatement(
            sql: """
                -- CROSS: by the name, not through all groups of the run
                SELECT ordinal FROM problems CROSS JOIN groups USING(problem_id)
                WHERE dataset = ? AND external_id = ? AND run_id = ? AND prompt <> ? LIMIT 1
                """)
        let arguments: StatementArguments = [problem.dataset.whole, problem.id.whole, run.id, problem.prompt.json.text]
        guard let ordinal = try Int.fetchOne(find, arguments: arguments) else { return }
        throw Refusal(
            kind: .invalid,
            message:
                "problem '\(problem.id)' of '\(problem.dataset)' is at position \(ordinal) already, with another prompt: "
                + "ids must be unique; set dataset.id_field, or leave it empty for line numbers")
    }

    // By bytes, as two spellings of one accent are equal to String.
    private static func isSame(_ stored: String?, _ given: String?) -> Bool {
        guard let stored, let given else { return stored == nil && given == nil }
        return stored.utf8.elementsEqual(given.utf8)
    }
}

/// A group whose problem changed.
private struct SampledGroup {
    let id: Int64
    let ordinal: Int
    let run: Run

    private static let completions = "SELECT completion_id FROM completions WHERE group_id = ?"
    private static let columns =
        "completion_id, scoring_id, outcome, score, reason, extracted, explanation, components, details, milliseconds, at"

    func revise(_ old: Revision, to problem: Problem, _ db: Database) throws -> DataChanges {
        if !old.isAsked(as: problem) { try forgetPrompt(old, problem, db) }
        let new = try Revision.key(of: problem, db)
        try db.execute(sql: "UPDATE groups SET problem_id = ? WHERE group_id = ?", arguments: [new, id])
        var changes = DataChanges()
        if old.isJudged(as: problem) { return changes }
        changes.problems = 1
        changes.verdicts = try exchangeVerdicts(old.key, new, db)
        try forgetAdvantages(db)
        try Store.expireLeases(db, run: run, now: Timestamp.now)
        changes.batches = try Store.withdraw(
            db, where: "batch_id IN (SELECT batch_id FROM batch_items WHERE completion_id IN (\(Self.completions)))",
            [id])
        return changes
    }

    // What an earlier prompt left of samples that never became completions.
    private func forgetPrompt(_ old: Revision, _ problem: Problem, _ db: Database) throws {
        if try Bool.fetchOne(db, sql: "SELECT EXISTS(\(Self.completions))", arguments: [id]) == true {
            throw DataMismatch(run: run.name, ordinal: ordinal, sampled: old.name.id, given: problem.id)
        }
        for table in ["partials", "open_turns", "sample_failures"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE group_id = ?", arguments: [id])
        }
        try db.execute(
            sql: "UPDATE groups SET prompt_ids = NULL, filter_reason = NULL WHERE group_id = ?", arguments: [id])
    }

    /// Puts the verdicts on the old revision aside and takes back those on the new one.
    /// - Returns: how many completions had a verdict and have none now.
    private func exchangeVerdicts(_ old: Int64, _ new: Int64, _ db: Database) throws -> Int {
        let (judged, mine) = (
            "SELECT count(DISTINCT completion_id) FROM verdicts", "completion_id IN (\(Self.completions))"
        )
        let before = try Int.fetchOne(db, sql: "\(judged) WHERE \(mine)", arguments: [id]) ?? 0
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO earlier_verdicts(problem_id, \(Self.columns))
                SELECT ?, \(Self.columns) FROM verdicts WHERE \(mine)
                """, arguments: [old, id])
        try db.execute(sql: "DELETE FROM verdicts WHERE \(mine)", arguments: [id])
        let kept = "FROM earlier_verdicts WHERE problem_id = ? AND \(mine)"
        try db.execute(
            sql: "INSERT INTO verdicts(\(Self.columns)) SELECT \(Self.columns) \(kept)", arguments: [new, id])
        try db.execute(sql: "DELETE \(kept)", arguments: [new, id])
        return before - (try Int.fetchOne(db, sql: "\(judged) WHERE \(mine)", arguments: [id]) ?? 0)
    }

    // The group's own, and of a set that no batch refers to all: one group's scores are in other groups' advantages there.
    private func forgetAdvantages(_ db: Database) throws {
        let sets = "SELECT set_id FROM advantage_sets s WHERE run_id = ?"
        try db.execute(
            sql: "DELETE FROM advantages WHERE set_id IN (\(sets)) AND completion_id IN (\(Self.completions))",
            arguments: [run.id, id])
        try db.execute(
            sql: """
                DELETE FROM advantages
                WHERE set_id IN (\(sets) AND NOT EXISTS(SELECT 1 FROM batches b WHERE b.set_id = s.set_id))
                """, arguments: [run.id])
    }
}

extension JSONEncoder {
    /// Same value, same bytes.
    static var stable: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
