internal import Experience
internal import JSON
internal import Synchronization

/// The prompt's token ids from servers that do not put them into their answers but tokenize on request (llama.cpp).
///
/// The server's own template and tokenizer are asked, and the result counts only when it has as many tokens as the
/// server says it read: an id that might be another one than was sampled from is worse than none.
final class PromptTokenizer: Sendable {
    private let driver: CurlDriver
    // By group: its samples share the prompt. The value is nil when the server did not answer.
    private let known = Mutex<[Int: Task<[Int32]?, Never>]>([:])

    init(driver: CurlDriver) { self.driver = driver }

    /// Asks ahead, so that the ids are there when the first sample is.
    func begin(_ prompt: Prompt, group: Int, at endpoint: Endpoint) {
        if endpoint.server == .llamacpp { _ = task(prompt, group, endpoint) }
    }

    /// The ids, or none; `count` is what the server's usage says of the prompt.
    func ids(of prompt: Prompt, group: Int, count: Int?, at endpoint: Endpoint) async -> [Int32] {
        guard endpoint.server == .llamacpp, let count else { return [] }
        guard let ids = await task(prompt, group, endpoint).value else {
            // The next sample of the group asks again.
            forget(group: group)
            return []
        }
        return ids.count == count ? ids : []
    }

    /// Forgets a group that is done.
    func forget(group: Int) { known.withLock { $0[group] = nil } }

    private func task(_ prompt: Prompt, _ group: Int, _ endpoint: Endpoint) -> Task<[Int32]?, Never> {
        known.withLock { known in
            if let task = known[group] { return task }
            let task = Task(executorPreference: driver.executor) { await self.ask(prompt, endpoint) }
            known[group] = task
            return task
        }
    }

    private func ask(_ prompt: Prompt, _ endpoint: Endpoint) async -> [Int32]? {
        var text: String
        switch prompt {
        case .text(let plain): text = plain
        case .chat(let chat):
            let tools = chat.tools.map { [JSONValue.Member("tools", $0)] } ?? []
            guard
                let reply = await post(
                    "/apply-template", .object([.init("messages", chat.messagesJSON)] + tools), endpoint),
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
        request.timeouts.total = 60
        // The server closes kept connections as it likes; to ask twice for a tokenization does no harm.
        for _ in 0..<3 {
            guard let response = try? await driver.send(request) else { continue }
            return response.status == 200 ? try? JSONValue(parsing: response.body) : nil
        }
        return nil
    }
}
