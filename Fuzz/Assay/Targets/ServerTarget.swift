import Experience
import Foundation
import JSON
import Rollout
import Synchronization

/// A whole inference server that answers anything: the probe, sampling, tokenization and scoring over real connections.
final class ServerTarget: FuzzTarget {
    private let seeds: [FuzzInput]
    private let replies: [FuzzInput]
    private let mutator: Mutator
    private var server: AnyServer?
    private var driver: CurlDriver?

    init(_ context: FuzzContext) {
        seeds = context.corpus["servers"]
        replies = context.corpus["replies"]
        mutator = Mutator(seeds + replies)
    }

    func input(at place: FuzzPlace) -> FuzzInput {
        if place.index < seeds.count { return seeds[Int(place.index)] }
        var random = place.random("servers")
        let bodies = (seeds + replies).compactMap { $0["body"] ?? $0["answer"] }
        var body = bodies.isEmpty ? Array("{\"data\": [{\"id\": \"m\"}]}".utf8) : random.pick(bodies)
        if let end = body.firstIndex(of: 0x0D) { body = Array(body[end...].drop { $0 == 13 || $0 == 10 }) }
        if !random.oneIn(3) { body = mutator.changedPart(body, &random) }
        var length = "\(body.count)"
        if random.oneIn(8) { length = Boundary.number(&random) }
        let status =
            random.oneIn(3) ? random.pick(["500", "429", "404", "401", "204", "301", "999", "0", "-1", "200 "]) : "200"
        var head = "HTTP/1.1 \(status) X\r\nContent-Length: \(length)\r\nContent-Type: application/json\r\n"
        if random.oneIn(4) { head += "Retry-After: \(Boundary.number(&random))\r\n" }
        if random.oneIn(12) { head += "Transfer-Encoding: chunked\r\n" }
        if random.oneIn(12) { head += "Content-Encoding: gzip\r\n" }
        var bytes = Array((head + "Connection: close\r\n\r\n").utf8) + body
        if random.oneIn(6) { bytes = mutator.changed(bytes, &random) }
        var input = FuzzInput([.init("answer", bytes)])
        input.add("act", random.pick(["probe", "sample", "stream", "score", "values"]))
        input.add("server", random.pick(ServerKind.allCases).rawValue)
        return input
    }

    func run(_ input: FuzzInput) async throws {
        let server = try self.server ?? AnyServer()
        let driver = try self.driver ?? CurlDriver(maxConnections: 4)
        (self.server, self.driver) = (server, driver)
        server.answer(input["answer"] ?? [])
        let url = "http://127.0.0.1:\(server.port)"
        let kind = ServerKind(rawValue: input.text("server") ?? "") ?? .vllm
        var timeouts = HTTPTimeouts()
        (timeouts.connect, timeouts.firstByte, timeouts.interChunk, timeouts.total) = (1, 1, 1, 1)
        let act = input.text("act")
        if act == "probe" {
            _ = try? await ServerProbe(driver: driver, timeout: 1).endpoint(url)
            return
        }
        guard let endpoint = try? Endpoint(url: url, server: kind, model: "m") else { return }
        if act == "score" || act == "values" {
            let quantity: TokenQuantity = act == "score" ? .reference : .critic
            let scorer = try? TokenScorer(quantity, driver: driver, endpoint: endpoint, timeouts: timeouts)
            let scores = try? await scorer?.score(promptIDs: [1, 2], tokenIDs: [3, 4])
            if let scores, scores.count != 2 || !scores.allSatisfy(\.isFinite) { throw FuzzFailure("scores \(scores)") }
            return
        }
        var request = SampleRequest(input: .prompt(.text("q")), model: "m", sampling: SamplingParameters())
        request.isStreaming = act == "stream"
        let client = SampleClient(driver: driver, timeouts: timeouts, maxResponseBytes: 4 << 20)
        _ = try? await client.sample(request, from: endpoint)
    }

    /// A probe asks up to seven routes, each within its second.
    func limit(of input: FuzzInput) -> Double { 8 }
}

/// Listens on loopback and answers every request with the same bytes.
final class AnyServer: Sendable {
    let port: Int
    private let bytes = Mutex<[UInt8]>([])
    private let listener: Int32

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in(loopback: 0)
        guard address.withSocketAddress({ bind(listener, $0, $1) }) == 0, listen(listener, 64) == 0 else {
            throw FuzzFailure("no port is free")
        }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
        }
        self.listener = listener
        port = Int(in_port_t(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in serve() }
    }

    func answer(_ answer: [UInt8]) { bytes.withLock { $0 = answer } }

    private func serve() {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let connection = accept(listener, nil, nil)
            if connection < 0 { return }
            var time = timeval(tv_sec: 0, tv_usec: 200_000)
            setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
            setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
            _ = recv(connection, &buffer, buffer.count, 0)
            let answer = bytes.withLock { $0 }
            _ = answer.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            close(connection)
        }
    }
}
