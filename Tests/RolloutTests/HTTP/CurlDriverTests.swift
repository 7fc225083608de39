import TestServers
import Testing

@testable import Rollout

@Suite(.timeLimit(.minutes(5))) struct CurlDriverTests {
    let driver: CurlDriver

    init() throws { driver = try CurlDriver(maxConnections: 64) }

    private func error(_ request: HTTPRequest) async -> TransportError.Kind? {
        do throws(TransportError) {
            _ = try await driver.send(request)
            return nil
        } catch { return error.kind }
    }

    @Test func answersOfAnyStatusComeBackWhole() async throws {
        let server = try FaultServer { request, connection in
            connection.reply(request.path == "/no" ? 503 : 200, request.body, headers: ["Retry-After: 7"])
            return .keep
        }
        defer { server.stop() }
        let good = try await driver.send(.post(server.url + "/yes", json: Array("[1]".utf8)))
        #expect(good.status == 200 && good.body == Array("[1]".utf8))
        let bad = try await driver.send(.post(server.url + "/no", json: []))
        #expect(bad.status == 503 && bad.retryAfter == 7)
    }

    @Test func connectionsAreKept() async throws {
        let server = try FaultServer { _, connection in
            connection.reply(200, "{}")
            return .keep
        }
        defer { server.stop() }
        for _ in 0..<20 { _ = try await driver.send(.post(server.url, json: [])) }
        // One, and another where this machine paused for longer than an idle connection is trusted.
        #expect(server.connections < 10)
    }

    @Test("A reply that begins with a folded header is no reason to touch the reply before")
    func foldedFirstHeader() async throws {
        let server = try FaultServer { request, connection in
            let fold = request.number % 2 == 1 ? "\t" : ""
            let filler = String(repeating: "x", count: 200)
            connection.send("HTTP/1.1 200 X\r\n\(fold)X-Filler: \(filler)\r\nContent-Length: 2\r\n\r\n{}")
            return .keep
        }
        defer { server.stop() }
        for _ in 0..<400 { _ = try? await driver.send(.post(server.url, json: [])) }
        #expect(server.requests.count == 400)
    }

    @Test func manyAtOnce() async throws {
        let server = try FaultServer { request, connection in
            connection.reply(200, request.body)
            return .keep
        }
        defer { server.stop() }
        let url = server.url
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask { [driver] in
                    let response = try await driver.send(.post(url, json: Array("\(number)".utf8)))
                    return Int(String(decoding: response.body, as: UTF8.self)) ?? -1
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(sum == 199 * 200 / 2)
        #expect(server.requests.count == 200)
    }

    /// libcurl would send the request again by itself when a kept-alive connection dies without an answer.
    @Test func neverSendsTwice() async throws {
        let server = try FaultServer { request, connection in
            if request.number % 2 == 1 { return .close }
            connection.reply(200, "{}")
            return .keep
        }
        defer { server.stop() }
        var failures = 0
        for _ in 0..<20 {
            if let kind = await error(.post(server.url, json: Array("{}".utf8))) {
                #expect(kind == .closed)
                failures += 1
            }
        }
        #expect(failures == 10)
        #expect(server.requests.count == 20)
    }

    @Test func nobodyListens() async throws {
        let server = try FaultServer { _, _ in .close }
        server.stop()
        #expect(await error(.get(server.url)) == .refused)
        #expect(await error(.get("http://")) == .badRequest)
        #expect(await error(.get("file:///etc/passwd")) == .badRequest)
        #expect(await error(.get(server.url, headers: ["A: b\r\nC: d"])) == .badRequest)
    }

    @Test func eachPhaseHasItsTimeout() async throws {
        let server = try FaultServer { request, connection in
            switch request.path {
            case "/head": break
            case "/body": connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
            default:
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                for _ in 0..<100 where connection.send("x") { connection.pause(0.05) }
            }
            connection.waitForClose()
            return .close
        }
        defer { server.stop() }
        // One limit each can be the first that is passed, however slow the machine.
        func kind(_ path: String, _ limit: WritableKeyPath<HTTPTimeouts, Double>) async -> TransportError.Kind? {
            var request = HTTPRequest.get(server.url + path)
            request.timeouts.firstByte = 60
            request.timeouts.interChunk = 60
            request.timeouts.total = 60
            request.timeouts[keyPath: limit] = 0.3
            return await error(request)
        }
        #expect(await kind("/head", \.firstByte) == .firstByteTimeout)
        #expect(await kind("/body", \.interChunk) == .stalled)
        #expect(await kind("/slow-loris", \.total) == .totalTimeout)
    }

    @Test func sizesAreBounded() async throws {
        let server = try FaultServer { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n")
            let block = String(repeating: "x", count: 1 << 16)
            var sent = 0
            while sent < 1 << 30, connection.send(block) { sent += block.utf8.count }
            return .close
        }
        defer { server.stop() }
        var request = HTTPRequest.get(server.url)
        request.maxResponseBytes = 1 << 20
        #expect(await error(request) == .tooLarge)
    }

    @Test func truncatedBodyIsAnError() async throws {
        let server = try FaultServer { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
            return .close
        }
        defer { server.stop() }
        #expect(await error(.get(server.url)) == .truncated)
    }

    @Test func cancellationIsNotLost() async throws {
        let server = try FaultServer { _, connection in
            connection.waitForClose()
            return .close
        }
        defer { server.stop() }
        let url = server.url
        // Some are cancelled before they start, some on their way.
        for delay in [0, 0, 0, 1, 5, 20] {
            let task = Task { [driver] in
                do throws(TransportError) {
                    _ = try await driver.send(.get(url))
                    return TransportError.Kind.rejected
                } catch { return error.kind }
            }
            if delay > 0 { try await Task.sleep(for: .milliseconds(delay)) }
            task.cancel()
            #expect(await task.value == .cancelled)
        }
    }
}
