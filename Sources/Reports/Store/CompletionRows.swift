import Experience
import GRDB
import JSON
import Numbers
import Optim

/// The completions of a run with the chosen verdict, as one pass over the store gives them; texts stay on disk.
struct CompletionRows {
    /// What every store's report is broken down by.
    static let keys = ["model", "dataset", "level", "domain", "policy_version"]
    static let levelNames = ["level", "difficulty"]
    static let domainNames = ["domain", "subject", "category", "type", "task"]

    /// What later sections join token arrays with.
    struct Judged {
        var outcome: Outcome?
        var advantage: Double?
    }

    /// One policy version's completions.
    struct VersionTally {
        var entropy = RunningMean()
        var score = RunningMean()
    }

    private(set) var builder: ReportBuilder
    private(set) var judged: [Int64: Judged] = [:]
    private(set) var versions: [Int: VersionTally] = [:]
    private(set) var scores_G: [[Double?]] = []
    private(set) var difficulty = Histogram(start: 0, width: 0.1, bins: 11)
    private(set) var estimator: String?
    private(set) var advantages: [Double] = []
    private(set) var undefinedAdvantages: [String: Int] = [:]
    private var scores: [Double] = []
    private var tokens = 0
    private var firstStart = Int64.max
    private var lastEnd = Int64.min
    private var right = 0
    private let label: String?

    /// Adds the run's completions to `builder`, which breaks down by `keys` and `extraKeys`, after the run's `label` where
    /// it has one: several runs in one report.
    init(
        _ db: Database, run: Run, scoring: Scoring?, extraKeys: [String], builder: ReportBuilder, label: String? = nil
    ) throws {
        self.builder = builder
        self.label = label
        let set = try Row.fetchOne(
            db,
            sql: """
                SELECT set_id, estimator FROM advantage_sets WHERE run_id = ? AND scoring_id IS ?
                ORDER BY created_at DESC, set_id DESC LIMIT 1
                """, arguments: [run.id, scoring?.id])
        estimator = try set?[stored: "estimator"]
        let setID: Int64? = try set?[stored: "set_id"]
        let cursor = try Row.fetchCursor(
            db,
            sql: """
                SELECT g.group_id, p.dataset, p.external_id, p.fields, c.completion_id, c.idx, c.finish, c.n_tokens,
                    c.unusable, c.weight_spans, c.model, c.started_at, c.finished_at, v.outcome, v.score, v.reason,
                    v.extracted, v.explanation, v.milliseconds, e.kind, e.mean, e.lower, e.upper,
                    a.advantage, a.reason AS undefined
                FROM groups g JOIN problems p USING(problem_id) JOIN completions c USING(group_id)
                    LEFT JOIN verdicts v ON v.completion_id = c.completion_id AND v.scoring_id = :scoring
                    LEFT JOIN entropies e ON e.completion_id = c.completion_id
                    LEFT JOIN advantages a ON a.completion_id = c.completion_id AND a.set_id = :set
                WHERE g.run_id = :run ORDER BY g.ordinal, c.idx
                """, arguments: ["scoring": scoring?.id, "set": setID, "run": run.id])
        var group: Int64?
        var fields: [String?] = []
        while let row = try cursor.next() {
            let groupID: Int64 = try row[stored: "group_id"]
            if groupID != group {
                endGroup()
                group = groupID
                scores_G.append([])
                fields = try Self.fields(row, extraKeys: extraKeys)
            }
            try add(row, group: groupID, fields: fields, db)
        }
        endGroup()
    }

    private static func fields(_ row: Row, extraKeys: [String]) throws -> [String?] {
        let text: String = try row[stored: "fields"]
        let values = try JSONRow(checking: Array(text.utf8)).strings(levelNames + domainNames + extraKeys)
        let level = values.prefix(levelNames.count).compactMap { $0 }.first
        let domain = values[levelNames.count..<levelNames.count + domainNames.count].compactMap { $0 }.first
        return [level, domain] + values.suffix(extraKeys.count)
    }

