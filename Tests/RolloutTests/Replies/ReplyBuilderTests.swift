import Experience
import Foundation
import Testing

@testable import Rollout

/// Numbers that no honest server sends: kept and named where the text is of use, refused where they are nothing.
@Suite struct ReplyBuilderTests {
    private func read(
        _ body: String, _ server: ServerKind = .vllm, _ api: RolloutAPI = .completions, topLogprobs: Int = 0
    ) throws -> Completion {
        var request = SampleRequest(input: .prompt(.text("q")), model: "m", sampling: SamplingParameters())
        request.sampling.topLogprobs = topLogprobs
        let endpoint = try Endpoint(url: "http://127.0.0.1:1", server: server, model: "m", api: api)
        let reply = try ReplyReader(request, dialect: endpoint.dialect).finish(Array(body.utf8))
        return try #require(reply.completions.first)
    }

    private static let bodies: [(ServerKind, RolloutAPI, String)] = [
        (
            .vllm, .completions,
            #"{"choices":[{"index":0,"text":"7","finish_reason":"stop","token_ids":[1,2],"logprobs":{"token_logprobs":[-0.5,X]}}]}"#
        ),
        (
            .vllm, .chat,
            #"{"choices":[{"index":0,"message":{"content":"7"},"finish_reason":"stop","logprobs":{"content":[{"token":"token_id:1","logprob":-0.5},{"token":"token_id:2","logprob":X}]}}]}"#
        ),
        (
            .sglang, .generate,
            #"{"text":"7","meta_info":{"finish_reason":{"type":"stop"},"output_token_logprobs":[[-0.5,1,null],[X,2,null]]}}"#
        ),
        (
            .tgi, .generate,
            #"{"generated_text":"7","details":{"finish_reason":"eos_token","tokens":[{"id":1,"logprob":-0.5},{"id":2,"logprob":X}]}}"#
        ),
        (
            .ollama, .generate,
            #"{"model":"m","response":"7","done":true,"logprobs":[{"token":"7","logprob":-0.5},{"token":"","logprob":X}]}"#
        ),
    ]

    /// vLLM's and SGLang's log 0, numbers beyond Float, and just below the least log-prob; and ones that are.
    @Test(arguments: ["-9999", "-3.4028234663852886e+38", "-3.4028235677973366e+38", "-1e39", "-1e308", "-1000.1"])
    func aNumberThatIsNoLogprobKeepsTheTextAndForbidsRatios(_ number: String) throws {
        for (server, api, body) in Self.bodies {
            let completion = try read(body.replacing("X", with: number), server, api)
            #expect(completion.text == "7" && completion.logprobs.count == 2, "\(server)")
            #expect(completion.logprobs.allSatisfy { $0.isFinite }, "\(server)")
            let obstacle = try #require(SamplingParameters().obstacleToRatios(completion), "\(server)")
            #expect(completion.tokenIDs.isEmpty || obstacle.contains("the log-prob of token 1 is -"), "\(obstacle)")
        }
    }

    @Test func theLeastLogprobIsOne() throws {
        for (server, api, body) in Self.bodies where server != .ollama {
            let completion = try read(body.replacing("X", with: "-1000"), server, api)
            #expect(SamplingParameters().obstacleToRatios(completion) == nil, "\(server)")
        }
    }

    /// Ids whose entries spell another text are not those of the text; a text may lack white space that they have.
    @Test(arguments: [("[55]", true), ("[32,55]", true), ("[55,32]", true), ("[56]", false)])
    func idsAreThoseOfTheTextThatTheirBytesSpell(bytes: String, agrees: Bool) throws {
        let completion = try read(
            #"{"choices":[{"index":0,"message":{"content":"7"},"finish_reason":"length","token_ids":[1],"logprobs":{"content":[{"token":"t","bytes":\#(bytes),"logprob":-0.5}]}}]}"#,
            .vllm, .chat)
        #expect(completion.text == "7" && completion.tokenIDs == (agrees ? [1] : []))
    }

    @Test(.enabled(if: Captures.isPresent, "../shared/data/servers is absent"))
    func whatServersWereSeenToSend() throws {
        let folder = Captures.folder.appending(path: "faults").path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("lp-") }
        #expect(!names.isEmpty)
        for name in names {
            let text = String(decoding: try Captures.bytes("faults/\(name)"), as: UTF8.self)
            let body = try #require(text.replacing("\r\n", with: "\n").split(separator: "\n\n", maxSplits: 1).last)
            let completion = try read(String(body))
            #expect(completion.text == "The answer is 7" && completion.logprobs.allSatisfy { $0.isFinite }, "\(name)")
            #expect(
                SamplingParameters().obstacleToRatios(completion)?.contains("log-prob of token 1") == true, "\(name)")
        }
    }

    @Test(arguments: ["9223372036854775807", "-1", "-9223372036854775808", "2147483648"])
    func aCountThatIsNoneIsLeftOut(_ count: String) throws {
        let body =
            #"{"choices":[{"index":0,"text":"7","finish_reason":"stop"}],"usage":{"completion_tokens":\#(count)}}"#
        #expect(try read(body, .llamacpp).tokenCount == nil)
    }

    @Test func weightSpansEndWhereTheTokensDo() throws {
        let body =
            #"{"text":"7","meta_info":{"finish_reason":{"type":"stop"},"output_token_logprobs":[[-0.5,1,null],[-1,2,null]],"weight_versions":[{"version":"3","start":0,"end":1},{"version":"4","start":1,"end":9223372036854775807},{"version":"5","start":9223372036854775806,"end":9223372036854775807}]}}"#
        let rest = try read(body, .sglang, .generate)
        #expect(rest.weightSpans == [WeightSpan(version: 3, tokens: 0..<1), WeightSpan(version: 4, tokens: 1..<2)])
        let prefix = try #require(ResumablePrefix(rest, promptIDs: [1]))
        #expect(prefix.joined(with: rest).weightSpans.last == WeightSpan(version: 4, tokens: 3..<4))
    }

    @Test func aRowOfCandidatesIsNoWiderThanAskedFor() throws {
        let wide = (0..<500).map { #""token_id:\#($0)":-\#($0 + 1)"# }.joined(separator: ",")
        let body =
            #"{"choices":[{"index":0,"text":"7","finish_reason":"stop","token_ids":[1,2],"logprobs":{"token_logprobs":[-1,-1],"top_logprobs":[{\#(wide)},{"token_id:1":-1}]}}]}"#
        #expect(try read(body, topLogprobs: 5).topTokens.map(\.ids) == [[0, 1, 2, 3, 4, 5], [1]])
    }
}
