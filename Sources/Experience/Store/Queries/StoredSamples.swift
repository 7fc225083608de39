import GRDB
package import JSON

/// A completion with its problem, texts and all that is known of how it was sampled.
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
    /// What it stopped at, where the server says.
    package var stopReason: String?
    package var seed: Int64?
    package var endpoint: String
    package var requestID: String
    /// Which try of its sample it was, from 1.
    package var attempt: Int
    /// Milliseconds since 1970 UTC.
    package var startedAt: Int64
    package var finishedAt: Int64
    /// The group's sampling parameters.
    package var sampling: JSONValue
    /// Which policy version sampled which tokens.
    package var weightSpans: JSONValue?
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
    package var components: JSONValue?
    /// The verifier's own structure, as it is kept.
    package var details: JSONValue?
    package var milliseconds: Double
    package var options: JSONValue

    package init(
        verifier: String, outcome: String, score: Double?, reason: String, extracted: String?, explanation: String?,
        components: JSONValue?, details: JSONValue?, milliseconds: Double, options: JSONValue
    ) {
        self.verifier = verifier
        self.outcome = outcome
        self.score = score
        self.reason = reason
        self.extracted = extracted
        self.explanation = explanation
        self.components = components
        self.details = details
        self.milliseconds = milliseconds
        self.options = options
    }
}

extension StoreSnapshot {
    /// A run's sample with all that is kept of it; nil where the run has none of this key.
    package func sample(run: Run, completion: Int64) throws -> StoredSample? {
        try Row.fetchOne(
            db,
            sql: """
                SELECT c.completion_id, g.ordinal, c.idx, p.external_id, p.dataset, p.prompt, p.answer, c.text, c.finish,
                    c.n_tokens, c.unusable, c.model, g.sampling, c.*
                FROM completions c JOIN groups g USING(group_id) JOIN problems p USING(problem_id)
                WHERE c.completion_id = ? AND g.run_id = ?
                """, arguments: [completion, run.id]
        ).map { row in
            // A store that is only read may be of a version that had no such columns.
            let (hasReasoning, hasCalls) = (row.hasColumn("reasoning"), row.hasColumn("tool_calls"))
            return StoredSample(
                id: try row[stored: 0], ordinal: try row[stored: 1], index: try row[stored: 2],
                problem: try row[stored: 3], dataset: try row[stored: 4],
                prompt: Prompt(try row.json("prompt")), gold: try row[stored: 6], text: try row[stored: 7],
                finish: try row[stored: 8], tokens: try row[stored: 9], unusable: try row[stored: 10],
                model: try row[stored: 11], reasoning: hasReasoning ? try row[stored: "reasoning"] : nil,
                toolCalls: hasCalls ? try row[stored: "tool_calls"] : nil, stopReason: try row[stored: "stop_reason"],
                seed: try row[stored: "seed"], endpoint: try row[stored: "endpoint"],
                requestID: try row[stored: "request_id"], attempt: try row[stored: "attempt"],
                startedAt: try row[stored: "started_at"], finishedAt: try row[stored: "finished_at"],
                sampling: try row.json("sampling"), weightSpans: try row.jsonIfPresent("weight_spans"))
        }
    }

    /// The keys of a run's samples of the group at an ordinal, in their order.
    package func siblings(run: Run, group: Int) throws -> [Int64] {
        try Int64.fetchAll(
            db,
            sql: """
                SELECT c.completion_id FROM groups g JOIN completions c USING(group_id)
                WHERE g.run_id = ? AND g.ordinal = ? ORDER BY c.idx
                """, arguments: [run.id, group])
    }

    /// The keys of a run's samples of a problem by name, in their order, up to `limit`.
    package func samples(run: Run, dataset: String, problem: String, limit: Int) throws -> [Int64] {
        try Int64.fetchAll(
            db,
            sql: """
                SELECT c.completion_id FROM problems p JOIN groups g USING(problem_id) JOIN completions c USING(group_id)
                WHERE p.dataset = ? AND p.external_id = ? AND g.run_id = ? ORDER BY g.ordinal, c.idx LIMIT ?
                """, arguments: [dataset, problem, run.id, limit])
    }

    /// The keys of the run's newest samples, the newest first.
    package func newestSamples(run: Run, limit: Int) throws -> [Int64] {
        try Int64.fetchAll(
            db,
            sql: """
                -- CROSS: by key from the end, so that it costs what it gives
                SELECT c.completion_id FROM completions c CROSS JOIN groups g USING(group_id)
                WHERE g.run_id = ? ORDER BY c.completion_id DESC LIMIT ?
                """, arguments: [run.id, limit])
    }

    /// What the verifiers said of a completion, the oldest scoring first.
    package func verdicts(on completion: Int64) throws -> [StoredVerdict] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT s.verifier || ' ' || s.version, v.outcome, v.score, v.reason, v.extracted, v.explanation,
                    v.components, v.details, v.milliseconds, s.options
                FROM verdicts v JOIN scorings s USING(scoring_id) WHERE v.completion_id = ? ORDER BY s.scoring_id
                """, arguments: [completion]
        ).map {
            StoredVerdict(
                verifier: try $0[stored: 0], outcome: try $0[stored: 1], score: try $0[stored: 2],
                reason: try $0[stored: 3], extracted: try $0[stored: 4], explanation: try $0[stored: 5],
                components: try $0.jsonIfPresent("components"), details: try $0.jsonIfPresent("details"),
                milliseconds: try $0[stored: 8], options: try $0.json("options"))
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