    private mutating func add(_ row: Row, group: Int64, fields: [String?], _ db: Database) throws {
        var sample = Sample(group: label.map { "\($0)\u{0}\(group)" } ?? String(group))
        let outcome: Outcome? = try row.wordIfPresent("outcome")
        let id: Int64 = try row[stored: "completion_id"]
        sample.outcome = outcome
        sample.isUndecided = Verdict.isUndecided(outcome, reason: try row[stored: "reason"])
        sample.score = try row[stored: "score"]
        sample.extracted = try row[stored: "extracted"]
        sample.finish = try row.wordIfPresent("finish")
        sample.length = try row[stored: "n_tokens"]
        sample.isUnusable = try row[stored: "unusable"] as String? != nil
        sample.milliseconds = try row[stored: "milliseconds"]
        sample.entropy = try Self.entropy(row)
        let version = try Self.version(row)
        let (model, dataset): (String?, String?) = (try row[stored: "model"], try row[stored: "dataset"])
        if let label { sample.values.append(label) }
        sample.values += [model, dataset, fields[0], fields[1], version.map(String.init)]
        sample.values += fields[2...]
        builder.add(sample)
        scores_G[scores_G.count - 1].append(sample.score)
        if let score = sample.score { scores.append(score) }
        if outcome == .correct { right += 1 }
        let advantage: Double? = try row[stored: "advantage"]
        if let advantage { advantages.append(advantage) }
        if let reason: String = try row[stored: "undefined"] { undefinedAdvantages[reason, default: 0] += 1 }
        judged[id] = Judged(outcome: outcome, advantage: advantage)
        if let version, let entropy = sample.entropy {
            versions[version, default: VersionTally()].entropy.add(entropy.mean)
            if let score = sample.score { versions[version]?.score.add(score) }
        }
        tokens = tokens.addingSaturated(sample.length ?? 0)
        let (start, end): (Int64, Int64) = (try row[stored: "started_at"], try row[stored: "finished_at"])
        if start > 0, end >= start { (firstStart, lastEnd) = (min(firstStart, start), max(lastEnd, end)) }
        if let outcome, builder.wantsExample(outcome) { try addExample(row, outcome, completion: id, db) }
    }

    private mutating func endGroup() {
        guard let scores_G = scores_G.last else { return }
        let scored = scores_G.count { $0 != nil }
        if scored > 0 { difficulty.add(Double(right) / Double(scored) + 1e-9) }
        right = 0
    }

    /// Whether a stored mean is one of entropies: stores of versions that took any number for a log-probability have others.
    static func isEntropy(_ mean: Double) -> Bool { abs(mean) <= -Double(Logprob.least) }

    static func entropy(_ row: Row) throws -> Sample.MeanEntropy? {
        guard let kind = (try row[stored: "kind"] as String?).flatMap(EntropySummary.Kind.init(rawValue:)),
            let mean: Double = try row[stored: "mean"], isEntropy(mean)
        else { return nil }
        let (lower, upper): (Double?, Double?) = (try row[stored: "lower"], try row[stored: "upper"])
        return .init(
            kind: kind, mean: mean, halfWidth: min(abs((upper ?? mean) - (lower ?? mean)) / 2, -Double(Logprob.least)))
    }

    // The version that sampled the first token: what staleness is counted from.
    private static func version(_ row: Row) throws -> Int? {
        guard let spans: String = try row[stored: "weight_spans"] else { return nil }
        return try JSONValue(parsing: spans.utf8).arrayValue?.first?.arrayValue?.first?.intValue
    }

    private mutating func addExample(_ row: Row, _ outcome: Outcome, completion: Int64, _ db: Database) throws {
        let texts = try Row.fetchOne(
            db,
            sql: """
                SELECT c.text, p.answer FROM completions c JOIN groups USING(group_id) JOIN problems p USING(problem_id)
                WHERE c.completion_id = ?
                """, arguments: [completion])
        guard
            let verdict = Verdict(
                outcome: outcome, score: try row[stored: "score"], reason: try row[stored: "reason"],
                extracted: try row[stored: "extracted"],
                explanation: try row[stored: "explanation"])
        else { return }
        let (problem, index): (String, Int) = (try row[stored: "external_id"], try row[stored: "idx"])
        builder.add(
            example: Example(
                id: "\(problem) #\(index)", completion: completion, verdict: verdict,
                gold: try texts.flatMap { try $0[stored: "answer"] },
                text: try texts?[stored: "text"] ?? ""))
    }

    /// The section on groups.
    func groupSection(_ db: Database, run: Run) throws -> GroupSection {
        let mix = GroupMix(groups: scores_G)
        let seconds = Double(lastEnd - min(firstStart, lastEnd)) / 1000
        return GroupSection(
            mix: mix,
            zeroVariance: scores_G.count { group in
                let scores = group.compactMap { $0 }
                return scores.count > 1 && scores.allSatisfy { $0 == scores[0] }
            },
            filtered: try Self.counts(
                db, "SELECT filter_reason, count(*) FROM groups WHERE run_id = ? AND filter_reason NOT NULL GROUP BY 1",
                run),
            sampleFailures: try Self.counts(
                db,
                "SELECT reason, count(*) FROM sample_failures JOIN groups USING(group_id) WHERE run_id = ? GROUP BY 1",
                run),
            scores: Histogram(scores), advantages: Histogram(advantages), estimator: estimator,
            undefinedAdvantages: undefinedAdvantages, difficulty: difficulty.total > 0 ? difficulty : nil,
            tokensPerSecond: tokens > 0 && seconds > 0 ? Double(tokens) / seconds : nil)
    }

    private static func counts(_ db: Database, _ sql: String, _ run: Run) throws -> [String: Int] {
        let rows = try Row.fetchAll(db, sql: sql, arguments: [run.id])
        return Dictionary(try rows.map { (try $0[stored: 0] as String, try $0[stored: 1] as Int) }, uniquingKeysWith: +)
    }
}
