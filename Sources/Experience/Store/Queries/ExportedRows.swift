import Foundation
import GRDB
import JSON

/// A completion with all that is known of it, as cells of columns that other programs read.
package struct ExportedRow: Sendable {
    /// Key of the group.
    package var group: Int64
    package var score: Double?
    /// By the columns of ``columns(withTokens:)``.
    package var cells: [Cell]

    private static let facts: [Column] = [
        Column("dataset", .text), Column("problem_id", .text), Column("prompt", .text), Column("answer", .text),
        Column("fields", .text), Column("group", .int), Column("index", .int), Column("completion_id", .int),
        Column("completion", .text), Column("reasoning", .text), Column("tool_calls", .text), Column("finish", .text),
        Column("model", .text), Column("weight_spans", .text), Column("n_tokens", .int), Column("outcome", .text),
        Column("score", .real), Column("reason", .text), Column("extracted", .text), Column("components", .text),
        Column("reward", .real), Column("advantage", .real), Column("advantage_reason", .text),
    ]

    private static let arrays: [Column] = [
        Column("prompt_ids", .ints), Column("token_ids", .ints), Column("logprobs", .reals), Column("mask", .ints),
        Column("token_advantages", .reals), Column("reference_logprobs", .reals),
    ]

    /// The columns of a row, with or without its token arrays.
    package static func columns(withTokens: Bool) -> [Column] { withTokens ? facts + arrays : facts }
}

extension StoreSnapshot {
    /// Rows of this many bytes are enough at once.
    private static let pageBytes = 8 << 20

    /// The completions of a run's groups from an ordinal on, whole groups, as many as fit a page; `next` is the ordinal to go on
    /// from, nil at the end.
    package func exportedRows(
        of run: Run, scoring: Scoring?, set: Int64?, from ordinal: Int, withTokens: Bool
    ) throws -> (rows: [ExportedRow], next: Int?) {
        func array(_ kind: String, _ source: String) -> String {
            """
            (SELECT data FROM tokens t WHERE t.completion_id = c.completion_id AND t.kind = '\(kind)'
                AND t.source = '\(source)' ORDER BY policy_version DESC LIMIT 1)
            """
        }
        let arrays = [
            // An episode of a program outside has a prompt of its own.
            """
            coalesce((SELECT p.prompt_ids FROM pieces p WHERE p.completion_id = c.completion_id AND p.piece = 0),
                g.prompt_ids) AS prompt_ids
            """, array("ids", "sampler"), array("logprob", "sampler"), array("mask", "sampler"),
            "a.token_advantages", array("logprob", "reference"),
        ]
        let cursor = try Row.fetchCursor(
            db,
            sql: """
                SELECT g.ordinal, c.group_id, p.dataset, p.external_id, p.prompt, p.answer, p.fields, c.idx,
                    c.completion_id, c.text, c.reasoning, c.tool_calls, c.finish, c.model, c.weight_spans, c.n_tokens,
                    v.outcome, v.score, v.reason, v.extracted, v.components, a.reward, a.advantage,
                    a.reason AS advantage_reason\(withTokens ? ", " + arrays.joined(separator: ", ") : "")
                FROM groups g JOIN problems p USING(problem_id) JOIN completions c USING(group_id)
                    LEFT JOIN verdicts v ON v.completion_id = c.completion_id AND v.scoring_id = :scoring
                    LEFT JOIN advantages a ON a.completion_id = c.completion_id AND a.set_id = :set
                WHERE g.run_id = :run AND g.ordinal >= :from ORDER BY g.ordinal, c.idx
                """, arguments: ["scoring": scoring?.id, "set": set, "run": run.id, "from": ordinal])
        var (rows, bytes, last): ([ExportedRow], Int, Int) = ([], 0, ordinal)
        while let row = try cursor.next() {
            let ordinal: Int = try row[stored: 0]
            if bytes > Self.pageBytes, ordinal != last { return (rows, ordinal) }
            last = ordinal
            let exported = try ExportedRow(row, withTokens: withTokens)
            bytes += exported.bytes
            rows.append(exported)
        }
        return (rows, nil)
    }
}

extension ExportedRow {
    fileprivate init(_ row: Row, withTokens: Bool) throws {
        func text(_ position: Int) throws -> Cell { (try row[stored: position] as String?).map { .text($0) } ?? .null }
        func int(_ position: Int) throws -> Cell { (try row[stored: position] as Int64?).map { .int($0) } ?? .null }
        func real(_ name: String) throws -> Cell { try row.number(name).map { .real($0) } ?? .null }
        func json(_ name: String) throws -> Cell {
            guard let value = try row.jsonIfPresent(name) else { return .null }
            return value.stringValue.map { .text($0) } ?? .json(value.text)
        }
        func list(_ position: Int) throws -> Cell {
            (try row[stored: position] as Data?).map { .list(Array($0)) } ?? .null
        }
        group = try row[stored: 1]
        score = try row.number("score")
        cells = [
            try text(2), try text(3), try json("prompt"), try text(5), try json("fields"), try int(1), try int(7),
            try int(8), try text(9), try text(10), try json("tool_calls"), try text(12), try text(13),
            try json("weight_spans"), try int(15), try text(16), score.map { .real($0) } ?? .null, try text(18),
            try text(19), try json("components"), try real("reward"), try real("advantage"), try text(23),
        ]
        guard withTokens else { return }
        let mask: Data? = try row[stored: 27]
        cells += [
            try list(24), try list(25), try list(26),
            mask.map { .list($0.flatMap { [$0, 0, 0, 0] }) } ?? .null, try list(28), try list(29),
        ]
    }

    /// What it takes in memory, about.
    fileprivate var bytes: Int {
        cells.reduce(0) { sum, cell in
            switch cell {
            case .text(let text), .json(let text): sum + text.utf8.count
            case .list(let bytes): sum + bytes.count
            default: sum + 8
            }
        }
    }
}
