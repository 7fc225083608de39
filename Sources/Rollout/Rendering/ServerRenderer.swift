internal import Experience
internal import JSON

/// The template and the tokenizer of the server that samples: llama.cpp's `/apply-template` and `/tokenize`, vLLM's
/// `/tokenize` of messages and `/detokenize`. Nothing that was sampled is ever sent there.
struct ServerRenderer: ChatRenderer {
    let driver: CurlDriver
    let endpoint: Endpoint
    /// What the template is given besides.
    let kwargs: JSONValue?

    /// Whether the kind of server has both.
    static func serves(_ server: ServerKind) -> Bool { server == .llamacpp || server == .vllm }

    func render(_ messages: [ChatMessage], tools: [Tool], opens: Bool) async throws -> String {
        var body = [JSONValue.Member("messages", .array(messages.map { textual($0).json }))]
        if !tools.isEmpty { body.append(.init("tools", .array(tools.map(\.json)))) }
        body.append(.init("add_generation_prompt", .bool(opens)))
        if let kwargs { body.append(.init("chat_template_kwargs", kwargs)) }
        if endpoint.server == .llamacpp {
            let reply = try await post("/apply-template", .object(body))
            guard let prompt = reply["prompt"]?.stringValue else { throw malformed("/apply-template") }
            return prompt
        }
        body.append(.init("model", .string(endpoint.model)))
        let ids = try ids(try await post("/tokenize", .object(body)), "/tokenize")
        return try await text(of: ids)
    }

    func encode(_ text: String, begins: Bool) async throws -> [Int32] {
        if text.isEmpty { return [] }
        var body: [JSONValue.Member]
        if endpoint.server == .llamacpp {
            body = [.init("content", .string(text)), .init("add_special", .bool(begins)), .init("parse_special", true)]
        } else {
            // vLLM's own rendering has the template's beginning in it.
            body = [
                .init("model", .string(endpoint.model)), .init("prompt", .string(text)),
                .init("add_special_tokens", false),
            ]
        }
        return try ids(try await post("/tokenize", .object(body)), "/tokenize")
    }

    func leadingToken(of text: String) async throws -> String? {
        guard let first = try await encode(text, begins: false).first else { return nil }
        let word = try await self.text(of: [first])
        // A space or a letter is no end token.
        return word.utf8.count > 1 && text.hasPrefix(word) ? word : nil
    }

    private func text(of ids: [Int32]) async throws -> String {
        var body = [JSONValue.Member("tokens", .array(ids.map { .int(Int($0)) }))]
        if endpoint.server != .llamacpp { body.append(.init("model", .string(endpoint.model))) }
        let reply = try await post("/detokenize", .object(body))
        guard let text = (reply["content"] ?? reply["prompt"])?.stringValue else { throw malformed("/detokenize") }
        return text
    }

    // llama.cpp's parser wants the arguments of calls as OpenAI's API has them, a JSON text.
    private func textual(_ message: ChatMessage) -> ChatMessage {
        guard let calls = message.published?["tool_calls"]?.arrayValue,
            case .object(var members)? = message.published,
            let place = members.firstIndex(where: { $0.key == "tool_calls" })
        else { return message }
        members[place].value = .array(
            calls.map { call in
                guard let arguments = call["function"]?["arguments"], arguments.stringValue == nil else { return call }
                return call.overlaid(with: ["function": ["arguments": .string(arguments.text)]])
            })
        return ChatMessage(.object(members))
    }

    private func ids(_ reply: JSONValue, _ path: String) throws -> [Int32] {
        guard let tokens = reply["tokens"]?.arrayValue else { throw malformed(path) }
        let ids = tokens.compactMap { $0.intValue.flatMap(Int32.init(exactly:)) }
        guard ids.count == tokens.count else { throw malformed(path) }
        return ids
    }

    private func malformed(_ path: String) -> RenderError {
        RenderError("\(endpoint.url)\(path) did not answer what this kind of server promises")
    }

    private func post(_ path: String, _ body: JSONValue) async throws -> JSONValue {
        var request = endpoint.address.post(path, headers: endpoint.headers, json: body.bytes)
        request.maxResponseBytes = 64 << 20
        request.timeouts.total = 60
        var last = ""
        // The server closes kept connections as it likes; to ask again for a rendering does no harm.
        for tries in 1...3 {
            let response: HTTPResponse
            do throws(TransportError) {
                response = try await driver.send(request)
            } catch {
                if error.kind == .cancelled { throw CancellationError() }
                last = "\(error)"
                continue
            }
            guard response.status == 200 else {
                last = "\(ServerError(response, endpoint.secrets))"
                if response.status >= 500, tries < 3 {
                    try await Task.sleep(for: .milliseconds(50 * tries))
                    continue
                }
                // A template that raises is a 500 to llama.cpp.
                throw RenderError(
                    "\(endpoint.url)\(path): \(ServerError(response, endpoint.secrets))",
                    isRefusal: response.status < 500 || response.status == 500)
            }
            do {
                return try JSONValue(parsing: response.body)
            } catch {
                throw RenderError("\(endpoint.url)\(path): no JSON (\(error))")
            }
        }
        throw RenderError("\(endpoint.url)\(path): \(last)")
    }
}
