import Experience
import Rollout

/// libFuzzer entry: the first byte chooses server and transport, the second where a stream is cut; the rest is the body.
/// What is handed on is what the store's columns mean.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 2 else { return 0 }
    let server = ServerKind.allCases[Int(data[0] & 15) % ServerKind.allCases.count]
    let body = Array(UnsafeBufferPointer(start: data + 2, count: count - 2))
    guard let dialect = try? server.dialect(data[0] & 32 == 0 ? .auto : .chat) else { return 0 }
    let prompt: Prompt = data[0] & 32 == 0 ? .text("q") : .chat([ChatMessage(role: "user", content: "q")])
    var request = SampleRequest(input: .prompt(prompt), model: "m", sampling: SamplingParameters())
    request.isStreaming = data[0] & 16 != 0
    request.count = data[0] & 64 == 0 ? 1 : 2
    let reader = ReplyReader(request, dialect: dialect)
    if request.isStreaming {
        let step = Int(data[1]) + 1
        for start in stride(from: 0, to: body.count, by: step) {
            let piece = body[start..<min(body.count, start + step)]
            guard (try? piece.withUnsafeBufferPointer({ try reader.feed($0) })) != nil else { break }
        }
        if let partial = reader.partial() { check(partial) }
    }
    if let reply = try? reader.finish(body) { check(reply) }
    _ = ServerError(status: 500, body: body)
    return 0
}

private func check(_ reply: SampleReply) {
    for completion in reply.completions {
        if !completion.logprobs.allSatisfy({ $0.isFinite && $0 <= 0 }) {
            fatalError("log-probs \(completion.logprobs)")
        }
        let counts = Set([completion.tokenIDs.count, completion.logprobs.count].filter { $0 > 0 })
        if counts.count > 1 { fatalError("\(counts) ids and log-probs") }
    }
}
