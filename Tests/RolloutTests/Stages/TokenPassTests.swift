import Experience
import Foundation
import JSON
import TestServers
import Testing

@testable import Rollout

@Suite(.timeLimit(.minutes(5))) struct TokenPassTests {
    /// A reference model whose log-prob of token t is -t / 100, and a critic whose value at position i is i.
    private func server(failing: Int = 0, sglang: Bool = false) throws -> FaultServer {
        try FaultServer { request, connection in
            if request.number < failing {
                connection.reply(503, "")
                return .keep
            }
            let tree = try? JSONValue(parsing: request.body.utf8)
            let ids =
                (tree?["prompt"] ?? tree?["input"] ?? tree?["input_ids"])?.arrayValue?.compactMap(\.intValue) ?? []
            switch request.path {
            case "/v1/completions":
                // The token itself and a likelier one, the first without any.
                let list = ids.enumerated().map { position, id in
                    position == 0
                        ? "null" : #"{"\#(id)":{"logprob":-\#(Double(id) / 100)},"\#(id + 1)":{"logprob":-0.001}}"#
                }
                connection.reply(
                    200,
                    """
                    {"choices":[{"index":0,"text":"x","finish_reason":"length",\
                    "prompt_logprobs":[\(list.joined(separator: ","))]}]}
                    """)
            case "/generate":
                let list = ids.enumerated().map { $0 == 0 ? "[null,\($1),null]" : "[-\(Double($1) / 100),\($1),null]" }
                connection.reply(
                    200,
                    """
                    {"text":"","output_ids":[],"meta_info":{"finish_reason":{"type":"length"},\
                    "input_token_logprobs":[\(list.joined(separator: ","))]}}
                    """)
            default:
                let list = ids.indices.map { "[\($0)]" }.joined(separator: ",")
                connection.reply(200, #"{"data":[{"index":0,"data":[\#(list)]}]}"#)
            }
            return .keep
        }
    }

    private func scorer(_ quantity: TokenQuantity, _ server: FaultServer, _ kind: ServerKind = .vllm) throws
        -> TokenScorer
    {
        try TokenScorer(
            quantity, driver: try CurlDriver(), endpoint: Endpoint(url: server.url, server: kind, model: "ref"))
    }

    @Test(arguments: [ServerKind.vllm, .sglang]) func referenceLogprobsAreOfTheCompletionsTokens(kind: ServerKind)
        async throws
    {
        let server = try server()
        defer { server.stop() }
        let scores = try await scorer(.reference, server, kind).score(promptIDs: [5, 6], tokenIDs: [10, 20, 30])
        #expect(scores == [-0.1, -0.2, -0.3])
    }

    @Test func valuesAreOfTheStatesBefore() async throws {
        let server = try server()
        defer { server.stop() }
        #expect(try await scorer(.critic, server).score(promptIDs: [5, 6], tokenIDs: [10, 20, 30]) == [1, 2, 3])
    }

    @Test func serversThatCannotAreRefused() throws {
        let server = try server()
        defer { server.stop() }
        #expect(throws: DialectError.self) { try scorer(.reference, server, .llamacpp) }
        #expect(throws: DialectError.self) { try scorer(.critic, server, .sglang) }
    }

    @Test func wrongLengthsAreRefused() async throws {
        let server = try FaultServer { _, connection in
            connection.reply(
                200, #"{"data":[{"data":[[1],[2]]}],"choices":[{"index":0,"text":"","prompt_logprobs":[null]}]}"#)
            return .keep
        }
        defer { server.stop() }
        for quantity in TokenQuantity.allCases {
            let scorer = try scorer(quantity, server)
            await #expect(throws: SampleError.self) { try await scorer.score(promptIDs: [5, 6], tokenIDs: [1, 2]) }
        }
    }

    @Test(.enabled(if: Captures.isPresent, "../shared/data/servers is absent"))
    func capturedPromptLogprobs() async throws {
        let body = String(
            decoding: try Captures.bytes("vllm-0.32.0-cpu.completions_prompt_logprobs.json"), as: UTF8.self)
        let server = try FaultServer { _, connection in
            connection.reply(200, body)
            return .keep
        }
        defer { server.stop() }
        let scores = try await scorer(.reference, server).score(promptIDs: [5, 6], tokenIDs: [7, 8, 9])
        #expect(scores == [-9.90955924987793, -8.473987579345703, -8.43140697479248])
    }

    @Test func aPassFillsTheStoreOnce() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "assay-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try Store(path: folder.appending(path: "s.sqlite").path, access: .create)
        let run = try await store.run(named: "r", config: .object([]), seed: 1, isSimulated: false)
        var sampling = SamplingParameters()
        sampling.n = 3
        try await store.addGroups(run: run, from: 0, problems: [Problem(id: "p")], sampling: sampling)
        try await store.record(
            (0..<3).map { index in
                var completion = Completion(index: index, text: "t")
                completion.tokenIDs = index == 2 ? [] : [10, Int32(index)]
                completion.logprobs = index == 2 ? [] : [-1, -1]
                return SampledCompletion(ordinal: 0, completion: completion, promptIDs: [5, 6])
            }, run: run)
        let server = try server(failing: 1)
        defer { server.stop() }
        let pass = TokenPass(
            .reference, store: store, run: run, scorer: try scorer(.reference, server),
            retry: RetryPolicy(baseDelay: 0.01, maxDelay: 0.02))
        #expect(try await pass.score() == TokenPass.Summary(scored: 2))
        #expect(try await pass.score() == TokenPass.Summary())
        #expect(server.posts.count == 3)
        #expect(try await store.completions(lacking: .critic, run: run, after: 0, limit: 10).count == 2)
    }
}
