public import Experience
import Foundation
import JSON

/// A query is run on the problem's databases and its rows are compared with those of the gold query, or with expected
/// ones: execution accuracy, over several databases (Zhong et al. 2020, arXiv 2010.02840) where the record has them.
///
/// The record has `tests`, or is one itself: `setup` (a script that builds the database) or `database` (a file's name in
/// the folder of the option `databases`); the gold query is the test's `query` or the answer; `expected` are rows in its
/// place. With `check`, a query, the response may change the database and `check` must return `expected` afterwards.
/// Rows count in any order unless the gold query orders them; numbers are equal within 1e-9.
/// What a query costs or breaks is its own fault: `incorrect`, "budget".
public struct SQLVerifier: Verifier {
    /// The registered name.
    public let name = "sql"
    /// Changes with the options that decide.
    public let version: String
    /// A record may have its own expected rows.
    public var needsAnswer: Bool { false }
    private let workers: CommandVerifier
    private let databases: String?
    private static let maxBytes = 1 << 16

    /// How queries are run.
    public struct Options: Sendable {
        /// The interpreter, with its sqlite3 module.
        public var python = "python3"
        /// Folder of database files.
        public var databases: String?
        /// Whether the order of rows counts: auto, true, false.
        public var ordered = "auto"
        /// Whether part of the tests earns part of the score.
        public var isFractional = false
        /// SQLite's virtual machine steps that a query may take; 20 million are about a second.
        public var maxSteps = 20_000_000
        /// Rows that a query may return.
        public var maxRows = 100_000
        /// Memory of a worker in MiB.
        public var memory = 512
        /// Processes.
        public var workers = ProcessInfo.processInfo.activeProcessorCount
        /// Longest wait for one query, where steps are slow, in seconds.
        public var timeout = 30.0

        /// The defaults above.
        public init() {}
    }

    /// A verifier whose workers are started when the first items come.
    public init(_ options: Options = Options()) {
        var command = CommandVerifier.Options(command: [options.python, "-I", "-c", SQLWorker.source])
        command.name = name
        command.options = [
            "ordered": .string(options.ordered), "score": options.isFractional ? "fraction" : "all",
            "max_steps": .int(options.maxSteps), "max_rows": .int(options.maxRows), "memory_mb": .int(options.memory),
        ]
        command.workers = options.workers
        command.timeout = options.timeout
        command.maxMemoryMiB = options.memory + 64
        workers = CommandVerifier(command)
        version = workers.version
        databases = options.databases
    }

