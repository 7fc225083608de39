import Foundation
import JSON
import Testing

@testable import Workers

/// JSON on lines: the requests' ids are numbers, and so are the answers.
private struct Plain: LineProtocol {
    func lines(of requests: [LineRequest]) -> [UInt8] { requests.flatMap { $0.body + [0x0A] } }

    func read(_ line: ArraySlice<UInt8>) throws(LineFault) -> [HeardLine] {
        guard let id = Int(String(decoding: line, as: UTF8.self)) else { throw LineFault("no number: \(line.quoted)") }
        return id == 0 ? [.question(reply: Array("pong\n".utf8))] : [.answer(id, .int(id))]
    }
}

struct ConversationTests {
    private func conversation(_ script: String, lineBytes: Int = 1 << 20) -> Conversation {
        Conversation(.init(title: "script", memoryMiB: 512, lineBytes: lineBytes), Plain()) {
            try WorkerProcess(
                command: ["sh", "-c", script], environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"])
        }
    }

    private func ask(_ conversation: Conversation, seconds: Double = 20) async -> Conversation.Failure.Kind? {
        do {
            _ = try await conversation.ask("ask", seconds: seconds) { Array("\($0)".utf8) }
            return nil
        } catch {
            return error.kind
        }
    }

    @Test("Answers in any order reach those who asked")
    func order() async {
        // Two lines are read before either is answered, the later one first.
        let talk = conversation("while read a && read b; do echo $b; echo $a; done")
        let kinds = await withTaskGroup(of: Conversation.Failure.Kind?.self) { group in
            for _ in 0..<20 { group.addTask { await ask(talk) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(kinds.allSatisfy { $0 == nil } && kinds.count == 20)
        await talk.close()
    }

    @Test("What a worker asks of us is answered")
    func question() async {
        let talk = conversation("read a; echo 0; read pong; [ $pong = pong ] && echo $a; cat")
        #expect(await ask(talk) == nil)
        await talk.close()
    }

    @Test(
        "How it ends is what every open request hears",
        arguments: [
            ("exit 3", Conversation.Failure.Kind.lost), ("read a; echo what; cat", .garbled),
            ("read a; echo 99; cat", .garbled), ("read a; echo $a; echo $a; cat >/dev/null", .garbled),
        ])
    func endings(script: String, kind: Conversation.Failure.Kind) async {
        let talk = conversation(script)
        let first = await ask(talk)
        #expect(first == kind || first == nil)
        #expect(await ask(talk) == kind)
        #expect(talk.ending?.kind == kind)
    }

    @Test("A line that is too long is refused")
    func flood() async {
        let talk = conversation("read a; head -c 100000 /dev/zero | tr '\\0' x; cat", lineBytes: 1024)
        #expect(await ask(talk) == .garbled)
    }

    @Test("The oldest request alone is late; its process is gone with its group")
    func late() async {
        let talk = conversation("sleep 600 & echo $! >&2; read a; sleep 600")
        let kinds = await withTaskGroup(of: Conversation.Failure.Kind?.self) { group in
            for _ in 0..<3 { group.addTask { await ask(talk, seconds: 0.3) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(kinds.count { $0 == .late } == 1 && kinds.count { $0 == .lost } == 2)
        #expect(talk.ending != nil)
    }

    @Test("A request that nobody waits for any more ends at once, and its answer is no fault")
    func cancelled() async {
        let talk = conversation("while read a; do sleep 0.2; echo $a; done")
        let task = Task { await ask(talk) }
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(await ask(talk) == nil)
        await talk.close()
        #expect(await ask(talk) == .lost)
    }

    @Test("A program that is not there is said so")
    func missing() async {
        let talk = Conversation(.init(title: "none", memoryMiB: 512), Plain()) {
            try WorkerProcess(command: ["/no/such"], environment: [:])
        }
        #expect(await ask(talk) == .notStarted)
    }
}
