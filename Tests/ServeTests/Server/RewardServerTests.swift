import Foundation
import JSON
import Serve
import Testing

@Suite(.serialized) struct RewardServerTests {
    @Test func unknownPathsAndMethods() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            #expect(try await server.get("/nowhere").status == 404)
            #expect(try await server.get("/../etc/passwd").status == 404)
            let wrong = try await server.get("/v1/verify")
            #expect(wrong.status == 405)
            #expect(wrong.headers["allow"] == "POST")
            let head = try await server.send("HEAD", "/healthz", headers: [:], body: [])
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
        }
    }

    @Test func metricsCount() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            _ = try await server.post("/v1/verify", ["response": "1", "answer": "1"])
            _ = try await server.post("/v1/verify", ["response": "2", "answer": "1"])
            let text = try await server.get("/metrics").text
            #expect(text.contains("assay_verdicts_total{verifier=\"math\",outcome=\"correct\"} 1\n"))
            #expect(text.contains("assay_verdicts_total{verifier=\"math\",outcome=\"incorrect\"} 1\n"))
            #expect(text.contains("assay_requests_total{route=\"POST /v1/verify\",status=\"200\"} 2\n"))
            #expect(text.contains("assay_request_seconds_count{route=\"POST /v1/verify\"} 2\n"))
            #expect(text.contains("assay_verification_seconds_count{verifier=\"math\"} 2\n"))
            #expect(text.contains("assay_queue_items{lane=\"math\"} 0\n"))
            #expect(text.contains("le=\"+Inf\"} 2\n"))
        }
    }

    @Test func aLargeBodyIsRefusedBeforeItIsRead() async throws {
        try await TestServer.run({ $0.maxBodyBytes = 1000 }) { (server: TestServer) async throws in
            let declared = "POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1073741824\r\n\r\n"
            let early = try await server.exchange(Array(declared.utf8))
            #expect(early.status == 413)
            #expect(early.headers["connection"] == "close")
            let chunked = "POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
            let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x20, count: 65536) + Array("\r\n".utf8)
            let streamed = try await server.exchange(Array(chunked.utf8) + Array(repeating: chunk, count: 20).joined())
            #expect(streamed.status == 413)
        }
    }

    @Test(arguments: [
        "GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "POST /v1/verify HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + String(repeating: "a", count: 100_000) + "\r\n\r\n",
    ])
    func malformedHTTP(text: String) async throws {
        try await TestServer.run({ $0.readSeconds = 1 }) { (server: TestServer) async throws in
            let reply = try await server.exchange(Array(text.utf8), seconds: 5)
            #expect(reply.status == 400 || reply.status == 0, "\(reply)")
            #expect(try await server.get("/healthz").status == 200)
        }
    }

    @Test func aSlowRequestIsCutOff() async throws {
        try await TestServer.run({ $0.readSeconds = 0.3 }) { (server: TestServer) async throws in
            let start = ContinuousClock.now
            for partial in [
                "GET /healthz HTT", "POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{",
            ] {
                _ = try await server.exchange(Array(partial.utf8), seconds: 10)
            }
            #expect(ContinuousClock.now - start < .seconds(8))
        }
    }

    @Test func aHalfClosedConnectionIsAnswered() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let text = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
            // A client that may have left is asked by an interim answer first.
            let reply = try await server.exchange(
                Array(text.utf8), seconds: 5, closesOutput: true, skipsInterim: true)
            #expect(reply.status == 200)
        }
    }

    @Test func expectContinue() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            func head(_ path: String, _ length: Int) -> [UInt8] {
                Array(
                    "POST \(path) HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: \(length)\r\n\r\n"
                        .utf8)
            }
            #expect(try await server.exchange(head("/v1/verify", 27), seconds: 1).status == 100)
            // Where nothing will be read, the answer comes instead.
            #expect(try await server.exchange(head("/nothing", 27)).status == 404)
            #expect(try await server.exchange(head("/v1/verify", 1 << 30)).status == 413)
            let other = "POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nExpect: tea\r\nContent-Length: 1\r\n\r\n"
            #expect(try await server.exchange(Array(other.utf8)).status == 417)
        }
    }

    @Test func aClientsRequestIDIsKept() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let kept = try await server.get("/healthz", headers: ["X-Request-Id": "abc-1"])
            #expect(kept.headers["x-request-id"] == "abc-1")
            let odd = try await server.get("/healthz", headers: ["X-Request-Id": "a b"])
            #expect(odd.headers["x-request-id"] != "a b")
        }
    }

    @Test func anAddressThatCannotBeHadIsOneLine() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let taken = await #expect(throws: ListenError.self) {
                try await TestServer.run({ $0.port = server.port }) { (_: TestServer) async in }
            }
            #expect(
                taken?.description
                    == "cannot listen on 127.0.0.1:\(server.port): another process has this port; stop it, "
                    + "or choose another with --port (0: a free one)")
        }
        var tokens = Tokens()
        tokens.add("secret", name: "t", scopes: [.admin])
        for host in ["192.0.2.7", "no.such.host.invalid"] {
            let refused = await #expect(throws: ListenError.self) {
                try await TestServer.run({ $0.host = host }, tokens: tokens) { (_: TestServer) async in }
            }
            #expect(
                refused?.description.contains("choose another with --host") == true, "\(refused?.description ?? "")")
        }
    }
}
