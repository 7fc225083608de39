import Experience
import Foundation
import JSON
import Testing
import Verifiers

/// Queries that are right, wrong and hostile; every one in a worker that outlives it.
@Suite(.serialized, .enabled(if: PythonWorker.isAvailable, "python3 is not on this machine"))
struct SQLVerifierTests {
    private static let setup = """
        CREATE TABLE staff(id INTEGER PRIMARY KEY, name TEXT, pay REAL, boss INTEGER);
        INSERT INTO staff VALUES(1, 'Ann', 10.5, NULL), (2, 'Bob', 7, 1), (3, 'Cem', 7, 1), (4, 'Dot', 3.25, 2);
        """

    private static func judge(
        _ query: String, gold: String? = "SELECT name FROM staff WHERE pay = 7", options: JSONValue = .object([]),
        fields: JSONValue = ["setup": .string(setup)]
    ) async throws -> Verdict {
        try await verdict("sql", query, gold: gold, options: options, fields: fields)
    }

    @Test(
        "Rows decide, in any order unless the gold query orders them",
        arguments: [
            ("SELECT name FROM staff WHERE boss = 1", "SELECT name FROM staff WHERE pay = 7", "equal"),
            ("SELECT name FROM staff WHERE boss = 1 ORDER BY id DESC", "SELECT name FROM staff WHERE pay = 7", "equal"),
            (
                "SELECT name FROM staff ORDER BY id DESC", "SELECT name FROM staff ORDER BY id", "different"
            ),
            ("SELECT name FROM staff ORDER BY id", "SELECT name FROM (SELECT * FROM staff ORDER BY id)", "equal"),
            ("SELECT name FROM staff", "SELECT name FROM staff WHERE pay = 7", "different"),
            ("SELECT id, name FROM staff WHERE pay = 7", "SELECT name FROM staff WHERE pay = 7", "different"),
            ("SELECT 7.0000000001", "SELECT 7", "equal"), ("SELECT '7'", "SELECT 7", "different"),
            ("SELECT NULL", "SELECT NULL", "equal"), ("SELECT x'00'", "SELECT x'00'", "equal"),
            ("SELECT name FROM staff WHERE pay = 7 UNION ALL SELECT 'Bob'", "SELECT 'Bob'", "different"),
            ("```sql\nSELECT count(*) FROM staff;\n```", "SELECT 4", "equal"),
            ("<think>SELECT 3</think>\n```sql\nSELECT 3\n```\nbetter:\n```sql\nSELECT 4\n```", "SELECT 4", "equal"),
            ("SELEC 4", "SELECT 4", "sqlError"), ("SELECT 1; SELECT 4", "SELECT 4", "sqlError"),
            ("-- nothing", "SELECT 4", "sqlError"), ("", "SELECT 4", "noAnswer"),
        ])
    func rows(query: String, gold: String, reason: String) async throws {
        let found = try await Self.judge(query, gold: gold)
        #expect(found.reason == reason, "\(found)")
    }

