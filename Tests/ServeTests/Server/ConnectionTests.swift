import Experience
import Foundation
import JSON
import Serve
import Synchronization
import TestServers
import Testing
import Verifiers

/// Clients that leave, are slow, send too much or speak an older HTTP.
@Suite(.serialized) struct ConnectionTests {
    private static let json = "Host: localhost\r\nContent-Type: application/json\r\n"

    @Test("A client that leaves ends what is done for it, and its place is free", .timeLimit(.minutes(1)))
    func abandoned() async throws {
        let (ended, bell) = AsyncStream<Void>.makeStream()
        let (begun, start) = AsyncStream<Void>.makeStream()
        let runner = EndlessRunner(begun: start, ended: bell)
        try await TestServer.run(programs: runner) { (server: TestServer) async throws in
            let body = "{\"language\":\"python\",\"code\":\"while 1: pass\"}"
            let text = "POST /run_code HTTP/1.1\r\n\(Self.json)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            // Both of the places, and more that wait.
            for _ in 0..<6 { _ = try await server.exchange(Array(text.utf8), seconds: 0, leaves: true) }
            var starts = begun.makeAsyncIterator()
            var ends = ended.makeAsyncIterator()
            for _ in 0..<2 {
                await starts.next()
                await ends.next()
            }
            try await eventually {
                try await server.get("/metrics").text.contains("assay_queue_items{lane=\"run_code\"} 0\n")
            }
        }
    }

    @Test(
        "One who closed its side only is still answered, after an interim answer that showed it",
        .timeLimit(.minutes(1)))
    func halfClosed() async throws {
        var registry = VerifierRegistry.standard
        registry.register("slow", summary: "takes its time", make: { _ in LateVerifier() })
        try await TestServer.run({ $0.verifiers = ["slow": "slow"] }, registry: registry) {
            (server: TestServer) async throws in
            let body = "{\"response\":\"1\",\"answer\":\"1\"}"
            let text = "POST /v1/verify HTTP/1.1\r\n\(Self.json)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            let reply = try await server.exchange(Array(text.utf8), closesOutput: true, skipsInterim: true)
            #expect(reply.status == 200 && reply.json["outcome"] == "correct")
        }
    }

    @Test(arguments: [
        "GET /healthz HTT", "POST /v1/verify HTTP/1.1\r\n\(json)Content-Length: 100\r\n\r\n{",
        "POST /v1/verify HTTP/1.1\r\n\(json)Transfer-Encoding: chunked\r\n\r\n5\r\n{",
    ])
    func whoIsTooSlowIsToldSo(text: String) async throws {
        try await TestServer.run({ $0.readSeconds = 0.3 }) { (server: TestServer) async throws in
            let reply = try await server.exchange(Array(text.utf8), seconds: 10)
            #expect(reply.status == 408)
            #expect(reply.headers["connection"] == "close")
            #expect(reply.json["error"]?["code"] == "request_timeout")
        }
    }

