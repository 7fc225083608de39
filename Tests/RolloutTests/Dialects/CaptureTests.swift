import Experience
import Foundation
import JSON
import Testing

@testable import Rollout

/// Every recorded exchange gives the right record or the right typed error.
@Suite(.enabled(if: Captures.isPresent, "../shared/data/servers is absent")) struct CaptureTests {
    /// One exchange: the request as it was sent and the body that came back.
    struct Exchange: Sendable, CustomTestStringConvertible {
        var name: String
        var request: JSONValue
        var body: [UInt8]
        var status: Int

        var testDescription: String { name }
        var isStream: Bool { request["stream"]?.boolValue ?? false }

        /// Our form of the recorded request.
        var sampleRequest: SampleRequest {
            let parameters = request["sampling_params"] ?? request
            var sampling = SamplingParameters()
            sampling.maxTokens = parameters["max_tokens"]?.intValue ?? 16
            sampling.topLogprobs = request["top_logprobs"]?.intValue ?? parameters["logprobs"]?.intValue ?? 0
            let prompts = request["prompt"]?.arrayValue?.count { $0.stringValue != nil } ?? 0
            var result = SampleRequest(input: .prompt(.text("")), model: "tiny", sampling: sampling)
            result.count = (parameters["n"]?.intValue ?? 1) * max(1, prompts)
            result.isStreaming = isStream
            return result
        }

        func read(_ dialect: any Dialect) -> Result<SampleReply, SampleError> {
            if status >= 400 { return .failure(.server(ServerError(status: status, body: body))) }
            let reader = ReplyReader(sampleRequest, dialect: dialect)
            do {
                if isStream { try body.withUnsafeBufferPointer { try reader.feed($0) } }
                return .success(try reader.finish(body))
            } catch {
                return .failure(error as? SampleError ?? .reply(.malformed("\(error)")))
            }
        }
    }

    static func exchanges(_ server: String) throws -> [Exchange] {
        let files = try FileManager.default.contentsOfDirectory(atPath: Captures.folder.path)
        return try files.filter { $0.hasPrefix(server) && $0.hasSuffix(".request.json") }.sorted().map { file in
            let base = String(file.dropLast(".request.json".count))
            let head = String(decoding: try Captures.bytes(base + ".headers"), as: UTF8.self)
            let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            let request = try? JSONValue(parsing: try Captures.bytes(file))
            return Exchange(
                name: base, request: request ?? .object([]), body: try Captures.bytes(base + ".json"), status: status)
        }
    }

    /// Exchanges that ask for completions, not for models, metrics or control.
    static func sampling(_ server: String) throws -> [Exchange] {
        try exchanges(server).filter {
            $0.request["max_tokens"] != nil || $0.request["sampling_params"] != nil
        }
    }

    static let openAI = ["vllm-0.32.0-cpu", "llamacpp-xllamacpp", "llama-cpp-python-0.3.36"]

    @Test(arguments: openAI) func everyExchangeIsARecordOrATypedError(server: String) throws {
        let kind: ServerKind =
            server.hasPrefix("vllm") ? .vllm : server.hasPrefix("llamacpp") ? .llamacpp : .llamaCppPython
        let dialect = OpenAIDialect(server: kind, api: .auto)
        let exchanges = try Self.sampling(server)
        #expect(exchanges.count > 15)
        for exchange in exchanges {
            switch exchange.read(dialect) {
            case .success(let reply):
                #expect(exchange.status == 200, "\(exchange.name)")
                try check(reply, exchange)
            case .failure(.server(let error)):
                #expect(error.status >= 400 && error.status == exchange.status, "\(exchange.name)")
                #expect(!error.message.isEmpty || exchange.name.hasSuffix("completions_batch"), "\(exchange.name)")
            case .failure(.reply(let violation)): try check(violation, exchange)
            case .failure(let error): Issue.record("\(exchange.name): \(error)")
            }
        }
    }

    /// Compares with a reading of the same body as a tree.
    private func check(_ reply: SampleReply, _ exchange: Exchange) throws {
        let choices = reply.choices
        let indices = reply.completions.map(\.index) + reply.failures.map(\.index)
        #expect(indices.sorted() == Array(0..<exchange.sampleRequest.count), "\(exchange.name)")
        for failure in reply.failures where failure.beginning == nil {
            guard case .reply(let violation) = failure.error else { continue }
            try check(violation, exchange)
        }
        for completion in choices {
            let name = "\(exchange.name) choice \(completion.index)"
            #expect(completion.logprobs.allSatisfy { $0.isFinite && $0 <= 0 }, "\(name)")
            if !completion.tokenIDs.isEmpty, !completion.logprobs.isEmpty {
                #expect(completion.tokenIDs.count == completion.logprobs.count, "\(name)")
            }
        }
        guard !exchange.isStream else { return }
        let tree = try JSONValue(parsing: exchange.body)
        for (completion, choice) in zip(choices, try #require(tree["choices"]?.arrayValue)) {
            let name = "\(exchange.name) choice \(completion.index)"
            #expect(
                completion.text == choice["text"]?.stringValue ?? choice["message"]?["content"]?.stringValue ?? "",
                "\(name)")
            #expect(completion.finish.rawValue == choice["finish_reason"]?.stringValue, "\(name)")
            // What was aborted within a character is kept up to the last whole one.
            let lost = completion.finish == .abort ? 3 : 0
            if let ids = choice["token_ids"]?.arrayValue?.compactMap(\.intValue) {
                let kept = completion.tokenIDs.map { Int($0) }
                #expect(ids.starts(with: kept) && ids.count - kept.count <= lost, "\(name)")
            }
            if let logprobs = choice["logprobs"]?["token_logprobs"]?.arrayValue?.compactMap(\.doubleValue) {
                let kept = completion.logprobs
                #expect(logprobs.map { Float($0) }.starts(with: kept) && logprobs.count - kept.count <= lost, "\(name)")
            }
            if let prompt = (choice["prompt_token_ids"] ?? tree["prompt_token_ids"])?.arrayValue {
                #expect(reply.promptIDs.map { Int($0) } == prompt.compactMap(\.intValue), "\(name)")
            }
        }
    }

    /// The only answers with status 200 that must be refused.
    private func check(_ violation: ReplyViolation, _ exchange: Exchange) throws {
        switch violation {
        // `echo` puts null for the first prompt token: no completion, and never asked for by us.
        case .malformed, .badLogprob: #expect(exchange.request["echo"] != nil, "\(exchange.name): \(violation)")
        // llama-cpp-python answers n = 2 with one choice.
        case .wrongChoices(let expected, let received):
            #expect(exchange.name.hasPrefix("llama-cpp-python") && expected > received.count, "\(exchange.name)")
        default: Issue.record("\(exchange.name): \(violation)")
        }
    }

    @Test func llamaCppMergedTokensLoseTheirIDs() throws {
        let exchange = try #require(Self.exchanges("llamacpp").first { $0.name.hasSuffix(".completions") })
        let reply = try exchange.read(OpenAIDialect(server: .llamacpp, api: .auto)).get()
        let completion = try #require(reply.completions.first)
        // Six tokens, five entries: two tokens of one split character share an entry.
        #expect(completion.tokenCount == 6)
        #expect(completion.tokenIDs.isEmpty && completion.logprobs.isEmpty)
        let stopped = try #require(Self.exchanges("llamacpp").first { $0.name.hasSuffix(".completions_stop") })
        let other = try #require(
            try stopped.read(OpenAIDialect(server: .llamacpp, api: .auto)).get().completions.first)
        // The stop string ended within a token that has no entry: the entries' bytes are shorter than the text.
        #expect(other.text == "solut80\u{17}<extr" && other.tokenIDs.isEmpty && other.logprobs.isEmpty)
    }

    @Test func weightVersionsBecomeSpans() throws {
        let server = "vllm-0.32.0-cpu"
        let dialect = VLLMGenerateDialect()
        let spans = try #require(Self.exchanges(server).first { $0.name.hasSuffix(".inference_generate_spans") })
        let tree = try JSONValue(parsing: spans.body)
        let written = try #require(tree["choices"]?.arrayValue?.first?["weight_versions"]?.arrayValue)
        let completion = try #require(try spans.read(dialect).get().completions.first)
        let numbered = written.filter { $0["version"]?.stringValue?.last?.isNumber ?? false }
        #expect(completion.weightSpans.count == numbered.count)
        #expect(completion.tokenIDs.count == 400)
        let aborted = try #require(Self.exchanges(server).first { $0.name.hasSuffix(".abort_inflight") })
        let partial = try #require(
            try aborted.read(OpenAIDialect(server: .vllm, api: .auto)).get().failures.first?.beginning)
        #expect(partial.finish == .abort && partial.tokenIDs.count == partial.logprobs.count)
        #expect(!partial.tokenIDs.isEmpty)
    }

    @Test(arguments: openAI) func anySplitOfAStreamGivesTheSameRecord(server: String) throws {
        let kind: ServerKind = server.hasPrefix("vllm") ? .vllm : .llamacpp
        let dialect = OpenAIDialect(server: kind, api: .auto)
        for exchange in try Self.sampling(server) where exchange.isStream && exchange.status == 200 {
            guard case .success(let whole) = exchange.read(dialect) else { continue }
            for size in [1, 2, 3, 7, 64, 1000] {
                let reader = ReplyReader(exchange.sampleRequest, dialect: dialect)
                for start in stride(from: 0, to: exchange.body.count, by: size) {
                    let piece = Array(exchange.body[start..<min(exchange.body.count, start + size)])
                    try piece.withUnsafeBufferPointer { try reader.feed($0) }
                }
                #expect(try reader.finish([]) == whole, "\(exchange.name) in pieces of \(size)")
            }
        }
    }

    // MARK: SGLang, whose files hold shapes from its source

    private func sglang(_ name: String) throws -> JSONValue {
        let tree = try JSONValue(parsing: try Captures.bytes("sglang-0.5.23.\(name).json"))
        return try #require(tree["body"])
    }

    private func readSGLang(_ bodies: [JSONValue], count: Int = 1, stream: Bool = false) throws -> SampleReply {
        var request = SampleRequest(
            input: .prompt(.text("")), model: "m", sampling: SamplingParameters())
        request.count = count
        request.isStreaming = stream
        let reader = ReplyReader(request, dialect: SGLangDialect())
        if !stream { return try reader.finish(bodies[0].bytes) }
        for body in bodies {
            let event = Array("data: ".utf8) + body.bytes + Array("\n\n".utf8)
            try event.withUnsafeBufferPointer { try reader.feed($0) }
        }
        return try reader.finish([])
    }

    @Test func sglangGenerate() throws {
        let one = try #require(readSGLang([sglang("generate")]).completions.first)
        #expect(
            one.text == "The answer" && one.tokenIDs == [785, 4226, 151645] && one.logprobs == [-0.125, -1.5, -0.25])
        #expect(one.finish == .stop && one.stopReason == "151645")
        #expect(
            one.weightSpans == [WeightSpan(version: 6, tokens: 0..<2), WeightSpan(version: 7, tokens: 2..<3)])
        let abort = try readSGLang([sglang("generate_abort")])
        let aborted = try #require(abort.failures.first?.beginning)
        #expect(abort.completions.isEmpty)
        #expect(aborted.finish == .abort && aborted.tokenIDs == [785, 4226])
        #expect(aborted.weightSpans == [WeightSpan(version: 7, tokens: 0..<2)])
        // In this file the second choice's log-probs are of other tokens than its output_ids.
        let mixed = try readSGLang([sglang("generate_n2")], count: 2)
        #expect(mixed.completions.map(\.index) == [0])
        #expect(mixed.failures == [ChoiceFailure(index: 1, error: .reply(.contradictoryIDs))])
        let first = try #require(try sglang("generate_n2").arrayValue?.first)
        let two = try readSGLang([.array([first, first])], count: 2).completions
        #expect(two.map(\.index) == [0, 1] && two.map(\.tokenIDs.count) == [3, 3])
    }

    @Test func sglangStreams() throws {
        let events = try #require(try sglang("generate_stream")["events"]?.arrayValue).filter { $0.objectValue != nil }
        let cumulative = try #require(readSGLang(events, stream: true).completions.first)
        #expect(cumulative.text == "The answer" && cumulative.tokenIDs == [785, 4226, 151645])
        #expect(cumulative.logprobs.count == 3)
        let errors = try #require(try sglang("generate_stream_error")["events"]?.arrayValue?.first)
        do {
            _ = try readSGLang([errors], stream: true)
            Issue.record("no error")
        } catch let error as SampleError {
            guard case .server(let answer) = error else { throw error }
            #expect(answer.isRetryable == false && answer.message.contains("context length"))
        }
    }

    @Test func sglangOpenAI() throws {
        let dialect = OpenAIDialect(server: .sglang, api: .auto)
        let request = SampleRequest(
            input: .prompt(.text("")), model: "m", sampling: SamplingParameters())
        let text = try ReplyReader(request, dialect: dialect).finish(sglang("v1_completions").bytes)
        #expect(text.completions.first?.tokenIDs == [220] && text.promptIDs == [785, 4226])
        #expect(text.completions.first?.stopReason == "151645")
        #expect(text.completions.first?.weightSpans == [WeightSpan(version: 7, tokens: 0..<1)])
        let chat = try ReplyReader(request, dialect: dialect).finish(sglang("v1_chat").bytes)
        #expect(chat.completions.first?.text == "42" && chat.completions.first?.logprobs == [-0.5])
        let error = ServerError(status: 400, body: try sglang("err_400_v1").bytes)
        #expect(error.message == "max_tokens must be positive" && error.type == "BadRequestError")
    }
}

extension SampleReply {
    /// What came of every choice.
    fileprivate var choices: [Completion] {
        (completions + failures.compactMap(\.beginning)).sorted { $0.index < $1.index }
    }
}
