import JSON
import Synchronization

/// A llama.cpp server with a ChatML template and a tokenizer of bytes, whose replies are scripted.
package final class TemplateServer: Sendable {
    package static let (start, end): (Int32, Int32) = (1000, 1001)
    package let server: FaultServer
    /// Prompts of the requests that sampled, and what was sampled.
    private let log: Log

    private final class Log: Sendable {
        let turns = Mutex<[(prompt: [Int32], sampled: [Int32])]>([])
    }

    package var turns: [(prompt: [Int32], sampled: [Int32])] { log.turns.withLock { $0 } }
    /// Bodies of the requests to a path.
    package func bodies(_ path: String) -> [String] { server.requests.filter { $0.path == path }.map(\.body) }

    /// `reply` gives the text of a turn from the text of its prompt; nil never answers. `miscounts` claims a token less;
    /// `thinks` opens the model's thoughts.
    package init(miscounts: Bool = false, thinks: Bool = false, _ reply: @escaping @Sendable (String) -> String?) throws
    {
        let log = Log()
        self.log = log
        server = try FaultServer { request, connection in
            guard let body = try? JSONValue(parsing: request.body.utf8) else {
                connection.reply(400, "{}")
                return .keep
            }
            switch request.path {
            case "/apply-template":
                connection.reply(200, (["prompt": .string(Self.render(body, thinks: thinks))] as JSONValue).text)
            case "/tokenize":
                let ids = Self.encode(body["content"]?.stringValue ?? "")
                connection.reply(200, (["tokens": .array(ids.map { .int(Int($0)) })] as JSONValue).text)
            case "/detokenize":
                let ids = (body["tokens"]?.arrayValue ?? []).compactMap(\.intValue).map { Int32($0) }
                connection.reply(200, (["content": .string(Self.decode(ids))] as JSONValue).text)
            case "/completion":
                let prompt = (body["prompt"]?.arrayValue ?? []).compactMap(\.intValue).map { Int32($0) }
                guard let text = reply(Self.decode(prompt)) else {
                    connection.waitForClose()
                    return .close
                }
                let budget = body["n_predict"]?.intValue ?? 0
                let whole = Self.encode(text) + [Self.end]
                let ids = Array(whole.prefix(budget))
                log.turns.withLock { $0.append((prompt, ids)) }
                let entries = ids.map { id -> JSONValue in
                    [
                        "id": .int(Int(id)), "token": "x", "bytes": [120], "logprob": -0.5,
                        "top_logprobs": [
                            ["id": .int(Int(id)), "token": "x", "bytes": [120], "logprob": -0.5],
                            ["id": 7, "token": "y", "bytes": [121], "logprob": -1],
                        ],
                    ]
                }
                let answer: JSONValue = [
                    "index": 0, "content": .string(Self.decode(ids.filter { $0 != Self.end })),
                    "tokens": .array(ids.map { .int(Int($0)) }),
                    "stop_type": ids.count < whole.count ? "limit" : "eos", "tokens_predicted": .int(ids.count),
                    "tokens_evaluated": .int(prompt.count - (miscounts ? 1 : 0)),
                    "completion_probabilities": .array(entries),
                ]
                connection.reply(200, answer.text)
            default: connection.reply(404, "{}")
            }
            return .keep
        }
    }

    package static func encode(_ text: String) -> [Int32] {
        var ids: [Int32] = []
        var rest = Array(text.utf8)[...]
        while let first = rest.first {
            if rest.starts(with: "<|im_start|>".utf8) {
                ids.append(start)
                rest = rest.dropFirst(12)
            } else if rest.starts(with: "<|im_end|>".utf8) {
                ids.append(end)
                rest = rest.dropFirst(10)
            } else {
                ids.append(Int32(first))
                rest = rest.dropFirst()
            }
        }
        return ids
    }

    package static func decode(_ ids: [Int32]) -> String {
        var bytes: [UInt8] = []
        for id in ids {
            bytes += id == start ? Array("<|im_start|>".utf8) : id == end ? Array("<|im_end|>".utf8) : [UInt8(id & 255)]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func render(_ body: JSONValue, thinks: Bool) -> String {
        var text = ""
        if let tools = body["tools"] {
            text +=
                "<|im_start|>system\n<tools>\(tools.text)</tools> answer in <tool_call>{\"name\": n, \"arguments\": a}"
                + "</tool_call><|im_end|>\n"
        }
        for message in body["messages"]?.arrayValue ?? [] {
            text += "<|im_start|>\(message["role"]?.stringValue ?? "")\n" + (message["content"]?.stringValue ?? "")
            for call in message["tool_calls"]?.arrayValue ?? [] {
                let function = call["function"]
                text +=
                    "<tool_call>{\"name\": \"\(function?["name"]?.stringValue ?? "")\", \"arguments\": "
                    + (function?["arguments"]?.stringValue ?? "") + "}</tool_call>"
            }
            text += "<|im_end|>\n"
        }
        if body["add_generation_prompt"]?.boolValue != true { return text }
        return text + "<|im_start|>assistant\n" + (thinks ? "<think>\n" : "")
    }
}
