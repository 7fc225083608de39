import Experience
import JSON
import Synchronization
import Testing
import Verifiers

@Suite struct HTTPVerifierTests {
    /// Answers from a list, keeping what was asked.
    final class Canned: HTTPPoster {
        let bodies = Mutex<[JSONValue]>([])
        private let replies: Mutex<[Result<HTTPReply, any Error>]>

        init(_ replies: [Result<HTTPReply, any Error>]) { self.replies = Mutex(replies) }

        func post(_ url: String, headers: [String], body: [UInt8], timeout: Double) async throws -> HTTPReply {
            bodies.withLock { $0.append((try? JSONValue(parsing: body)) ?? .null) }
            return try replies.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }.get()
        }
    }

    private static func reply(_ json: String, status: Int = 200) -> Result<HTTPReply, any Error> {
        .success(HTTPReply(status: status, retryAfter: 0, body: Array(json.utf8)))
    }

    private static func judge(
        _ speaks: RemoteProtocol, _ poster: Canned, responses: [String] = ["r1", "r2"]
    ) async -> [Verdict] {
        var options = HTTPVerifier.Options(url: "http://x/verify")
        options.speaks = speaks
        options.concurrency = 1
        options.attempts = 2
        let fields = JSONRow(["level": "hard"])
        return await HTTPVerifier(options, poster: poster).verify(
            responses.map {
                VerificationItem(
                    problem: Problem(id: $0, prompt: .text("q "), answer: "g", fields: fields),
                    completion: Completion(text: $0))
            })
    }

    @Test func ownProtocol() async {
        let poster = Canned([
            Self.reply(
                #"{"verdicts":[{"outcome":"correct","score":1,"reason":"equal"},{"outcome":"timeout","score":null}]}"#)
        ])
        let verdicts = await Self.judge(.assay, poster)
        #expect(verdicts.map(\.outcome) == [.correct, .timeout])
        let body = poster.bodies.withLock { $0[0] }
        #expect(body["items"]?.arrayValue?.first?.text == #"{"id":"r1","response":"r1","answer":"g","level":"hard"}"#)
    }

    @Test func openRLHF() async {
        let poster = Canned([Self.reply(#"{"rewards":[1.0,0.25],"extra_logs":{"k":[0.5,1]}}"#)])
        let verdicts = await Self.judge(.openRLHF, poster)
        #expect(verdicts.map(\.score) == [1, 0.25] && verdicts[0].components == ["k": 0.5])
        let body = poster.bodies.withLock { $0[0] }
        #expect(body.text == #"{"query":["q r1","q r2"],"prompts":["q ","q "],"labels":["g","g"]}"#)
    }

    @Test func nemoGym() async {
        let poster = Canned([Self.reply(#"{"reward":1.0,"extracted_answer":"7"}"#)])
        let verdicts = await Self.judge(.nemoGym, poster)
        #expect(verdicts.map(\.score) == [1, 1] && verdicts[0].extracted == "7")
        let body = poster.bodies.withLock { $0[0] }
        #expect(body["expected_answer"] == "g" && body["level"] == "hard")
        let output = body["response"]?["output"]?.arrayValue?.first
        #expect(output?["content"]?.arrayValue?.first?["text"] == "r1")
    }

    @Test func failuresAreNeverZero() async {
        struct Lost: Error {}
        for replies in [
            [Self.reply("<html>")], [Self.reply(#"{"verdicts":[]}"#)], [Self.reply("no", status: 500)],
            [.failure(Lost())],
        ] {
            let verdicts = await Self.judge(.assay, Canned(replies))
            #expect(verdicts.allSatisfy { $0.outcome == .verifierError && $0.score == nil && $0.reason == "remote" })
        }
        #expect(await Self.judge(.assay, Canned([.failure(HTTPTimeout())])).allSatisfy { $0.outcome == .timeout })
        let busy = Canned([Self.reply("", status: 503), Self.reply(#"{"verdicts":[{"score":1},{"score":0}]}"#)])
        #expect(await Self.judge(.assay, busy).map(\.score) == [1, 0])
    }
}