    /// Adds it as "sql".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "sql", summary: "a query's rows on SQLite against the gold query's, read-only and bounded",
            options: [
                ("databases", "folder of the database files that records name in 'database' or 'db_id'"),
                ("ordered", "whether the order of rows counts: auto (when the gold query orders), true, false (auto)"),
                ("score", "all, or fraction of the tests (all)"),
                ("max_steps", "steps of SQLite's machine per query; 20 million are about a second (20000000)"),
                ("max_rows", "rows that a query may return (100000)"), ("memory_mb", "memory of a worker (512)"),
                ("workers", "processes (the number of cores)"), ("timeout_s", "longest wait for a query (30)"),
                ("python", "the interpreter with the sqlite3 module (python3)"),
            ]
        ) { json in
            let reader = OptionsReader(json)
            enum Order: String, CaseIterable { case auto, `true`, `false` }
            enum Score: String, CaseIterable { case all, fraction }
            var options = Options()
            options.databases = try reader.string("databases")
            let stated = json["ordered"]?.boolValue.map { $0 ? Order.true : .false }
            options.ordered = try (stated ?? reader.choice("ordered", default: Order.auto)).rawValue
            options.isFractional = try reader.choice("score", default: Score.all) == .fraction
            options.maxSteps = try reader.int("max_steps", default: options.maxSteps, in: 1000...Int.max)
            options.maxRows = try reader.int("max_rows", default: options.maxRows, in: 1...10_000_000)
            options.memory = try reader.int("memory_mb", default: options.memory, in: 64...1 << 20)
            options.workers = try reader.int("workers", default: options.workers, in: 1...256)
            options.timeout = try reader.double("timeout_s", default: options.timeout, in: 0.1...86_400)
            options.python = try reader.string("python") ?? options.python
            return SQLVerifier(options)
        }
    }

    /// Judges one completion.
    public func verify(_ item: VerificationItem) async -> Verdict { await verifyAsBatch(item) }

    /// Judges all, in batches spread over the workers.
    public func verify(_ items: [VerificationItem]) async -> [Verdict] {
        var verdicts: [Verdict] = []
        var slots: [Int] = []
        var asked: [VerificationItem] = []
        for (slot, item) in items.enumerated() {
            switch prepared(item) {
            case .success(let prepared):
                slots.append(slot)
                asked.append(prepared)
                verdicts.append(.noAnswer())
            case .failure(let decided): verdicts.append(decided.verdict)
            }
        }
        for ((slot, query), answer) in zip(zip(slots, asked), await workers.verdicts(of: asked)) {
            verdicts[slot] = Self.blamed(answer)
            verdicts[slot].extracted = query.completion.text
        }
        return verdicts
    }

    /// Why the record's tests cannot be read.
    public func goldFault(of problem: Problem) async -> GoldFault? {
        do {
            _ = try tests(of: problem)
            return nil
        } catch {
            return GoldFault(.unreadable, "\(error)")
        }
    }

    /// Ends the workers.
    public func shutdown() async { await workers.shutdown() }

    private struct Decided: Error {
        var verdict: Verdict
    }

    /// The item as the worker wants it: the bare query, and tests with all their parts.
    private func prepared(_ item: VerificationItem) -> Result<VerificationItem, Decided> {
        let tests: [JSONValue]
        do {
            tests = try self.tests(of: item.problem)
        } catch {
            return .failure(.init(verdict: .verifierError(reason: "unreadableTests", explanation: "\(error)")))
        }
        guard let text = SettledText.of(item.completion.text) else { return .failure(.init(verdict: .noAnswer())) }
        let query = FencedBlock.last(in: text) ?? text
        if query.isEmpty { return .failure(.init(verdict: .noAnswer())) }
        if query.utf8.count > Self.maxBytes {
            return .failure(
                .init(
                    verdict: .incorrect(
                        reason: "budget", explanation: "the query is longer than \(Self.maxBytes) bytes")))
        }
        var problem = Problem(id: item.problem.id)
        problem.fields = JSONRow(["tests": .array(tests)])
        return .success(VerificationItem(problem: problem, completion: Completion(text: query)))
    }

    private func tests(of problem: Problem) throws -> [JSONValue] {
        let record = JSONValue.object(
            ["setup", "schema", "context", "database", "db_id", "expected", "check"].compactMap { key in
                problem.fields[key].map { .init(key, $0) }
            })
        let stated = problem.fields["tests"]?.arrayValue ?? [record]
        if stated.isEmpty { throw ReplyError("the record has no tests") }
        return try stated.enumerated().map { index, test in
            let place = "test \(index + 1)"
            let script = (test["setup"] ?? test["schema"] ?? test["context"]) ?? record["setup"]
            let setup = script?.arrayValue?.compactMap(\.stringValue).joined(separator: ";\n") ?? script?.stringValue
            var path: String?
            if setup == nil {
                let named = (test["database"] ?? test["db_id"] ?? record["database"] ?? record["db_id"])?.stringValue
                guard let named else { throw ReplyError("\(place) has neither 'setup' nor 'database'") }
                path = try self.path(of: named)
            }
            let gold = test["query"]?.stringValue ?? problem.answer
            let expected: JSONValue = test["expected"] ?? .null
            if expected.isNull, gold == nil {
                throw ReplyError("\(place) has neither a gold query nor 'expected' rows")
            }
            let rows = expected.arrayValue
            if !expected.isNull, rows == nil || rows?.contains(where: { $0.arrayValue == nil }) == true {
                throw ReplyError("'expected' of \(place) is not a list of rows, each a list")
            }
            let check = test["check"]?.stringValue
            if check != nil, rows == nil { throw ReplyError("\(place) has 'check' without 'expected'") }
            if check != nil, setup == nil { throw ReplyError("\(place) has 'check' on a file, which is read-only") }
            return [
                "setup": setup.map(JSONValue.string) ?? .null, "path": path.map(JSONValue.string) ?? .null,
                "gold": gold.map(JSONValue.string) ?? .null, "expected": expected,
                "check": check.map(JSONValue.string) ?? .null,
            ]
        }
    }

    /// The file of a database: NAME, NAME.sqlite or NAME/NAME.sqlite in the folder, and nowhere else.
    private func path(of name: String) throws -> String {
        guard let databases else { throw ReplyError("the record names database '\(name)': set the option 'databases'") }
        guard !name.split(separator: "/").contains(".."), !name.contains("\0") else {
            throw ReplyError("'\(name)' is not the name of a database")
        }
        let candidates = [name, "\(name).sqlite", "\(name)/\(name).sqlite"].map { "\(databases)/\($0)" }
        var isFolder = ObjCBool(false)
        let found = candidates.first {
            FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && !isFolder.boolValue
        }
        guard let found else { throw ReplyError("there is no database '\(name)' in \(databases)") }
        return found
    }

    /// A worker that died of a query or never came back from it was brought down by that query.
    private static func blamed(_ verdict: Verdict) -> Verdict {
        guard verdict.outcome == .timeout || ["workerDied", "workerMemory"].contains(verdict.reason) else {
            return verdict
        }
        return .incorrect(reason: "budget", explanation: verdict.explanation)
    }
}
