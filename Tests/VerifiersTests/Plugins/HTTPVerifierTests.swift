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
            [.failure(Lost())], [Self.reply(#"{"verdicts":[{"score":1}]}"#)],
            [Self.reply(#"{"verdicts":[{"score":1},{"score":1},{"score":1}]}"#)],
            [Self.reply(#"{"verdicts":[{"id":"r2","score":1},{"id":"r1","score":0}]}"#)],
            [Self.reply(#"{"verdicts":[{"id":"r1","score":1},{"id":"r1","score":0}]}"#)],
            [Self.reply(#"{"verdicts":[{"id":"r1","score":1},{"id":"r9","score":0}]}"#)],
        ] {
            let verdicts = await Self.judge(.assay, Canned(replies))
            #expect(verdicts.allSatisfy { $0.outcome == .verifierError && $0.score == nil && $0.reason == "remote" })
        }
        #expect(await Self.judge(.assay, Canned([.failure(HTTPTimeout())])).allSatisfy { $0.outcome == .timeout })
        let named = Canned([Self.reply(#"{"verdicts":[{"id":"r1","score":1},{"id":"r2","score":0}]}"#)])
        #expect(await Self.judge(.assay, named).map(\.score) == [1, 0])
    }

    @Test("What passes is tried again", arguments: [408, 425, 429, 500, 502, 503, 504])
    func triedAgain(status: Int) async {
        let busy = Canned([Self.reply("", status: status), Self.reply(#"{"verdicts":[{"score":1},{"score":0}]}"#)])
        #expect(await Self.judge(.assay, busy).map(\.score) == [1, 0])
    }

    @Test(
        "A reward that NeMo-Gym's server marks as none is none, whatever the number",
        arguments: [
            #"{"reward":0,"mask_sample":true,"failure_reason":"busy"}"#, #"{"reward":1,"mask_sample":true}"#,
            #"{"reward":0,"instance_config":{"mask_sample":true}}"#,
            #"{"reward":0,"_ng_failure_class":"judge_failed"}"#,
        ])
    func gymFailures(json: String) async {
        let verdicts = await Self.judge(.nemoGym, Canned([Self.reply(json)]))
        #expect(verdicts.allSatisfy { $0.outcome == .verifierError && $0.score == nil && $0.reason == "remote" })
        let plain = #"{"reward":0,"mask_sample":false,"instance_config":{"mask_sample":null},"_ng_failure_class":null}"#
        #expect(await Self.judge(.nemoGym, Canned([Self.reply(plain)])).map(\.score) == [0, 0])
    }

    @Test(
        "What a reply may say of a score and its components",
        arguments: [
            (#"{"score":1e299}"#, Outcome.correct, 1e299, [:]), (#"{"score":-1e299}"#, .incorrect, -1e299, [:]),
            (#"{"score":1e999}"#, .verifierError, nil, [:]), (#"{"score":"1"}"#, .verifierError, nil, [:]),
            (#"{"score":[1]}"#, .verifierError, nil, [:]), ("[]", .verifierError, nil, [:]),
            (#"{"score":1,"components":{"a":null,"b":true,"c":-0.5}}"#, .correct, 1, ["a": nil, "b": 1, "c": -0.5]),
            (#"{"score":1,"components":null}"#, .correct, 1, [:]),
            (#"{"score":1,"components":{"a":1e999}}"#, .verifierError, nil, [:]),
            (#"{"score":1,"components":{"a":"NaN"}}"#, .verifierError, nil, [:]),
            (#"{"score":1,"components":[1]}"#, .verifierError, nil, [:]),
        ] as [(String, Outcome, Double?, [String: Double?])])
    func replies(json: String, outcome: Outcome, score: Double?, components: [String: Double?]) async {
        let verdicts = await Self.judge(.assay, Canned([Self.reply("{\"verdicts\":[\(json),{\"score\":0}]}")]))
        #expect(verdicts[0].outcome == outcome && verdicts[0].score == score, "\(verdicts[0])")
        #expect(verdicts[0].components == components)
        #expect(verdicts[1].score == 0)
    }

    @Test("A cancelled request sends nothing more")
    func cancellation() async {
        let poster = Canned([Self.reply(#"{"verdicts":[{"score":1},{"score":0}]}"#)])
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await Self.judge(.assay, poster)
        }
        #expect(await task.value.allSatisfy { $0.reason == "cancelled" })
        #expect(poster.bodies.withLock { $0.isEmpty })
    }
}
