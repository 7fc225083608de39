import Experience
import Synchronization
import TestServers
import Testing

@testable import Rollout

/// For each way a server can fail: the promised outcome, and no request but those we count.
@Suite(.timeLimit(.minutes(5))) struct FaultTests {
    /// Runs one sample; `script` sees each POST with its number among the POSTs.
    private func sample(
        attempts: Int = 3, _ change: @escaping @Sendable (inout RolloutOptions) -> Void = { _ in },
        _ script: @escaping @Sendable (Int, FaultServer.Request, FaultServer.Connection) -> FaultServer.Next
    ) async throws -> (collected: Collected, summary: RolloutSummary, posts: [FaultServer.Request]) {
        let server = try FaultServer { script($0.number, $0, $1) }
        defer { server.stop() }
        let engine = try Harness.engine([server]) { options in
            options.concurrency = 1
            options.attempts = attempts
            options.maxResponseBytes = 1 << 20
            change(&options)
        }
        let (collected, summary) = try await Harness.run(engine, Harness.items(1, n: 1))
        // Whatever happened: what the server saw is what we say we sent, each under an id of its own.
        #expect(server.posts.count == summary.requests)
        #expect(Set(server.posts.map { $0.headers["x-request-id"] }).count == server.posts.count)
        return (collected, summary, server.posts)
    }

    @Test func closeAfterRequest() async throws {
        let run = try await sample { number, _, connection in
            if number == 0 { return .close }
            connection.reply(200, Canned.completion())
            return .keep
        }
        #expect(run.summary.retries == ["closed": 1] && run.collected.completions.first?.completion.attempt == 2)
    }

    @Test func aLogprobOfMinusInfinityIsKeptAndNamed() async throws {
        let run = try await sample { _, _, connection in
            connection.reply(200, Canned.completion(logprobs: "[-0.5,-3.4028234663852886e+38,-1]"))
            return .keep
        }
        let sample = try #require(run.collected.completions.first)
        #expect(run.posts.count == 1 && sample.completion.text == "4")
        #expect(sample.unusable?.contains("the log-prob of token 1 is -3.4028235e+38") == true)
    }

    @Test func closeOnAKeptConnection() async throws {
        let server = try FaultServer { request, connection in
            if request.number % 3 == 2 { return .close }
            connection.reply(200, Canned.completion())
            return .keep
        }
        defer { server.stop() }
        let engine = try Harness.engine([server]) { $0.concurrency = 1 }
        let (collected, summary) = try await Harness.run(engine, Harness.items(10, n: 2))
        #expect(collected.completions.count == 20)
        #expect(server.posts.count == summary.requests)
        #expect(summary.requests == 20 + (summary.retries["closed"] ?? 0) && summary.requests > 20)
    }

    @Test func stallBeforeTheFirstByte() async throws {
        let run = try await sample({ $0.firstByteTimeout = 0.3 }) { _, _, connection in
            connection.waitForClose()
            return .close
        }
        #expect(run.summary.failures == ["firstByteTimeout": 1] && run.posts.count == 2)
    }

    @Test func stallInTheBody() async throws {
        let run = try await sample({ $0.stallTimeout = 0.3 }) { _, _, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
            connection.waitForClose()
            return .close
        }
        #expect(run.summary.failures == ["stalled": 1] && run.posts.count == 2)
    }

    @Test func slowLoris() async throws {
        let run = try await sample({ $0.totalTimeout = 0.3 }) { _, _, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            for _ in 0..<100 where connection.send(" ") { connection.pause(0.05) }
            return .close
        }
        #expect(run.summary.failures == ["totalTimeout": 1] && run.posts.count == 2)
    }

    @Test func hugeBody() async throws {
        let run = try await sample { _, _, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n")
            let block = String(repeating: " ", count: 1 << 16)
            var sent = 0
            while sent < 1 << 30, connection.send(block) { sent += block.utf8.count }
            return .close
        }
        #expect(run.summary.failures == ["tooLarge": 1] && run.posts.count == 1)
    }

    @Test func hugeStream() async throws {
        let run = try await sample({ $0.stream = true }) { _, _, connection in
            connection.startStream()
            let block = "data: " + String(repeating: "x", count: 1 << 16)
            var sent = 0
            while sent < 1 << 30, connection.send(block) { sent += block.utf8.count }
            return .close
        }
        #expect(run.summary.failures == ["tooLarge": 1] && run.posts.count == 1)
    }

    @Test func stormOf503() async throws {
        let run = try await sample(attempts: 6) { number, _, connection in
            if number < 5 {
                connection.reply(503, "")
            } else {
                connection.reply(200, Canned.completion())
            }
            return .keep
        }
        #expect(run.summary.retries == ["http503": 5] && run.collected.completions.count == 1)
    }

    @Test(arguments: [
        (400, 1), (401, 1), (404, 1), (408, 3), (409, 3), (413, 1), (422, 1), (424, 2), (425, 3), (500, 2), (501, 2),
        (502, 3),
        (504, 3), (520, 3), (522, 3), (524, 3),
    ])
    func statusesAreRetriedByTheTable(status: Int, requests: Int) async throws {
        let run = try await sample { _, _, connection in
            connection.reply(status, #"{"error":{"message":"no"}}"#)
            return .keep
        }
        #expect(run.summary.failures == ["http\(status)": 1] && run.posts.count == requests)
        #expect(run.collected.failures.first?.attempts == requests)
    }

    @Test(arguments: [
        "[]", "", "{", #"{"choices":[]}"#, #"{"object":"list"}"#, #"{"choices":[{"index":0,"text":"x"}]}"#,
        #"{"choices":[{"index":1,"text":"x","finish_reason":"stop"}]}"#,
        #"{"choices":[{"index":-1,"text":"x","finish_reason":"stop"}]}"#,
    ])
    func answersThatAreNoCompletion(body: String) async throws {
        let run = try await sample { _, _, connection in
            connection.reply(200, body)
            return .keep
        }
        #expect(run.summary.failures == ["reply": 1] && run.posts.count == 2)
    }

    /// A server that cannot count its choices is asked for one sample at a time.
    @Test func duplicateAndMissingChoices() async throws {
        for (indices, isGood) in [([0, 0], false), ([0], true), ([0, 1, 2], false), ([1, 2], false)] {
            let choices = indices.map { Canned.choice($0, "t", "[1]", "[-1]") }.joined(separator: ",")
            let server = try FaultServer { _, connection in
                connection.reply(200, #"{"choices":[\#(choices)]}"#)
                return .keep
            }
            defer { server.stop() }
            let engine = try Harness.engine([server]) { $0.samplesPerRequest = 2 }
            let (collected, summary) = try await Harness.run(engine, Harness.items(1, n: 2))
            #expect(collected.completions.count == (isGood ? 2 : 0), "\(indices)")
            #expect(summary.failures == (isGood ? [:] : ["reply": 2]), "\(indices)")
            #expect(server.posts.count == summary.requests)
        }
    }

    @Test(arguments: [
        ("[1,2]", "[-1]"), ("[1]", "[-1,-2]"), ("[1]", "[0.5]"), ("[1]", "[null]"), ("[1.5]", "[-1]"), ("[-7]", "[-1]"),
        ("[99999999999]", "[-1]"), ("[1]", "[-1e999]"), ("[1]", "[NaN]"),
    ])
    func idsAndLogprobsMustBeWhole(ids: String, logprobs: String) async throws {
        let run = try await sample { _, _, connection in
            connection.reply(200, Canned.completion(ids: ids, logprobs: logprobs))
            return .keep
        }
        #expect(run.summary.failures == ["reply": 1] && run.posts.count == 2)
    }

    @Test func truncatedStreamGoesOnFromItsPrefix() async throws {
        let run = try await sample({ $0.stream = true }) { number, request, connection in
            connection.startStream()
            if number == 0 {
                connection.send(Canned.event("a", 1, prompt: "[7,8]") + Canned.event("b", 2))
            } else {
                connection.send(Canned.event("c", 3, finish: "\"stop\""))
            }
            return .close
        }
        let whole = try #require(run.collected.completions.first)
        #expect(whole.completion.text == "abc" && whole.completion.tokenIDs == [1, 2, 3])
        #expect(whole.completion.logprobs.count == 3 && whole.promptIDs == [7, 8])
        #expect(whole.completion.finish == .stop && run.summary.resumptions == 1)
        #expect(run.posts.last?.body.contains("\"prompt\":[7,8,1,2]") == true)
        #expect(run.posts.last?.body.contains("\"max_tokens\":510") == true)
    }

    @Test func truncatedStreamWithoutIDsStartsAgain() async throws {
        let run = try await sample({ $0.stream = true }) { number, _, connection in
            connection.startStream()
            connection.send(Canned.event("a", 1))
            if number > 0 { connection.send(Canned.event("b", 2, finish: "\"stop\"")) }
            return .close
        }
        #expect(run.collected.completions.first?.completion.text == "ab")
        #expect(run.summary.resumptions == 0 && run.posts.count == 2)
    }

    @Test func missingDoneIsFine() async throws {
        let run = try await sample({ $0.stream = true }) { _, _, connection in
            connection.startStream()
            connection.send(Canned.event("a", 1) + Canned.event("b", 2, finish: "\"length\""))
            return .close
        }
        #expect(run.collected.completions.first?.completion.finish == .length && run.posts.count == 1)
    }

    @Test func errorInsideAStream() async throws {
        let run = try await sample({ $0.stream = true }) { _, _, connection in
            connection.startStream()
            connection.send("data: {\"error\":{\"message\":\"too long\",\"retryable\":false}}\n\ndata: [DONE]\n\n")
            return .close
        }
        #expect(run.summary.failures == ["http200": 1] && run.posts.count == 1)
        #expect(run.collected.failures.first?.message.hasSuffix("error inside the stream: too long") == true)
    }

    @Test func abortByTheServerGoesOnFromThePrefix() async throws {
        let run = try await sample { number, request, connection in
            let body = Canned.completion(
                text: number == 0 ? "ab" : "c", ids: number == 0 ? "[1,2]" : "[3]",
                logprobs: number == 0 ? "[-1,-2]" : "[-3]")
            connection.reply(200, number == 0 ? body.replacing("\"stop\"", with: "\"abort\"") : body)
            return .keep
        }
        let whole = try #require(run.collected.completions.first?.completion)
        #expect(whole.tokenIDs == [1, 2, 3] && whole.logprobs == [-1, -2, -3] && whole.text == "abc")
        #expect(whole.finish == .stop && run.posts.count == 2)
    }

    /// A server that is not there yet costs no attempts.
    @Test func serverThatComesBack() async throws {
        let gone = try FaultServer { _, _ in .close }
        gone.stop()
        let engine = try Harness.engine([gone]) { options in
            options.attempts = 2
            options.noProgressTimeout = 3
        }
        await #expect {
            _ = try await Harness.run(engine, Harness.items(2, n: 2))
        } throws: { "\($0)".contains("no completion from \(gone.url) for 3.0 s; last error: \(gone.url)") }
    }

    @Test func watchdogEndsAHang() async throws {
        let server = try FaultServer { _, connection in
            connection.waitForClose()
            return .close
        }
        defer { server.stop() }
        let engine = try Harness.engine([server]) { $0.noProgressTimeout = 0.4 }
        await #expect(throws: NoProgress.self) { _ = try await Harness.run(engine, Harness.items(2, n: 2)) }
    }

    /// All that was in flight is lost at once, which is more than the budget of retries: it is for servers that answer.
    @Test func aServerThatDiesCostsNoSample() async throws {
        let inFlight = Mutex(0)
        let server = try FaultServer { request, connection in
            if request.number >= 100, request.number < 356 {
                inFlight.withLock { $0 += 1 }
                while inFlight.withLock({ $0 }) < 256 { connection.pause(0.005) }
                return .close
            }
            connection.reply(200, Canned.completion())
            return .keep
        }
        defer { server.stop() }
        let engine = try Harness.engine([server]) { $0.concurrency = 256 }
        let (collected, summary) = try await Harness.run(engine, Harness.items(100, n: 4))
        #expect(collected.completions.count == 400 && collected.failures.isEmpty)
        #expect(summary.retries == ["closed": 256])
    }

    @Test func retryBudgetIsBounded() async throws {
        let server = try FaultServer { _, connection in
            // A status inside an answer does not speak against the endpoint, so no breaker stands between the retries.
            connection.reply(200, #"{"error":{"code":502,"message":"no"}}"#)
            return .keep
        }
        defer { server.stop() }
        let engine = try Harness.engine([server]) { options in
            options.attempts = 1000
            options.retryBudget = 0
        }
        let (collected, summary) = try await Harness.run(engine, Harness.items(4, n: 1))
        #expect(collected.failures.count == 4 && summary.retries == ["http502": 32])
    }

    /// Refusals take nothing from attempts and budget; the run without any progress ends.
    @Test func refusalsWithoutEndEndTheRun() async throws {
        let server = try FaultServer { _, connection in
            connection.reply(429, "")
            return .keep
        }
        defer { server.stop() }
        let engine = try Harness.engine([server]) { options in
            options.attempts = 1
            options.retryBudget = 0
            options.noProgressTimeout = 1
        }
        let collected = Collected()
        do {
            _ = try await Harness.run(engine, Harness.items(4, n: 1), collected: collected)
        } catch is NoProgress {}
        #expect(collected.completions.isEmpty && server.posts.count > 4)
        #expect(collected.failures.allSatisfy { $0.reason == "http429" })
    }
}