    @Test(
        "A hostile query is its own fault, and the database is as it was",
        arguments: [
            ("DROP TABLE staff", "notAllowed"), ("DELETE FROM staff", "notAllowed"),
            ("UPDATE staff SET pay = 7 RETURNING name", "notAllowed"), ("PRAGMA writable_schema = 1", "notAllowed"),
            ("ATTACH '/tmp/assay-was-here.sqlite' AS x", "notAllowed"),
            ("VACUUM INTO '/tmp/assay-was-here'", "sqlError"),
            ("SELECT load_extension('/tmp/x.so')", "notAllowed"), ("CREATE TEMP TABLE t(x)", "notAllowed"),
            ("SELECT readfile('/etc/passwd')", "sqlError"), ("BEGIN EXCLUSIVE", "notAllowed"),
            ("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c", "budget"),
            ("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c", "budget"),
            ("SELECT zeroblob(2000000000)", "sqlError"),
            (
                "WITH RECURSIVE c(x, y) AS (SELECT 1, zeroblob(900000) UNION ALL SELECT x + 1, zeroblob(900000) FROM c) "
                    + "SELECT y FROM c ORDER BY y", "budget"
            ),
            ("SELECT " + String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000), "sqlError"),
            ("SELECT 1" + String(repeating: " + 1", count: 40_000), "budget"),
        ])
    func hostile(query: String, reason: String) async throws {
        let verifier = try VerifierRegistry.standard.make(
            "sql", options: ["workers": 1, "max_steps": 3_000_000, "timeout_s": 20, "memory_mb": 256])
        let problem = Problem(
            id: "1", answer: "SELECT count(*) FROM staff", fields: JSONRow(["setup": .string(Self.setup)]))
        let verdicts = await verifier.verify(
            [query, "SELECT 4", query].map { VerificationItem(problem: problem, completion: Completion(text: $0)) })
        await verifier.shutdown()
        for verdict in [verdicts[0], verdicts[2]] {
            #expect(verdict.outcome == .incorrect && verdict.score == 0, "\(verdict)")
            #expect(verdict.reason == reason, "\(verdict)")
        }
        #expect(verdicts[1].outcome == .correct, "\(verdicts[1])")
        #expect(!FileManager.default.fileExists(atPath: "/tmp/assay-was-here"))
        #expect(!FileManager.default.fileExists(atPath: "/tmp/assay-was-here.sqlite"))
    }

    @Test("One operation that never looks up from its work ends with its worker")
    func longOperation() async throws {
        // Some seconds inside one step, where no progress handler is called.
        let query = "SELECT printf('%.*c', 2000000000, 'x') || printf('%.*c', 2000000001, 'x')"
        let found = try await Self.judge(query, options: ["timeout_s": 1, "workers": 1])
        #expect(found.outcome == .incorrect && found.reason == "budget", "\(found)")
    }

    @Test("Several databases, expected rows, and statements that change one")
    func tests() async throws {
        let fields: JSONValue = [
            "tests": [
                ["setup": .string(Self.setup)], ["setup": .string(Self.setup + "DELETE FROM staff WHERE id = 3;")],
                ["setup": .string(Self.setup), "expected": [["Bob"], ["Cem"]]],
            ]
        ]
        #expect(try await Self.judge("SELECT name FROM staff WHERE boss = 1", fields: fields).outcome == .correct)
        let lucky = try await Self.judge(
            "SELECT 'Bob' UNION ALL SELECT 'Cem'", options: ["score": "fraction"], fields: fields)
        #expect(lucky.outcome == .incorrect && lucky.score.map { abs($0 - 2 / 3.0) < 1e-12 } == true, "\(lucky)")
        let change: JSONValue = [
            "setup": .string(Self.setup), "check": "SELECT sum(pay) FROM staff", "expected": [[24.5]],
        ]
        let raise = "UPDATE staff SET pay = pay - 3.25 WHERE id = 4; DELETE FROM staff WHERE id = 99"
        #expect(try await Self.judge(raise, gold: nil, fields: change).outcome == .correct)
        #expect(try await Self.judge("DELETE FROM staff", gold: nil, fields: change).reason == "different")
        #expect(
            try await Self.judge("ATTACH '/tmp/assay-was-here' AS x", gold: nil, fields: change).reason == "notAllowed")
    }

    @Test("Database files are found in their folder alone, and stay as they are")
    func files() async throws {
        let folder = NSTemporaryDirectory() + "assay-sql-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder + "/shop", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let make = Process()
        make.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        make.arguments = [
            "python3", "-c", "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.executescript(sys.argv[2])",
            folder + "/shop/shop.sqlite", Self.setup,
        ]
        try make.run()
        make.waitUntilExit()
        let options: JSONValue = ["databases": .string(folder)]
        let right = try await Self.judge(
            "SELECT name FROM staff WHERE boss = 1", options: options, fields: ["db_id": "shop"])
        #expect(right.outcome == .correct, "\(right)")
        let write = try await Self.judge("DELETE FROM staff", options: options, fields: ["db_id": "shop"])
        #expect(write.reason == "notAllowed")
        for name in ["../shop", "nothing", "shop/../../etc/passwd"] {
            let lost = try await Self.judge("SELECT 1", options: options, fields: ["db_id": .string(name)])
            #expect(lost.reason == "unreadableTests" && lost.score == nil, "\(lost)")
        }
    }

    @Test(
        "A record that cannot be judged is our failure",
        arguments: [
            (nil, ["setup": "CREATE TABLE t(x)"]), ("SELECT 1", [:]), ("SELEC", ["setup": "CREATE TABLE t(x)"]),
            ("SELECT 1", ["setup": "CREATE nothing;"]), ("SELECT 1", ["tests": []]),
            ("SELECT 1", ["expected": [1], "setup": ""]),
        ] as [(String?, JSONValue)])
    func unreadable(gold: String?, fields: JSONValue) async throws {
        let found = try await Self.judge("SELECT 1", gold: gold, fields: fields)
        #expect(found.outcome == .verifierError && found.reason == "unreadableTests", "\(found)")
    }

    @Test func withoutAnInterpreter() async throws {
        let found = try await Self.judge("SELECT 1", options: ["python": "/nonexistent/python"])
        #expect(found.outcome == .verifierError && found.reason == "workerNotStarted")
    }
}
