import Experience
import Foundation
import GRDB
import JSON

/// The groups of one optimiser step, as the stage reads them.
struct OptimizeWindow: Sendable {
    /// One completion.
    struct Row: Sendable {
        var completion: Int64
        var score: Double?
        var isCorrect: Bool
        var length: Int?
        var isTruncated: Bool
        /// Reward components by name, where the verdict has them.
        var components: [String: Double?]
        /// The problem's field `role`, for a running baseline.
        var role: String
        /// Score of the first completion of the same problem in the greedy run.
        var greedyScore: Double?
    }

    var rows: [Row]
    var groups: GroupIndex
    var lastOrdinal: Int
    /// Token arrays by "kind source", flat in row order; empty where not asked for.
    var columns: [String: [Double]] = [:]

    /// What the estimator made of it.
    struct Advantages: Sendable {
        var outcome: OutcomeAdvantages
        var rewards_N: [Double?]
        /// Advantages per token, of rows where they differ.
        var tokens_N: [[Float]?]
        /// Mean KL from the reference policy per token, in nats, where it is penalised.
        var meanKL: Double?
    }

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
        let needed = neededColumns(options, estimator)
        let groups: String
        if estimator.baseline == .greedy, options.greedyRun == nil {
            throw ConfigProblem(
                "optimize.greedy_run",
                "\(estimator.preset) subtracts the greedy completion's score: name a run of "
                    + "the same problems, sampled with temperature 0 and verified alike")
        }
        var arguments: StatementArguments = ["scoring": scoring.id, "greedy": options.greedyRun]
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
                    SELECT c.completion_id, c.group_id, g.ordinal, v.score, v.outcome, v.components, c.n_tokens, c.finish,
                        CAST(json_extract(p.fields, '$.role') AS TEXT) AS role, (
                            SELECT w.score FROM runs r JOIN groups o USING(run_id) JOIN completions d USING(group_id)
                                JOIN verdicts w ON w.completion_id = d.completion_id AND w.scoring_id = :scoring
                            WHERE r.name = :greedy AND o.problem_id = g.problem_id AND d.idx = 0 LIMIT 1
                        ) AS greedy
                    FROM groups g JOIN completions c USING(group_id) JOIN problems p USING(problem_id)
                        LEFT JOIN verdicts v ON v.completion_id = c.completion_id AND v.scoring_id = :scoring
                    WHERE g.group_id IN (\(groups)) ORDER BY g.ordinal, c.idx
                    """, arguments: arguments)
            guard let last = found.last else { return nil }
            var window = OptimizeWindow(
                rows: try found.map(Row.init(row:)),
                groups: GroupIndex(ids: try found.map { try $0[stored: "group_id"] as Int64 }),
                lastOrdinal: try last[stored: "ordinal"])
            for column in needed { window.columns[column.key] = try window.read(column, db) }
            return window
        }
    }

    /// A token array that an estimator or a penalty reads.
    struct Column: Sendable {
        var kind: String
        var source: String
        var key: String { "\(kind) \(source)" }
    }

    private static func neededColumns(_ options: OptimizeOptions, _ estimator: AdvantageEstimator) -> [Column] {
        var columns: [Column] = []
        if options.shaping.klBeta > 0 {
            columns += [Column(kind: "logprob", source: "sampler"), Column(kind: "logprob", source: "reference")]
        }
        switch estimator.credit {
        case .gae: columns.append(Column(kind: "value", source: "critic"))
        case .optimalToken, .optimalTurnToken:
            columns += [Column(kind: "logprob", source: "sampler"), Column(kind: "sum_pi_sq", source: "trainer")]
        case .outcome, .rewardToGo: break
        }
        return columns
    }

    private func read(_ column: Column, _ db: Database) throws -> [Double] {
        let find = try db.cachedStatement(
            sql: """
                SELECT data FROM tokens WHERE completion_id = ? AND kind = ? AND source = ? AND dtype = '<f4'
                ORDER BY policy_version DESC LIMIT 1
                """)
        var values: [Double] = []
        for row in rows {
            guard let data = try Data.fetchOne(find, arguments: [row.completion, column.kind, column.source]) else {
                throw OptimError("completion \(row.completion) has no array '\(column.kind)' from the \(column.source)")
            }
            let floats: [Float] = data.elements()
            guard floats.count == row.length else {
                throw OptimError(
                    "completion \(row.completion): \(floats.count) values of '\(column.kind)', "
                        + "\(row.length.map { "\($0)" } ?? "no") tokens")
            }
            for float in floats { values.append(Double(float)) }
        }
        return values
    }
}

private typealias SQLRow = GRDB.Row

extension OptimizeWindow.Row {
    fileprivate init(row: SQLRow) throws {
        let outcome: String? = try row[stored: "outcome"]
        let finish: String = try row[stored: "finish"]
        let components: String? = try row[stored: "components"]
        let length: Int? = try row[stored: "n_tokens"]
        if let length, !(0...Int(Int32.max)).contains(length) {
            throw OptimError("completion \(try row[stored: "completion_id"] as Int64): \(length) is no count of tokens")
        }
        self.init(
            completion: try row[stored: "completion_id"], score: try row[stored: "score"],
            isCorrect: outcome == Outcome.correct.rawValue,
            length: length, isTruncated: finish == FinishReason.length.rawValue, components: [:],
            role: (try row[stored: "role"] as String?) ?? "", greedyScore: try row[stored: "greedy"])
        guard let components else { return }
        for member in try JSONValue(parsing: components.utf8).objectValue ?? [] {
            self.components[member.key] = .some(member.value.doubleValue)
        }
    }
}

extension OptimizeWindow {
    /// Shaped rewards, advantages per completion, and per token where the estimator makes them differ.
    func advantages(
        _ estimator: AdvantageEstimator, _ options: OptimizeOptions, pastAverages: [String: Double], klBeta: Double
    ) throws -> Advantages {
        var rewards_N = try options.shaping.rewards(
            rows.map { row in
                ShapingOptions.Row(
                    score: row.score, length: row.length, isCorrect: row.isCorrect, isTruncated: row.isTruncated)
            }, groups: groups)
        let kl_T = try divergences(options.shaping)
        let penalties_T = kl_T.map { -klBeta * $0 }
        if !penalties_T.isEmpty, estimator.credit == .outcome {
            // An outcome estimator sees the sum of a row's token rewards.
            let layout = try layout(for: estimator)
            for row in rows.indices {
                let penalty = layout[row].reduce(0.0) { $0 + penalties_T[$1] }
                rewards_N[row] = rewards_N[row].map { $0 + penalty }
            }
        }
        let outcome: OutcomeAdvantages
        if estimator.normalizesComponents || !estimator.componentWeights.isEmpty {
            outcome = try estimator.advantages(components: components(estimator), groups: groups)
        } else {
            var inputs = OutcomeInputs(scores_N: rewards_N, groups: groups)
            inputs.lengths_N = rows.map { Double($0.length ?? 0) }
            inputs.pastAverages = pastAverages
            if estimator.baseline == .greedy { inputs.greedy_N = rows.map(\.greedyScore) }
            if estimator.baseline == .running { inputs.roles_N = rows.map(\.role) }
            outcome = try estimator.advantages(inputs)
        }
        var result = try spread(outcome, rewards_N, penalties_T, estimator)
        if !kl_T.isEmpty { result.meanKL = kl_T.reduce(0, +) / Double(kl_T.count) }
        return result
    }

    private func spread(
        _ outcome: OutcomeAdvantages, _ rewards_N: [Double?], _ penalties_T: [Double], _ estimator: AdvantageEstimator
    ) throws -> Advantages {
        var result = Advantages(
            outcome: outcome, rewards_N: rewards_N, tokens_N: Array(repeating: nil, count: rows.count))
        guard estimator.credit != .outcome || estimator.whitening != .none else { return result }
        let layout = try layout(for: estimator)
        var tokens = TokenInputs(layout: layout)
        if estimator.credit != .outcome { tokens.rewards_T = penalties_T }
        tokens.values_T = columns["value critic"] ?? []
        tokens.logprobs_T = columns["logprob sampler"] ?? []
        tokens.sumOfSquares_T = columns["sum_pi_sq trainer"] ?? []
        let advantages_T = try estimator.tokenAdvantages(outcome, groups: groups, tokens: tokens).advantages_T
        for row in rows.indices where outcome.values_N[row] != nil {
            let values = advantages_T[layout[row]]
            guard let first = values.first else { continue }
            if values.allSatisfy({ $0 == first }) {
                result.outcome.values_N[row] = first
            } else {
                result.tokens_N[row] = values.map { Float($0) }
            }
        }
        return result
    }

    private func layout(for estimator: AdvantageEstimator) throws -> TokenLayout {
        try TokenLayout(
            lengths_N: rows.map { row in
                guard let length = row.length else {
                    throw OptimError(
                        "\(estimator.preset) works per token, and completion \(row.completion) has no token count")
                }
                return length
            })
    }

    // KL from the reference policy per token, or nothing.
    private func divergences(_ shaping: ShapingOptions) throws -> [Double] {
        guard shaping.klBeta > 0 else { return [] }
        return try KLEstimator(shaping.klEstimator).values(
            logprobs_T: columns["logprob sampler"] ?? [], reference_T: columns["logprob reference"] ?? [])
    }

    // Components in the order of their names.
    private func components(_ estimator: AdvantageEstimator) throws -> ComponentScores {
        let names = Set(rows.flatMap { $0.components.keys }).sorted()
        guard !names.isEmpty else {
            throw OptimError("\(estimator.preset) needs reward components, and the verdicts of this scoring have none")
        }
        return try ComponentScores(
            values_NJ: rows.map { row in names.map { row.components[$0] ?? nil } },
            weights_J: estimator.componentWeights)
    }
}
