import Experience
import JSON
import Verifiers

/// A database of its own for each episode, in memory, in the sandbox. A row with `check` and `expected` decides by what
/// that query gives at the end; else the configured verifier judges the policy's last text.
struct SQLEnvironment: EnvironmentKind, BoxedMaker {
    static let name = "sql"
    static let summary = "queries on a SQLite database of the episode's own"
    static let resumption = Resumption.replay
    private static let writable = Option<Bool>.flag("writable", false, "whether the policy may change the database")
    private static let rows = Option<Int>.int("rows", 50, in: 1...10_000, "rows that a query shows")
    private static let steps = Option<Int>.int(
        "steps", 20_000_000, in: 1000...100_000_000_000, "steps of SQLite's machine per query; 20 million are a second")
    static let options = [writable.listed, rows.listed, steps.listed] + BoxLimits.options

    let limits: BoxLimits
    private let isWritable: Bool
    private let rows: Int
    private let steps: Int

    var judges: Bool { true }

    static func make(_ options: OptionsReader, _ context: EnvironmentContext) async throws -> any Environment {
        EpisodeHost(
            Self(
                limits: try await BoxLimits(options), isWritable: try writable.read(options),
                rows: try rows.read(options),
                steps: try steps.read(options)))
    }

    static let tools = [
        Tool(
            "query", "Runs one SQL statement on the SQLite database and gives its rows.",
            [.init(name: "sql", type: "string", text: "the statement")])
    ]

    func begin(_ problem: Problem, seed: UInt64, key: EpisodeKey) async throws(EnvironmentError) -> Beginning {
        guard let setup = try problem.text("setup") else {
            throw EnvironmentError(
                .start, "problem '\(problem.id.cut(to: 80))' has no 'setup', the script that makes its database")
        }
        var check: (query: String, expected: JSONValue)?
        if let query = try problem.text("check") {
            guard let expected = problem.fields["expected"],
                expected.arrayValue?.allSatisfy({ $0.arrayValue != nil }) == true
            else { throw problem.fault("expected", "a list of rows, each a list", problem.fields["expected"] ?? .null) }
            check = (query, expected)
        }
        let open = Box.Act(
            name: "open",
            arguments: [
                "setup": .string(setup), "writable": .bool(isWritable || check != nil), "steps": .int(steps * 10),
            ], seconds: 60)
        let box = try await Box.begin(limits, .plain, [open])
        return (Body(maker: self, box: box, check: check), Opening(messages: problem.messages, tools: Self.tools))
    }

    struct Body: EpisodeBody {
        fileprivate let maker: SQLEnvironment
        fileprivate let box: Box
        fileprivate let check: (query: String, expected: JSONValue)?
        var holding: (any EpisodeHolding)? { box }

        mutating func answer(_ action: Action) async throws(EnvironmentError) -> Observation {
            if action.calls.isEmpty { return Observation(isDone: true) }
            let (box, maker) = (box, maker)
            let results = try await action.results(SQLEnvironment.tools) {
                (call, arguments) async throws(EnvironmentError) in
                ToolResult(to: call, try await box.ask("sql", maker.question(arguments.text("sql"), raw: false)))
            }
            return Observation(results: results)
        }

        mutating func verdict(_ ended: EndedEpisode) async -> Verdict? {
            guard let check else { return nil }
            do throws(EnvironmentError) {
                let answer = try await box.ask("sql", maker.question(check.query, raw: true))
                guard answer.outcome == .ok, let rows = answer.json["rows"] else {
                    return .incorrect(reason: "check", explanation: answer.text.cut(to: 500))
                }
                let isEqual = Self.rows(rows) == Self.rows(check.expected)
                return isEqual ? .correct() : .incorrect(explanation: "the check gave \(rows.text.cut(to: 500))")
            } catch {
                return .verifierError(reason: "sandbox", explanation: "the check could not be run: \(error)")
            }
        }

        // In any order: the check orders them where that counts for nothing else.
        private static func rows(_ rows: JSONValue) -> [String] {
            (rows.arrayValue ?? []).map { row in
                (row.arrayValue ?? []).map { cell in
                    cell.doubleValue.map { "\($0)" } ?? cell.text
                }.joined(separator: "\u{1F}")
            }.sorted()
        }
    }

    private func question(_ query: String, raw: Bool) -> JSONValue {
        ["query": .string(query), "rows": .int(raw ? 10_000 : rows), "steps": .int(steps), "raw": .bool(raw)]
    }
}
