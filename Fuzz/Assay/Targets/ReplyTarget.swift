import Experience
import JSON
import Rollout

/// Answers of inference servers in every dialect: whole bodies, streams cut anywhere, and error bodies.
final class ReplyTarget: FuzzTarget {
    private let seeds: [FuzzInput]
    private let mutator: Mutator

    init(_ context: FuzzContext) {
        seeds = context.corpus["replies"]
        mutator = Mutator(seeds)
    }

    func input(at place: FuzzPlace) -> FuzzInput {
        if place.index < seeds.count { return seeds[Int(place.index)] }
        var random = place.random("replies")
        var input = seeds.isEmpty ? Self.bare(&random) : random.pick(seeds)
        let body = input["body"] ?? []
        var changed = random.oneIn(6) ? body : mutator.changedPart(body, &random)
        if input["stream"] != nil, random.oneIn(2) {
            // One event of the stream as a tree.
            var lines = body.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
            let line = random.below(lines.count)
            if let start = lines[line].firstIndex(of: UInt8(ascii: "{")) {
                lines[line] = lines[line][..<start] + mutator.changedPart(Array(lines[line][start...]), &random)
                changed = Array(lines.joined(separator: [0x0A]))
            }
        }
        input.set("body", changed)
        if random.oneIn(3) { input.set("count", Array("\(1 + random.below(4))".utf8)) }
        if random.oneIn(20) { input.set("server", Array(random.pick(ServerKind.allCases).rawValue.utf8)) }
        if random.oneIn(20) { input.set("api", Array(random.pick(RolloutAPI.allCases).rawValue.utf8)) }
        input.set("cuts", Array("\(1 + random.below(random.oneIn(2) ? 8 : 400))".utf8))
        return input
    }

    private static func bare(_ random: inout FuzzRandom) -> FuzzInput {
        var input = FuzzInput()
        input.add("server", random.pick(ServerKind.allCases).rawValue)
        input.add("body", "{\"choices\": [{\"index\": 0, \"text\": \"a\", \"finish_reason\": \"stop\"}]}")
        return input
    }

    func run(_ input: FuzzInput) async throws {
        let server = ServerKind(rawValue: input.text("server") ?? "") ?? .openai
        let api = RolloutAPI(rawValue: input.text("api") ?? "") ?? .auto
        guard let dialect = try? server.dialect(api) else { return }
        let isChat = api == .chat || input["chat"] != nil
        let prompt: Prompt = isChat ? .chat([ChatMessage(role: "user", content: "q")]) : .text("q")
        var request = SampleRequest(
            input: input["ids"] == nil ? .prompt(prompt) : .ids([1, 2]), model: "m", sampling: SamplingParameters())
        request.count = min(max(1, Int(input.text("count") ?? "1") ?? 1), 16)
        request.isStreaming = input["stream"] != nil
        _ = try? dialect.encode(request)
        let body = input["body"] ?? []
        _ = ServerError(status: 500, body: body)
        let reader = ReplyReader(request, dialect: dialect)
        if request.isStreaming {
            let step = max(1, Int(input.text("cuts") ?? "64") ?? 64)
            var start = 0
            while start < body.count {
                let end = min(body.count, start + step)
                guard (try? body[start..<end].withUnsafeBufferPointer({ try reader.feed($0) })) != nil else { break }
                start = end
            }
            if let partial = reader.partial() { try check(partial) }
        }
        if let reply = try? reader.finish(body) { try check(reply) }
    }

    /// What is handed on is stored: it must be what the store's columns mean.
    private func check(_ reply: SampleReply) throws {
        for completion in reply.completions {
            if !completion.logprobs.allSatisfy({ $0.isFinite && $0 <= 0 }) {
                throw FuzzFailure("a log-prob that is not finite and <= 0: \(completion.logprobs.prefix(8))")
            }
            let counts = [completion.tokenIDs.count, completion.logprobs.count].filter { $0 > 0 }
            if Set(counts).count > 1 { throw FuzzFailure("\(counts) ids and log-probs") }
            if completion.tokenCount ?? 0 < 0 { throw FuzzFailure("\(completion.tokenCount ?? 0) tokens") }
            if completion.topTokens.contains(where: { $0.ids.count != $0.logprobs.count }) {
                throw FuzzFailure("candidates without log-probs")
            }
        }
    }
}
