import Experience
import Foundation
import GRDB
import JSON

/// The groups of one optimiser step, as the stage reads them.
struct OptimizeWindow: Sendable {
    /// One completion.
    struct Row: Sendable {
        var completion: Int64
        /// Its problem's name and its place in the group, for messages.
        var problem: String
        var index: Int
        var score: Double?
        var isCorrect: Bool
        var length: Int?
        var isTruncated: Bool
        /// Reward components that have a number, by name.
        var components: [String: Double] = [:]
        /// The problem's field `role`, for a running baseline.
        var role: String
        /// Why it can have no advantage, where that shows in what was read: it is then in no statistic of its group.
        var gap: Undefined?
    }

    /// The first scored completion of the same problem in the greedy run.
    struct Greedy: Sendable {
        var score: Double
        var components: [String: Double]
    }

    var rows: [Row]
    var groups: GroupIndex
    var lastOrdinal: Int
    /// By group; empty where the estimator does not look at it.
    var greedy_G: [Greedy?] = []
    /// Token arrays, flat in row order; 0 at the tokens of rows with a gap. Those that the estimator does not read are absent.
    var columns: [EstimatorNeeds.Column: [Double]] = [:]

    /// Which groups a window has.
    enum Selection: Sendable {
        /// The next `batchGroups` groups with completions from an ordinal on.
        case from(Int)
        /// These, by key.
        case groups([Int64])
    }

    /// The groups selected that have completions; nil when there are none.
    static func read(
        _ store: Store, _ run: Run, _ scoring: Scoring, _ options: OptimizeOptions, _ estimator: AdvantageEstimator,
        _ selection: Selection
    ) async throws -> OptimizeWindow? {
        let needs = EstimatorNeeds(estimator, options.shaping)
        let groups: String
        if needs.greedy, options.greedyRun == nil {
            throw ConfigProblem(
                "optimize.greedy_run",
                "\(estimator.preset) subtracts the greedy completion's score: name a run of "
                    + "the same problems, sampled with temperature 0 and verified alike")
        }
        var arguments: StatementArguments = ["scoring": scoring.id]
        switch selection {
        case .from(let ordinal):
            groups = """
                SELECT group_id FROM groups h WHERE h.run_id = :run AND h.ordinal >= :from AND h.filter_reason IS NULL
                    AND EXISTS(SELECT 1 FROM completions d WHERE d.group_id = h.group_id)
                ORDER BY h.ordinal LIMIT :groups
                """
            arguments += ["run": run.id, "from": ordinal, "groups": options.batchGroups]
        case .groups(let keys):
            groups = "SELECT value FROM json_each(:keys)"
            arguments += ["keys": JSONValue.array(keys.map { .int(Int($0)) }).text]
        }
        return try await store.read { [groups, arguments] db in
            let found = try SQLRow.fetchAll(
                db,
                sql: """
                    SELECT c.completion_id, c.idx, c.group_id, g.ordinal, g.problem_id, p.external_id, v.score, v.outcome,
                        \(needs.components ? "v.components" : "NULL AS components"), c.n_tokens, c.finish,
                        CAST(json_extract(p.fields, '$.role') AS TEXT) AS role
                    FROM groups g JOIN completions c USING(group_id) JOIN problems p USING(problem_id)
                        LEFT JOIN verdicts v ON v.completion_id = c.completion_id AND v.scoring_id = :scoring
                    WHERE g.group_id IN (\(groups)) ORDER BY g.ordinal, c.idx
                    """, arguments: arguments)
            guard let last = found.last else { return nil }
            var window = OptimizeWindow(
                rows: try found.map { try Row(row: $0, needs) },
                groups: GroupIndex(ids: try found.map { try $0[stored: "group_id"] as Int64 }),
                lastOrdinal: try last[stored: "ordinal"])
            if let greedyRun = options.greedyRun, needs.greedy {
                let problems = (0..<window.groups.count).map { window.groups[$0].first.map { found[$0] } }
                window.greedy_G = try problems.map { problem in
                    try problem.flatMap { try greedy(db, greedyRun, scoring, problem: try $0[stored: "problem_id"]) }
                }
            }
            for column in needs.columns { window.columns[column] = try window.read(column, db) }
            return window
        }
    }

    private static func greedy(_ db: Database, _ run: String, _ scoring: Scoring, problem: Int64) throws -> Greedy? {
        try SQLRow.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT w.score, w.components FROM runs r JOIN groups o USING(run_id) JOIN completions d USING(group_id)
                        JOIN verdicts w ON w.completion_id = d.completion_id AND w.scoring_id = ?
                    WHERE r.name = ? AND o.problem_id = ? AND d.idx = 0 AND w.score IS NOT NULL
                    ORDER BY o.ordinal LIMIT 1
                    """), arguments: [scoring.id, run, problem]
        ).map { Greedy(score: try $0[stored: "score"], components: Row.components(try $0[stored: "components"])) }
    }

    // Marks the rows that have no such array: theirs is 0.
    private mutating func read(_ column: EstimatorNeeds.Column, _ db: Database) throws -> [Double] {
        let find = try db.cachedStatement(
            sql: """
                SELECT data FROM tokens WHERE completion_id = ? AND kind = ? AND source = ? AND dtype = '<f4'
                ORDER BY policy_version DESC LIMIT 1
                """)
        var values: [Double] = []
        for index in rows.indices {
            let row = rows[index]
            var floats: [Float] = []
            if row.gap == nil {
                let data = try Data.fetchOne(find, arguments: [row.completion, column.kind, column.source])
                floats = data?.elements() ?? []
                // Of a sum of differences only a value that is not finite is left.
                let excess = floats.reduce(Float(0)) { $0 + ($1 - $1) }
                if data == nil || floats.count != row.length || excess != 0 { rows[index].gap = column.gap }
            }
            if rows[index].gap == nil {
                for float in floats { values.append(Double(float)) }
            } else {
                values += repeatElement(0, count: row.length ?? 0)
            }
        }
        return values
    }
}

private typealias SQLRow = GRDB.Row

extension OptimizeWindow.Row {
    // More tokens than any server samples: such a count is none.
    private static let longest = 1 << 27

    fileprivate init(row: SQLRow, _ needs: EstimatorNeeds) throws {
        let outcome: String? = try row[stored: "outcome"]
        let finish: String = try row[stored: "finish"]
        let length: Int? = try row[stored: "n_tokens"]
        self.init(
            completion: try row[stored: "completion_id"], problem: try row[stored: "external_id"],
            index: try row[stored: "idx"], score: try row[stored: "score"],
            isCorrect: outcome == Outcome.correct.rawValue,
            length: length.flatMap { (0...Self.longest).contains($0) ? $0 : nil },
            isTruncated: finish == FinishReason.length.rawValue, role: (try row[stored: "role"] as String?) ?? "")
        if needs.components { components = Self.components(try row[stored: "components"]) }
        if score == nil {
            gap = .unscored
        } else if needs.lengths, self.length == nil {
            gap = .noTokenCount
        }
    }

    /// The components of a verdict that are numbers.
    fileprivate static func components(_ json: String?) -> [String: Double] {
        guard let json, let members = (try? JSONValue(parsing: json.utf8))?.objectValue else { return [:] }
        var components: [String: Double] = [:]
        for member in members { components[member.key] = member.value.doubleValue.flatMap { $0.isFinite ? $0 : nil } }
        return components
    }
}
