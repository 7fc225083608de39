import Experience
import Foundation
import GRDB
import JSON
@testable import Serve
import Synchronization
import TestServers
import Testing
import Verifiers

@Suite(.serialized) struct JobTests {
    private static func folder() throws -> String {
        let path = NSTemporaryDirectory() + "jobs-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// The server's file of jobs, written from outside; the queue may be at its own transaction.
    private static func beside(_ path: String) throws -> DatabaseQueue {
        var waiting = Configuration()
        waiting.busyMode = .timeout(10)
        return try DatabaseQueue(path: path, configuration: waiting)
    }

    private static func rows(_ count: Int) -> [UInt8] {
        (0..<count).flatMap { Array("{\"id\":\($0),\"response\":\"\($0)\",\"answer\":\"\($0 - $0 % 2)\"}\n".utf8) }
    }

    private static func finished(_ id: String, _ server: TestServer) async throws -> JSONValue {
        for _ in 0..<200 {
            let job = try await server.get("/v1/jobs/\(id)").json
            if !["queued", "running", "stalled"].contains(job["state"]?.stringValue) { return job }
            try await Task.sleep(for: .milliseconds(50))
        }
        return .null
    }

    @Test func anUploadedJobAndItsResults() async throws {
        let folder = try Self.folder()
        try await TestServer.run({ $0.jobs = folder + "/jobs.sqlite" }) { (server: TestServer) async throws in
            let made = try await server.post(
                "/v1/jobs?verifier=exact", Self.rows(1000), headers: ["Content-Type": "application/x-ndjson"])
            #expect(made.status == 201)
            let id = made.json["id"]?.stringValue ?? ""
            #expect(made.headers["location"] == "/v1/jobs/\(id)")
            let job = try await Self.finished(id, server)
            #expect(job["state"] == "done", "\(job)")
            #expect(job["done"]?.intValue == 1000)
            #expect(job["outcomes"]?["correct"]?.intValue == 500)
            let all = try await server.get("/v1/jobs/\(id)/results")
            let lines = all.text.split(separator: "\n")
            try #require(lines.count == 1000)
            #expect(try JSONValue(parsing: lines[999].utf8)["id"]?.intValue == 999)
            #expect(try JSONValue(parsing: lines[999].utf8)["verdict"]?["outcome"] == "incorrect")
            let rest = try await server.get("/v1/jobs/\(id)/results?from=700")
            #expect(rest.text.split(separator: "\n").first == lines[700])
            #expect(rest.text.split(separator: "\n").count == 300)
            let range = try await server.get("/v1/jobs/\(id)/results", headers: ["Range": "bytes=50000-"])
            #expect(range.status == 206)
            #expect(range.body == Array(all.body.dropFirst(50000)))
            #expect(range.headers["content-range"] == "bytes 50000-\(all.body.count - 1)/\(all.body.count)")
            let beyond = try await server.get("/v1/jobs/\(id)/results", headers: ["Range": "bytes=99999999-"])
            #expect(beyond.status == 416)
            let deleted = try await server.send("DELETE", "/v1/jobs/\(id)", headers: [:], body: [])
            #expect(deleted.status == 204)
            #expect(try await server.get("/v1/jobs/\(id)").status == 404)
        }
    }

    @Test("A job over a server elsewhere asks it by whole batches", .timeLimit(.minutes(1)))
    func batches() async throws {
        let folder = try Self.folder()
        let elsewhere = Elsewhere()
        var registry = VerifierRegistry.standard
        HTTPVerifier.register(in: &registry, poster: { elsewhere })
        try await TestServer.run(
            {
                $0.jobs = folder + "/jobs.sqlite"
                $0.verifiers = ["far": ["verifier": "http", "options": ["url": "http://far/v1/verify", "batch": 200]]]
            }, registry: registry
        ) { (server: TestServer) async throws in
            let made = try await server.post(
                "/v1/jobs", Self.rows(1000), headers: ["Content-Type": "application/x-ndjson"])
            let job = try await Self.finished(made.json["id"]?.stringValue ?? "", server)
            #expect(job["outcomes"]?["correct"]?.intValue == 1000)
            #expect(elsewhere.sizes.withLock { $0 } == [200, 200, 200, 200, 200])
        }
    }

    @Test func idempotency() async throws {
        let folder = try Self.folder()
        try await TestServer.run({ $0.jobs = folder + "/jobs.sqlite" }) { (server: TestServer) async throws in
            let body: JSONValue = ["items": [["response": "1", "answer": "1"]]]
            let key = ["Idempotency-Key": "k1"]
            let first = try await server.post("/v1/jobs", body, headers: key)
            let second = try await server.post("/v1/jobs", body, headers: key)
            #expect(first.status == 201)
            #expect(second.status == 200)
            #expect(first.json["id"] == second.json["id"])
            let other = try await server.post("/v1/jobs", ["items": []], headers: key)
            #expect(other.status == 409)
            for bad in ["a b", "é", String(repeating: "k", count: 201)] {
                let refused = try await server.post("/v1/jobs", body, headers: ["Idempotency-Key": bad])
                #expect(refused.status == 400, "\(bad)")
            }
        }
    }

    @Test func pathsStayUnderTheRoot() async throws {
        let folder = try Self.folder()
        let root = folder + "/root"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        try Data(Self.rows(3)).write(to: URL(fileURLWithPath: root + "/in.jsonl"))
        try Data(Self.rows(3)).write(to: URL(fileURLWithPath: folder + "/secret.jsonl"))
        try FileManager.default.createSymbolicLink(
            atPath: root + "/link.jsonl", withDestinationPath: folder + "/secret.jsonl")
        try await TestServer.run({
            $0.jobs = folder + "/jobs.sqlite"
            $0.jobsRoot = root
        }) { (server: TestServer) async throws in
            let good = try await server.post("/v1/jobs", ["path": "in.jsonl", "verifier": "exact"])
            #expect(good.status == 201)
            #expect(try await Self.finished(good.json["id"]?.stringValue ?? "", server)["done"]?.intValue == 3)
            for path in ["../secret.jsonl", "link.jsonl", "/etc/passwd", "nothing", "", "."] {
                let reply = try await server.post("/v1/jobs", ["path": .string(path)])
                #expect(reply.status == 404 || reply.status == 400, "\(path)")
            }
        }
    }

    @Test func aBadRowFailsTheJobAndKeepsWhatWasDone() async throws {
        let folder = try Self.folder()
        try await TestServer.run({ $0.jobs = folder + "/jobs.sqlite" }) { (server: TestServer) async throws in
            let made = try await server.post(
                "/v1/jobs", Self.rows(300) + Array("{\"response\":\n".utf8),
                headers: ["Content-Type": "application/x-ndjson"])
            let job = try await Self.finished(made.json["id"]?.stringValue ?? "", server)
            #expect(job["state"] == "failed")
            #expect(job["done"]?.intValue == 256)
            #expect(job["message"]?.stringValue?.isEmpty == false)
        }
    }

    @Test func unfinishedJobsGoOnWithTheNextStart() async throws {
        let folder = try Self.folder()
        let id = try await TestServer.run({ $0.jobs = folder + "/jobs.sqlite" }) { (server: TestServer) async throws in
            try await server.post(
                "/v1/jobs", Self.rows(20_000), headers: ["Content-Type": "application/x-ndjson"]
            ).json["id"]?.stringValue ?? ""
        }
        try await TestServer.run({ $0.jobs = folder + "/jobs.sqlite" }) { (server: TestServer) async throws in
            let job = try await Self.finished(id, server)
            #expect(job["state"] == "done")
            #expect(job["done"]?.intValue == 20_000)
            let lines = try await server.get("/v1/jobs/\(id)/results").text.split(separator: "\n")
            #expect(lines.count == 20_000)
            #expect(try JSONValue(parsing: lines[12_345].utf8)["id"]?.intValue == 12_345)
        }
    }

    @Test("What was judged while the job was cancelled is no result", .timeLimit(.minutes(1)))
    func cancelledWhileJudging() async throws {
        let folder = try Self.folder()
        let (gate, (asked, bell)) = (Gate(), AsyncStream<Void>.makeStream())
        try await TestServer.run(
            {
                $0.jobs = folder + "/jobs.sqlite"
                $0.verifiers = ["gated": "gated", "exact": "exact"]
            }, registry: Gated.registry(gate, bell)
        ) { (server: TestServer) async throws in
            let made = try await server.post("/v1/jobs", ["items": [["response": "1", "answer": "1"]]])
            let id = made.json["id"]?.stringValue ?? ""
            for await _ in asked.prefix(1) {}
            #expect(try await server.post("/v1/jobs/\(id)/cancel", [:]).json["state"] == "cancelled")
            gate.open()
            // The runner has left the first job when it does the next.
            let next = try await server.post(
                "/v1/jobs", ["items": [["response": "1", "answer": "1"]], "verifier": "exact"])
            #expect(try await Self.finished(next.json["id"]?.stringValue ?? "", server)["state"] == "done")
            let job = try await server.get("/v1/jobs/\(id)").json
            #expect(job["state"] == "cancelled" && job["done"] == 0 && job["result_bytes"] == 0, "\(job)")
            #expect(try await server.get("/v1/jobs/\(id)/results").body.isEmpty)
        }
    }

    @Test(
        "Two servers on one file keep each row once: who comes late finds that the job has moved on",
        .timeLimit(.minutes(1)))
    func progressIsFenced() async throws {
        let folder = try Self.folder()
        let (gate, (asked, bell)) = (Gate(), AsyncStream<Void>.makeStream())
        let options = { @Sendable (options: inout ServeOptions) in
            options.jobs = folder + "/jobs.sqlite"
            options.verifiers = ["gated": "gated"]
        }
        try await TestServer.run(options, registry: Gated.registry(gate, bell)) { (first: TestServer) async throws in
            let made = try await first.post(
                "/v1/jobs", Self.rows(600), headers: ["Content-Type": "application/x-ndjson"])
            let id = made.json["id"]?.stringValue ?? ""
            for await _ in asked.prefix(1) {}
            // The second does the first chunk of the same job and hangs in its next.
            let (later, (_, other)) = (Gate(), AsyncStream<Void>.makeStream())
            later.open()
            try await TestServer.run(options, registry: Gated.registry(later, other)) {
                (second: TestServer) async throws in
                let job = try await Self.finished(id, second)
                #expect(job["state"] == "done" && job["done"] == 600)
                gate.open()
                // A job of its own shows that the first has given up the old one.
                let next = try await first.post("/v1/jobs", ["items": [["response": "1", "answer": "1"]]])
                #expect(try await Self.finished(next.json["id"]?.stringValue ?? "", first)["state"] == "done")
                let lines = try await second.get("/v1/jobs/\(id)/results").text.split(separator: "\n")
                #expect(lines.count == 600)
                #expect(try lines.map { try JSONValue(parsing: $0.utf8)["id"]?.intValue } == (0..<600).map { $0 })
            }
        }
    }

    @Test("A failure inside is told to those who run the server, not to the client")
    func internalErrorsStayInside() async throws {
        let folder = try Self.folder()
        let path = folder + "/jobs.sqlite"
        try await TestServer.run({ $0.jobs = path }) { (server: TestServer) async throws in
            try await Self.beside(path).write {
                try $0.execute(sql: "DROP TABLE job_results; DROP TABLE jobs")
            }
            for reply in [
                try await server.get("/v1/jobs", headers: ["X-Request-Id": "abc-7"]),
                try await server.post("/v1/jobs", ["items": []], headers: ["X-Request-Id": "abc-7"]),
            ] {
                #expect(reply.status == 500 && reply.json["error"]?["code"] == "internal", "\(reply.text)")
                #expect(reply.text.contains("abc-7"))
                for secret in ["SQL", "jobs", "table", folder] {
                    #expect(!reply.text.contains(secret), "\(reply.text)")
                }
            }
        }
    }

    @Test("A full disk passes: clients are told to come again, whatever was being written")
    func aFullDiskPasses() {
        for error in [
            FileError(path: "rows", action: "write", code: ENOSPC),
            FileError(path: "rows", action: "write", code: EDQUOT), DatabaseError(resultCode: .SQLITE_FULL),
            JobStoreError(description: "full", isFull: true),
        ] as [any Error] {
            let told = APIError.noRoom(error)
            #expect(told?.code == "overloaded" && told?.retryAfter == 1)
        }
        #expect(APIError.noRoom(FileError(path: "rows", action: "write", code: EIO)) == nil)
        #expect(APIError.noRoom(JobStoreError(description: "damaged")) == nil)
    }

    @Test func withoutAFileJobsAreOff() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let reply = try await server.post("/v1/jobs", ["items": []])
            #expect(reply.status == 501)
        }
    }

    /// A full disk, another process's lock: the queue goes on by itself when the file of jobs can be used again.
    @Test(.timeLimit(.minutes(1))) func aFileOfJobsThatFailsIsAskedAgain() async throws {
        let path = try Self.folder() + "/jobs.sqlite"
        try await TestServer.run({ $0.jobs = path }) { (server: TestServer) async throws in
            let file = try Self.beside(path)
            try await file.write {
                try $0.execute(
                    sql: """
                        CREATE TRIGGER broken BEFORE UPDATE OF state ON jobs BEGIN SELECT RAISE(ABORT, 'disk full'); END
                        """)
            }
            let made = try await server.post(
                "/v1/jobs?verifier=exact", Self.rows(10), headers: ["Content-Type": "application/x-ndjson"])
            let id = made.json["id"]?.stringValue ?? ""
            try await eventually { try await server.get("/v1/jobs/\(id)").json["state"] == "stalled" }
            #expect(
                try await server.get("/v1/jobs/\(id)").json["message"]?.stringValue?.contains("disk full") == true)
            try await file.write { try $0.execute(sql: "DROP TRIGGER broken") }
            #expect(try await Self.finished(id, server)["state"] == "done")
        }
    }

    @Test func aFileOfAnotherKindIsNoFileOfJobs() async throws {
        let folder = try Self.folder()
        _ = try Store(path: folder + "/runs.sqlite", access: .create)
        try Data("text".utf8).write(to: URL(fileURLWithPath: folder + "/notes"))
        for name in ["runs.sqlite", "notes"] {
            let before = FileManager.default.contents(atPath: folder + "/" + name)
            await #expect(throws: ConfigProblem.self) {
                try await TestServer.run({ $0.jobs = folder + "/" + name }) { (_: TestServer) async in }
            }
            #expect(FileManager.default.contents(atPath: folder + "/" + name) == before)
        }
    }
}

/// A reward server that finds all things right, and keeps how many it was asked for at once.
private final class Elsewhere: HTTPPoster {
    let sizes = Mutex<[Int]>([])

    func post(_ url: String, headers: [String], body: [UInt8], timeout: Double) async throws -> HTTPReply {
        let count = try JSONValue(parsing: body)["items"]?.arrayValue?.count ?? 0
        sizes.withLock { $0.append(count) }
        let verdicts = [JSONValue](repeating: ["score": 1], count: count)
        return HTTPReply(status: 200, body: JSONValue.object([.init("verdicts", .array(verdicts))]).bytes)
    }
}
