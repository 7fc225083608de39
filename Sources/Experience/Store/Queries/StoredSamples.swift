import GRDB
import JSON

/// Which samples of a run are wanted; what is nil admits all.
package struct SampleSelection: Sendable {
    /// Of the latest scoring's verdict, the one that the report shows.
    package var outcome: Outcome?
    package var dataset: String?
    package var finish: FinishReason?
    /// The group at this ordinal.
    package var group: Int?
    /// The completion of this key.
    package var completion: Int64?
    /// Only samples on which two scorings disagree.
    package var isDisputed = false
    /// Only samples whose text, prompt or problem's name holds this.
    package var text: String?

    package init() {}

    fileprivate func condition(_ run: Run) -> (String, StatementArguments) {
        var parts = ["g.run_id = ?"]
        var arguments: StatementArguments = [run.id]
        func add(_ part: String, _ values: StatementArguments) {
            parts.append(part)
            arguments += values
        }
        if let outcome {
            add(
                """
                (SELECT v.outcome FROM verdicts v WHERE v.completion_id = c.completion_id
                    ORDER BY v.scoring_id DESC LIMIT 1) = ?
                """, [outcome.rawValue])
        }
        if let completion { add("c.completion_id = ?", [completion]) }
        if let dataset { add("p.dataset = ?", [dataset]) }
        if let finish { add("c.finish = ?", [finish.rawValue]) }
        if let group { add("g.ordinal = ?", [group]) }
        if isDisputed {
            add(
                """
                (SELECT count(DISTINCT v.outcome = 'correct') FROM verdicts v
                    WHERE v.completion_id = c.completion_id AND v.score NOT NULL) > 1
                """, [])
        }
        if let text {
            add("(instr(c.text, ?) OR instr(p.prompt, ?) OR instr(p.external_id, ?))", [text, text, text])
        }
        return (parts.joined(separator: " AND "), arguments)
    }
}

/// A completion with its problem, texts and all.
package struct StoredSample: Sendable {
    /// Key of the completion.
    package var id: Int64
    /// Its group's place in the run, and its own in the group.
    package var ordinal: Int
    package var index: Int
    /// The problem's name in its dataset.
    package var problem: String
    package var dataset: String
    package var prompt: Prompt
    package var gold: String?
    package var text: String
    package var finish: String
    package var tokens: Int?
    /// Why ratios must not be taken from its log-probabilities.
    package var unusable: String?
    package var model: String
    /// The model's thoughts and its calls of tools, where the server gave them apart.
    package var reasoning: String?
    package var toolCalls: String?
}

/// What one verifier said of a completion.
package struct StoredVerdict: Sendable {
    /// Name and version.
    package var verifier: String
    package var outcome: String
    package var score: Double?
    package var reason: String
    package var extracted: String?
    package var explanation: String?
}

extension StoreSnapshot {
    private static let samples = "groups g JOIN problems p USING(problem_id) JOIN completions c USING(group_id)"

    /// How many samples of a run a selection has.
    package func sampleCount(run: Run, _ selection: SampleSelection) throws -> Int {
        let (condition, arguments) = selection.condition(run)
        return try Int.fetchOne(
            db, sql: "SELECT count(*) FROM \(Self.samples) WHERE \(condition)", arguments: arguments) ?? 0
    }

    /// Up to `limit` samples of a selection behind its first `offset`, in the run's order.
    package func samples(run: Run, _ selection: SampleSelection, limit: Int, offset: Int) throws -> [StoredSample] {
        let (condition, arguments) = selection.condition(run)
        return try Row.fetchAll(
            db,
            sql: """
                SELECT c.completion_id, g.ordinal, c.idx, p.external_id, p.dataset, p.prompt, p.answer, c.text, c.finish,
                    c.n_tokens, c.unusable, c.model, c.* FROM \(Self.samples)
                WHERE \(condition) ORDER BY g.ordinal, c.idx LIMIT \(limit) OFFSET \(offset)
                """, arguments: arguments
        ).map { row in
            // A store that is only read may be of a version that had no such columns.
            let (hasReasoning, hasCalls) = (row.hasColumn("reasoning"), row.hasColumn("tool_calls"))
            return StoredSample(
                id: try row[stored: 0], ordinal: try row[stored: 1], index: try row[stored: 2],
                problem: try row[stored: 3], dataset: try row[stored: 4],
                prompt: Prompt(try row.json("prompt")), gold: try row[stored: 6], text: try row[stored: 7],
                finish: try row[stored: 8], tokens: try row[stored: 9], unusable: try row[stored: 10],
                model: try row[stored: 11], reasoning: hasReasoning ? try row[stored: "reasoning"] : nil,
                toolCalls: hasCalls ? try row[stored: "tool_calls"] : nil)
        }
    }

    /// What the verifiers said of a completion, the oldest scoring first.
    package func verdicts(on completion: Int64) throws -> [StoredVerdict] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT s.verifier || ' ' || s.version, v.outcome, v.score, v.reason, v.extracted, v.explanation
                FROM verdicts v JOIN scorings s USING(scoring_id) WHERE v.completion_id = ? ORDER BY s.scoring_id
                """, arguments: [completion]
        ).map {
            StoredVerdict(
                verifier: try $0[stored: 0], outcome: try $0[stored: 1], score: try $0[stored: 2],
                reason: try $0[stored: 3], extracted: try $0[stored: 4], explanation: try $0[stored: 5])
        }
    }

    /// The datasets of a run's problems.
    package func datasets(run: Run) throws -> [String] {
        try String.fetchAll(
            db, sql: "SELECT DISTINCT p.dataset FROM groups g JOIN problems p USING(problem_id) WHERE g.run_id = ?",
            arguments: [run.id])
    }

    /// The first of them by name.
    package func datasets(run: Run, limit: Int) throws -> [String] {
        try String.fetchAll(
            db,
            sql: """
                SELECT DISTINCT p.dataset FROM groups g JOIN problems p USING(problem_id) WHERE g.run_id = ?
                ORDER BY 1 LIMIT ?
                """, arguments: [run.id, limit])
    }
}
