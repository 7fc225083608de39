import Experience
import Foundation

/// Plain TCP on this machine, on a thread of its own: what blocks never holds Swift's pool.
actor LoopbackClient {
    private nonisolated let executor = BlockingExecutor(label: "fuzz.client")
    private let port: Int
    private var descriptor: Int32 = -1

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(port: Int) { self.port = port }

    /// Sends bytes and reads until an answer is whole, the server closes or `seconds` have passed.
    func exchange(_ bytes: [UInt8], seconds: Int) -> [UInt8] {
        let isKept = descriptor >= 0
        if !isKept { connect(seconds) }
        send(bytes)
        var answer = receive()
        if answer.isEmpty, isKept {
            // The server had closed the connection that was kept.
            disconnect()
            connect(seconds)
            send(bytes)
            answer = receive()
        }
        return answer
    }

    func disconnect() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    private func connect(_ seconds: Int) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in(loopback: port)
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        let connected = address.withSocketAddress { Foundation.connect(descriptor, $0, $1) }
        if connected != 0 { disconnect() }
    }

    private func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            sent += count
        }
    }

    private func receive() -> [UInt8] {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while received.count < 64 << 20 {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 {
                disconnect()
                return received
            }
            received += buffer[..<count]
            if HTTPAnswer(received)?.isWhole == true { break }
        }
        // A stream of events has no end; a connection that is to close must not be used again.
        if HTTPAnswer(received)?.isKept != true { disconnect() }
        return received
    }
}

/// What is needed of an HTTP/1.1 answer.
struct HTTPAnswer {
    var status = 0
    var isWhole = false
    var isKept = false

    init?(_ bytes: [UInt8]) {
        let head = bytes.prefix(1 << 15)
        guard let end = head.indices.first(where: { head[$0...].starts(with: [13, 10, 13, 10]) }) else { return nil }
        let lines = String(decoding: head[..<end], as: UTF8.self).lowercased().split(separator: "\r\n")
        status = lines.first.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) } ?? 0
        func field(_ name: String) -> Substring? {
            lines.first { $0.hasPrefix(name + ":") }?.dropFirst(name.count + 1).drop { $0 == " " }
        }
        let body = bytes.count - end - 4
        if let length = field("content-length").flatMap({ Int($0) }) {
            isWhole = body >= length
            isKept = body == length && field("connection") != "close"
        } else if status == 204 || status == 304 {
            (isWhole, isKept) = (true, field("connection") != "close")
        } else if field("transfer-encoding") == "chunked" {
            isKept = bytes.suffix(5).elementsEqual("0\r\n\r\n".utf8)
            // The head of a stream of events is enough: the first may come late.
            isWhole = isKept || field("content-type")?.hasPrefix("text/event-stream") == true
        }
    }
}

extension sockaddr_in {
    init(loopback port: Int) {
        self.init()
        sin_family = sa_family_t(AF_INET)
        sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
        sin_addr.s_addr = inet_addr("127.0.0.1")
    }

    mutating func withSocketAddress<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
        withUnsafePointer(to: &self) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
