internal import Experience
internal import JSON
internal import Synchronization

/// The prompt's token ids from servers that do not put them into their answers but tokenize on request (llama.cpp).
///
/// The server's own template and tokenizer are asked, and the result counts only when it has as many tokens as the
/// server says it read: an id that might be another one than was sampled from is worse than none.
final class PromptTokenizer: Sendable {
    private let driver: CurlDriver
    // By group: its samples share the prompt. An empty list says that the ids cannot be had.
    private let known = Mutex<[Int: [Int32]]>([:])

    init(driver: CurlDriver) { self.driver = driver }

    /// The ids, or none; `count` is what the server's usage says of the prompt.
    func ids(of prompt: Prompt, group: Int, count: Int?, at endpoint: Endpoint) async -> [Int32] {
        guard endpoint.server == .llamacpp, let count else { return [] }
        if let ids = known.withLock({ $0[group] }) { return ids.count == count ? ids : [] }
        let ids = await ask(prompt, endpoint) ?? []
        known.withLock { $0[group] = ids }
        return ids.count == count ? ids : []
    }

    /// Forgets a group that is done.
    func forget(group: Int) { known.withLock { $0[group] = nil } }

    private func ask(_ prompt: Prompt, _ endpoint: Endpoint) async -> [Int32]? {
        var text: String
        switch prompt {
        case .text(let plain): text = plain
        case .chat(let messages):
            let list = messages.map { message -> JSONValue in
                ["role": .string(message.role), "content": .string(message.content)]
            }
            guard
                let reply = await post("/apply-template", .object([.init("messages", .array(list))]), endpoint),
                let rendered = reply["prompt"]?.stringValue
            else { return nil }
            text = rendered
        }
        let body: JSONValue = ["content": .string(text), "add_special": true, "parse_special": true]
        return await post("/tokenize", body, endpoint)?["tokens"]?.arrayValue?.compactMap {
            $0.intValue.flatMap(Int32.init(exactly:))
        }
    }

    private func post(_ path: String, _ body: JSONValue, _ endpoint: Endpoint) async -> JSONValue? {
        var request = HTTPRequest.post(endpoint.url + path, headers: endpoint.headers, json: body.bytes)
        request.maxResponseBytes = 64 << 20
        guard let response = try? await driver.send(request), response.status == 200 else { return nil }
        return try? JSONValue(parsing: response.body)
    }
}
