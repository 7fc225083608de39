import Experience
import Foundation
import JSON
import Rollout
import Serve
import Verifiers

/// A live server on a free port, for the length of a test.
struct TestServer {
    let port: Int

    static func run<Value: Sendable>(
        _ change: (inout ServeOptions) -> Void = { _ in }, registry: VerifierRegistry = .standard,
        tokens: Tokens = Tokens(), programs: (any ProgramRunner)? = nil, episodes: AgentGateway? = nil,
        _ body: @Sendable @escaping (TestServer) async throws -> Value
    ) async throws -> Value {
        var options = ServeOptions()
        options.port = 0
        options.accessLog = .none
        change(&options)
        let (ports, port) = AsyncStream<Int>.makeStream()
        let server = try RewardServer(
            options: options, registry: registry, tokens: tokens, programs: programs, episodes: episodes, cores: 2,
            onRunning: { address in
                port.yield(address.port)
                port.finish()
            })
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await server.run()
                return nil
            }
            group.addTask {
                for await port in ports { return try await body(TestServer(port: port)) }
                return nil
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> TestReply {
        try await send("GET", path, headers: headers, body: [])
    }

    func post(_ path: String, _ body: JSONValue, headers: [String: String] = [:]) async throws -> TestReply {
        try await post(path, body.bytes, headers: headers)
    }

    func post(_ path: String, _ body: [UInt8], headers: [String: String] = [:]) async throws -> TestReply {
        try await send("POST", path, headers: headers, body: body)
    }

    func send(_ method: String, _ path: String, headers: [String: String], body: [UInt8]) async throws -> TestReply {
        var all = ["Host": "127.0.0.1:\(port)", "Connection": "close", "Content-Type": "application/json"]
        if !body.isEmpty || method == "POST" { all["Content-Length"] = String(body.count) }
        all.merge(headers) { $1 }
        let head = "\(method) \(path) HTTP/1.1\r\n" + all.map { "\($0.key): \($0.value)\r\n" }.joined() + "\r\n"
        return try await exchange(Array(head.utf8) + body)
    }

    /// Sends bytes as they are and reads until the server closes, at most `seconds`.
    func exchange(
        _ bytes: [UInt8], seconds: Int = 20, closesOutput: Bool = false, leaves: Bool = false,
        skipsInterim: Bool = false, untilClosed: Bool = false
    ) async throws -> TestReply {
        try await exchange(
            pieces: [bytes], seconds: seconds, closesOutput: closesOutput, leaves: leaves, skipsInterim: skipsInterim,
            untilClosed: untilClosed)
    }

    /// Sends pieces with a pause before each but the first; `leaves` reads nothing.
    func exchange(
        pieces: [[UInt8]], pause: Double = 0, seconds: Int = 20, closesOutput: Bool = false, leaves: Bool = false,
        skipsInterim: Bool = false, untilClosed: Bool = false
    ) async throws -> TestReply {
        let exchange = Exchange(
            port: port, pieces: pieces, pause: pause, seconds: seconds, closesOutput: closesOutput, leaves: leaves,
            skipsInterim: skipsInterim, untilClosed: untilClosed)
        return try await withCheckedThrowingContinuation { continuation in
            // A thread of its own: Swift's pool stands on Dispatch's threads, and the server needs them.
            Thread.detachNewThread { continuation.resume(with: Result { try exchange.run() }) }
        }
    }
}

/// One connection of a client that says exactly what it says.
private struct Exchange {
    var port: Int
    var pieces: [[UInt8]]
    var pause: Double
    var seconds: Int
    var closesOutput: Bool
    var leaves: Bool
    var skipsInterim: Bool
    var untilClosed: Bool

    /// Whether an answer with a Content-Length is all there: clients that keep their connection stop here, too.
    private static func isWhole(_ received: [UInt8]) -> Bool {
        let text = String(decoding: received.prefix(8192), as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n"),
            let field = text[..<end.lowerBound].lowercased().components(separatedBy: "\r\n")
                .first(where: { $0.hasPrefix("content-length:") }),
            let length = Int(field.dropFirst(15).trimmingCharacters(in: .whitespaces))
        else { return false }
        return received.count >= text[..<end.upperBound].utf8.count + length
    }

    func run() throws -> TestReply {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var time = timeval(tv_sec: max(seconds, 1), tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if connected != 0 { throw FileError(path: "127.0.0.1:\(port)", action: "connect", code: errno) }
        var sentAll = true
        for (index, piece) in pieces.enumerated() {
            if index > 0 { usleep(UInt32(pause * 1e6)) }
            sentAll = sentAll && Self.send(piece, to: descriptor)
        }
        if leaves { return TestReply([]) }
        if closesOutput { shutdown(descriptor, Int32(SHUT_WR)) }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        var wasClosed = false
        // A stream of events never falls silent: the whole exchange has a limit, not only each wait.
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            wasClosed = count == 0
            if count <= 0 { break }
            received += buffer[..<count]
            while skipsInterim, received.starts(with: "HTTP/1.1 100 Continue\r\n\r\n".utf8) { received.removeFirst(25) }
            if !untilClosed, Self.isWhole(received) { break }
        }
        var reply = TestReply(received)
        reply.sentAll = sentAll
        reply.wasClosed = wasClosed
        return reply
    }

    // False for a server that reads no more.
    private static func send(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }
}

/// A parsed HTTP/1.1 response; status 0 when nothing came.
struct TestReply: Sendable {
    var status = 0
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    /// Whether the server took all that was sent.
    var sentAll = true
    /// Whether it was the server that ended the connection.
    var wasClosed = false

    init(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        status = Int(lines[0].split(separator: " ").dropFirst().first ?? "0") ?? 0
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
        }
        body = Array(bytes.dropFirst(text[..<end.upperBound].utf8.count))
        if headers["transfer-encoding"] == "chunked" { body = Self.joined(body) }
    }

    var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }
    var text: String { String(decoding: body, as: UTF8.self) }

    private static func joined(_ chunked: [UInt8]) -> [UInt8] {
        var rest = chunked[...]
        var output: [UInt8] = []
        while let lineEnd = rest.firstIndex(of: 0x0A) {
            let digits = String(decoding: rest[..<lineEnd], as: UTF8.self).trimmingCharacters(in: .whitespaces)
            guard let size = Int(digits.trimmingCharacters(in: .newlines), radix: 16), size > 0 else { break }
            output += rest[(lineEnd + 1)...].prefix(size)
            rest = rest[(lineEnd + 1)...].dropFirst(size + 2)
        }
        return output
    }
}