    @Test("An upload takes as long as it takes, as long as it goes on", .timeLimit(.minutes(1)))
    func slowUpload() async throws {
        let folder = NSTemporaryDirectory() + "slow-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try await TestServer.run(
            {
                $0.jobs = folder + "/jobs"
                $0.readSeconds = 0.4
            }
        ) { (server: TestServer) async throws in
            let row = Array("{\"response\":\"1\",\"answer\":\"1\"}\n".utf8)
            let head =
                "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
                + "Content-Length: \(row.count * 100)\r\n\r\n"
            let pieces = [Array(head.utf8)] + (0..<20).map { _ in Array(repeating: row, count: 5).flatMap { $0 } }
            #expect(try await server.exchange(pieces: pieces, pause: 0.1).status == 201)
        }
    }

    @Test(
        "One who sends too much gets to see the answer, however much it goes on to send", .timeLimit(.minutes(1)),
        arguments: ["", "Connection: close\r\n"])
    func tooLargeIsSeen(fields: String) async throws {
        try await TestServer.run({ $0.maxBodyBytes = 1000 }) { (server: TestServer) async throws in
            let head = "POST /v1/verify HTTP/1.1\r\n\(Self.json)\(fields)Content-Length: \(48 << 20)\r\n\r\n"
            // More than the system takes for the two of them.
            let piece = [UInt8](repeating: 0x20, count: 6 << 20)
            let reply = try await server.exchange(
                pieces: [Array(head.utf8)] + Array(repeating: piece, count: 8), pause: 0.1)
            #expect(reply.status == 413 && reply.sentAll)
        }
    }

    @Test func anOlderHTTPEndsWithItsAnswer() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            for fields in ["", "Host: localhost\r\n", "Host: localhost\r\nConnection: keep-alive\r\n"] {
                let text = "GET /healthz HTTP/1.0\r\n\(fields)\r\n"
                let reply = try await server.exchange(Array(text.utf8), seconds: 5, untilClosed: true)
                #expect(reply.status == 200 && reply.wasClosed && reply.headers["connection"] == "close")
            }
            let chunked = "POST /v1/verify HTTP/1.0\r\n\(Self.json)Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            #expect(try await server.exchange(Array(chunked.utf8)).status == 400)
        }
    }

    @Test(
        "A client's last request is the connection's last, in whatever case and list it says so",
        arguments: ["close", "Close", "keep-alive, close", "TE ,\tCLOSE"])
    func lastRequest(word: String) async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let one = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
            let text = one + "\r\n" + one + "Connection: \(word)\r\n\r\n" + one + "\r\n"
            let reply = try await server.exchange(Array(text.utf8), seconds: 5, untilClosed: true)
            let answers = (reply.text.components(separatedBy: "HTTP/1.1 200 OK").count - 1) + 1
            #expect(reply.wasClosed && answers == 2 && reply.text.lowercased().contains("connection: close"))
        }
    }

    @Test(arguments: [
        ("GET /healthz HTTP/1.1\r\n\r\n", 400), ("GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: a\r\n\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nHost:\r\n\r\n", 421),
        ("GET http://localhost/healthz HTTP/1.1\r\nHost: a\r\n\r\n", 200),
        ("GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 421),
        ("GET HTTP://LOCALHOST/healthz HTTP/1.1\r\nHost: a\r\n\r\n", 200),
        (
            "POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400
        ),
        ("POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
        ("POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n{}  ", 400),
        // As published against other servers: two lengths, a length and chunks in either order, names with a space or a tab.
        ("GET /healthz HTTP/1.1\r\nContent-Length: 47\r\nContent-Length: 0\r\nHost: localhost\r\n\r\n", 400),
        (
            "POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n",
            400
        ),
        (
            "POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 60\r\n\r\n0\r\n\r\n",
            400
        ), ("POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nX: y\r\n Transfer-Encoding: chunked\r\n\r\n", 400),
        ("POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0x2\r\n\r\n{}", 400),
        ("POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nContent-Length: +2\r\n\r\n{}", 400),
        ("POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
    ])
    func oddHeads(text: String, status: Int) async throws {
        try await TestServer.run({ $0.readSeconds = 1 }) { (server: TestServer) async throws in
            #expect(try await server.exchange(Array(text.utf8), seconds: 5).status == status)
        }
    }

    @Test("Once it is told to stop, followers are told, programs end, and the process does", .timeLimit(.minutes(1)))
    func stopping() async throws {
        let folder = NSTemporaryDirectory() + "stop-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var options = ServeOptions()
        options.port = 0
        options.accessLog = .none
        options.jobs = folder + "/jobs"
        options.verifiers = ["slow": "slow"]
        options.drainSeconds = 1
        var registry = VerifierRegistry.standard
        registry.register("slow", summary: "never answers", make: { _ in SlowVerifier() })
        let (ports, port) = AsyncStream<Int>.makeStream()
        let server = try RewardServer(
            options: options, registry: registry, cores: 2, onRunning: { port.yield($0.port) })
        let running = Task { try await server.runUntilCancelled() }
        var iterator = ports.makeAsyncIterator()
        let client = TestServer(port: await iterator.next() ?? 0)
        let rows = Array("{\"response\":\"1\",\"answer\":\"1\"}\n".utf8)
        let made = try await client.post("/v1/jobs", rows, headers: ["Content-Type": "application/x-ndjson"])
        let id = made.json["id"]?.stringValue ?? ""
        async let followed = client.get("/v1/jobs/\(id)/results?follow=true")
        async let asked = client.post("/v1/verify", ["response": "1", "answer": "1"])
        try await eventually { try await client.get("/v1/jobs/\(id)").json["state"] == "running" }
        let isAsked = "assay_queue_items{lane=\"slow\"} "
        try await eventually { try await !client.get("/metrics").text.contains(isAsked + "0\n") }
        running.cancel()
        #expect(try await followed.text.contains("\"stopping\""))
        #expect(try await asked.status == 503)
        try await running.value
        await #expect(throws: FileError.self) { try await client.get("/healthz") }
    }
}

/// Never ends by itself.
private struct EndlessRunner: ProgramRunner {
    let begun: AsyncStream<Void>.Continuation
    let ended: AsyncStream<Void>.Continuation

    func run(_ program: ProgramRequest) async -> ProgramResult {
        begun.yield()
        try? await Task.sleep(for: .seconds(3600))
        ended.yield()
        return .failed("it was cancelled")
    }
}

/// Answers after a client would have been asked whether it is still there.
private struct LateVerifier: Verifier {
    let name = "slow"
    let version = "1"

    func verify(_ item: VerificationItem) async -> Verdict {
        try? await Task.sleep(for: .milliseconds(600))
        return .correct()
    }
}
