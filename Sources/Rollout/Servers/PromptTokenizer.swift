internal import Experience
internal import JSON
internal import Synchronization

/// The prompt's token ids from servers that tokenize on request: those that are asked by ids (`Dialect.prefersIDs`), and
/// llama.cpp, which does not put them into its answers.
///
/// The server's own template and tokenizer are asked. What an answer was sampled from otherwise counts only when it has as
/// many tokens as the server says it read: an id that might be another one is worse than none.
final class PromptTokenizer: Sendable {
    private let driver: CurlDriver
    // By group: its samples share the prompt. The value is nil when the server did not answer.
    private let known = Mutex<[Int: Task<[Int32]?, Never>]>([:])

    init(driver: CurlDriver) { self.driver = driver }

    /// The ids to ask with, where the endpoint is better asked by ids; nil where not, or where it does not tell them.
    func request(of prompt: Prompt, _ sampling: SamplingParameters, group: Int, at endpoint: Endpoint) async -> [Int32]?
    {
        guard endpoint.dialect.prefersIDs else { return nil }
        // What the answer of a chat route is parsed for, only that route does.
        let members = ["tools", "response_format", "json_schema", "grammar"]
        if endpoint.server == .llamacpp, members.contains(where: { sampling.extra?[$0]?.isNull == false }) {
            return nil
        }
        guard let ids = await task(prompt, sampling, group, endpoint).value, !ids.isEmpty else {
            // The next sample of the group asks again.
            forget(group: group)
            return nil
        }
        return ids
    }

    /// The ids of what was sampled as text, or none; `count` is what the server's usage says of the prompt.
    func ids(
        of prompt: Prompt, _ sampling: SamplingParameters, group: Int, count: Int?, at endpoint: Endpoint
    ) async -> [Int32] {
        guard endpoint.server == .llamacpp, let count else { return [] }
        guard let ids = await task(prompt, sampling, group, endpoint).value else {
            forget(group: group)
            return []
        }
        return ids.count == count ? ids : []
    }

    /// Forgets a group that is done.
    func forget(group: Int) { known.withLock { $0[group] = nil } }

    private func task(
        _ prompt: Prompt, _ sampling: SamplingParameters, _ group: Int, _ endpoint: Endpoint
    ) -> Task<[Int32]?, Never> {
        known.withLock { known in
            if let task = known[group] { return task }
            let task = Task(executorPreference: driver.executor) { await self.ask(prompt, sampling, endpoint) }
            known[group] = task
            return task
        }
    }

    private func ask(_ prompt: Prompt, _ sampling: SamplingParameters, _ endpoint: Endpoint) async -> [Int32]? {
        endpoint.server == .llamacpp
            ? await askLlamaCpp(prompt, sampling, endpoint) : await askVLLM(prompt, sampling, endpoint)
    }

    private func askLlamaCpp(_ prompt: Prompt, _ sampling: SamplingParameters, _ endpoint: Endpoint) async -> [Int32]? {
        var text: String
        switch endpoint.dialect.routed(prompt) {
        case .text(let plain): text = plain
        case .chat(let chat):
            var body = [JSONValue.Member("messages", chat.messagesJSON)]
            if let tools = chat.tools { body.append(.init("tools", tools)) }
            if let kwargs = sampling.chatTemplateKwargs { body.append(.init("chat_template_kwargs", kwargs)) }
            guard let reply = await post("/apply-template", .object(body), endpoint),
                let rendered = reply["prompt"]?.stringValue
            else { return nil }
            text = rendered
        }
        let body: JSONValue = ["content": .string(text), "add_special": true, "parse_special": true]
        return Self.ids(await post("/tokenize", body, endpoint))
    }

    private func askVLLM(_ prompt: Prompt, _ sampling: SamplingParameters, _ endpoint: Endpoint) async -> [Int32]? {
        var body: [JSONValue.Member] = [.init("model", .string(endpoint.model))]
        switch endpoint.dialect.routed(prompt) {
        case .text(let text): body.append(.init("prompt", .string(text)))
        case .chat(let chat):
            body.append(.init("messages", chat.messagesJSON))
            if let tools = chat.tools { body.append(.init("tools", tools)) }
            body.append(.init("add_generation_prompt", true))
            if let kwargs = sampling.chatTemplateKwargs { body.append(.init("chat_template_kwargs", kwargs)) }
        }
        return Self.ids(await post("/tokenize", .object(body), endpoint))
    }

    private static func ids(_ reply: JSONValue?) -> [Int32]? {
        guard let tokens = reply?["tokens"]?.arrayValue else { return nil }
        let ids = tokens.compactMap { $0.intValue.flatMap(Int32.init(exactly:)) }
        return ids.count == tokens.count ? ids : nil
    }

    private func post(_ path: String, _ body: JSONValue, _ endpoint: Endpoint) async -> JSONValue? {
        var request = endpoint.address.post(path, headers: endpoint.headers, json: body.bytes)
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
