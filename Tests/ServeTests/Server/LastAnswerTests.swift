import Foundation
import JSON
import Serve
import TestServers
import Testing

/// What a server says to those that it will not hear again, and how it learns that one is gone.
@Suite(.serialized) struct LastAnswerTests {
    @Test(
        "An answer that is given while the server stops says that it is the connection's last", .timeLimit(.minutes(1)))
    func closing() async throws {
        var options = ServeOptions()
        options.port = 0
        options.accessLog = .none
        options.verifiers = ["gated": "gated"]
        let (gate, (asked, bell), (ports, port)) = (
            Gate(), AsyncStream<Void>.makeStream(), AsyncStream<Int>.makeStream()
        )
        let server = try RewardServer(
            options: options, registry: Gated.registry(gate, bell), cores: 2, onRunning: { port.yield($0.port) })
        let running = Task { try await server.runUntilCancelled() }
        var iterator = ports.makeAsyncIterator()
        let client = TestServer(port: await iterator.next() ?? 0)
        async let answer = client.post(
            "/v1/verify", ["response": "1", "answer": "1"], headers: ["Connection": "keep-alive"])
        for await _ in asked { break }
        running.cancel()
        // Refused from the moment on that the others are told.
        try await eventually { (try? await client.get("/healthz")) == nil }
        gate.open()
        let reply = try await answer
        #expect(reply.status == 200 && reply.headers["connection"] == "close", "\(reply.headers)")
        try await running.value
    }

    @Test("The system asks a silent client whether it is there")
    func watched() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            async let silent = server.exchange(Array("GET /healthz HTT".utf8), seconds: 5)
            // Of the server's socket: its timer is that of probes (2).
            let port = ":" + hex(server.port)
            try await eventually {
                let table = try FileHandle(forReadingFrom: URL(filePath: "/proc/net/tcp")).readToEnd() ?? Data()
                return String(decoding: table, as: UTF8.self).split(separator: "\n").contains { line in
                    let fields = line.split(separator: " ")
                    return fields.count > 5 && fields[1].hasSuffix(port) && fields[5].hasPrefix("02:")
                }
            }
            _ = try await silent
        }
    }

    private func hex(_ port: Int) -> String {
        let digits = String(port, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
