import Glibc
import Synchronization

/// An HTTP server that misbehaves as told: a listener thread, a thread per connection, and a script that owns the socket.
package final class FaultServer: Sendable {
    /// A request as it came over the wire.
    package struct Request: Sendable {
        /// 0-based, over all connections.
        package var number: Int
        package var method: String
        package var path: String
        package var headers: [String: String]
        package var body: String
    }

    /// Writes to a connection.
    package struct Connection: Sendable {
        fileprivate let descriptor: Int32

        /// Sends bytes; false when the client is gone.
        @discardableResult
        package func send(_ text: String) -> Bool {
            var bytes = Array(text.utf8)[...]
            while !bytes.isEmpty {
                let count = bytes.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if count <= 0 { return false }
                bytes = bytes.dropFirst(count)
            }
            return true
        }

        /// Sends a complete answer.
        package func reply(_ status: Int = 200, _ body: String, headers: [String] = []) {
            let head = ["HTTP/1.1 \(status) X", "Content-Type: application/json", "Content-Length: \(body.utf8.count)"]
            send((head + headers).joined(separator: "\r\n") + "\r\n\r\n" + body)
        }

        /// Sends the head of a stream whose end is the end of the connection.
        package func startStream() {
            send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        }

        package func pause(_ seconds: Double) { usleep(UInt32(seconds * 1e6)) }

        /// Waits until the client has closed its side, at most 10 s.
        package func waitForClose() {
            let peerClosed: Int16 = 0x2000  // POLLRDHUP, which Glibc's module hides behind _GNU_SOURCE
            var poller = pollfd(fd: descriptor, events: peerClosed, revents: 0)
            _ = poll(&poller, 1, 10_000)
        }
    }

    /// What to do with the connection after a request.
    package enum Next: Sendable { case keep, close }

    package typealias Script = @Sendable (Request, Connection) -> Next

    private let listener: Int32
    private let script: Script
    private let state = Mutex<(requests: [Request], connections: Int)>(([], 0))
    package let port: Int

    package init(_ script: @escaping Script) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 1024) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw TestFailure("cannot listen") }
        self.listener = listener
        self.script = script
        port = Int(UInt16(bigEndian: address.sin_port))
        Self.thread { self.accept() }
    }

    /// Everything that came, in order.
    package var requests: [Request] { state.withLock { $0.requests } }
    /// Requests that sample, without those of the probe.
    package var posts: [Request] { requests.filter { $0.method == "POST" } }
    package var connections: Int { state.withLock { $0.connections } }
    package var url: String { "http://127.0.0.1:\(port)" }

    /// The accepting thread closes the descriptor, as its number could be another server's by then.
    package func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func thread(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Box(body))
        var id = pthread_t()
        pthread_create(
            &id, nil,
            { context in
                if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body() }
                return nil
            }, box.toOpaque())
        pthread_detach(id)
    }

    private final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            if descriptor < 0 {
                close(listener)
                return
            }
            state.withLock { $0.connections += 1 }
            Self.thread {
                self.serve(descriptor)
                close(descriptor)
            }
        }
    }

    private func serve(_ descriptor: Int32) {
        var buffer: [UInt8] = []
        while let request = read(descriptor, &buffer) {
            let numbered = state.withLock { state in
                var request = request
                request.number = state.requests.count
                state.requests.append(request)
                return request
            }
            if script(numbered, Connection(descriptor: descriptor)) == .close { return }
        }
    }

    private func read(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Request? {
        let separator = Array("\r\n\r\n".utf8)
        while true {
            if let end = buffer.firstRange(of: separator) {
                let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
                let words = lines.first.map { $0.split(separator: " ") } ?? []
                let pairs = lines.dropFirst().compactMap { line -> (String, String)? in
                    guard let colon = line.firstIndex(of: ":") else { return nil }
                    let value = line[line.index(after: colon)...].drop { $0 == " " }
                    return (line[..<colon].lowercased(), String(value))
                }
                let headers = Dictionary(pairs) { $1 }
                let length = headers["content-length"].flatMap { Int($0) } ?? 0
                if words.count >= 2, buffer.count >= end.upperBound + length {
                    let body = String(decoding: buffer[end.upperBound..<end.upperBound + length], as: UTF8.self)
                    buffer.removeFirst(end.upperBound + length)
                    return Request(
                        number: 0, method: String(words[0]), path: String(words[1]), headers: headers, body: body)
                }
            }
            var chunk = [UInt8](repeating: 0, count: 65536)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count <= 0 { return nil }
            buffer += chunk[..<count]
        }
    }
}

package struct TestFailure: Error {
    package var reason: String
    package init(_ reason: String) { self.reason = reason }
}

/// Answers in the shape of vLLM, so that scripts stay short.
package enum Canned {
    package static let models = #"{"object":"list","data":[{"id":"tiny","owned_by":"vllm"}]}"#

    /// A completion of three tokens.
    package static func completion(
        index: Int = 0, text: String = "4", ids: String = "[1,2,3]", logprobs: String = "[-0.5,-0.25,-1]"
    )
        -> String
    {
        """
        {"id":"c","model":"tiny","choices":[\(choice(index, text, ids, logprobs))],"usage":{"completion_tokens":\(ids.split(separator: ",").count)}}
        """
    }

    package static func choice(_ index: Int, _ text: String, _ ids: String, _ logprobs: String) -> String {
        """
        {"index":\(index),"text":"\(text)","logprobs":{"token_logprobs":\(logprobs)},"finish_reason":"stop",\
        "token_ids":\(ids),"prompt_token_ids":[7,8]}
        """
    }

    /// One event of a stream, one token.
    package static func event(_ text: String, _ id: Int, finish: String = "null", prompt: String = "null") -> String {
        """
        data: {"model":"tiny","choices":[{"index":0,"text":"\(text)","logprobs":{"token_logprobs":[-0.5]},\
        "finish_reason":\(finish),"token_ids":[\(id)],"prompt_token_ids":\(prompt)}]}\n\n
        """
    }
}
