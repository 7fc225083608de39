import Experience
import JSON
import Synchronization
import TestServers

@testable import Rollout

/// A llama.cpp server with a ChatML template and a tokenizer of bytes, whose replies are scripted.
final class TemplateServer: Sendable {
    static let (start, end): (Int32, Int32) = (1000, 1001)
    let server: FaultServer
    /// Prompts of the requests that sampled, and what was sampled.
    private let log: Log

    private final class Log: Sendable {
        let turns = Mutex<[(prompt: [Int32], sampled: [Int32])]>([])
    }

    var turns: [(prompt: [Int32], sampled: [Int32])] { log.turns.withLock { $0 } }
    /// Bodies of the requests to a path.
    func bodies(_ path: String) -> [String] { server.requests.filter { $0.path == path }.map(\.body) }

    /// `reply` gives the text of a turn from the text of its prompt; nil never answers. `miscounts` claims a token less;
    /// `thinks` opens the model's thoughts.
    init(miscounts: Bool = false, thinks: Bool = false, _ reply: @escaping @Sendable (String) -> String?) throws {
        let log = Log()
        self.log = log
        server = try FaultServer { request, connection in
            guard let body = try? JSONValue(parsing: request.body.utf8) else { return .keep }
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

    static func encode(_ text: String) -> [Int32] {
        var ids: [Int32] = []
        var rest = Substring(text)
        while let first = rest.utf8.first {
            if rest.hasPrefix("<|im_start|>") {
                ids.append(start)
                rest = rest.dropFirst(12)
            } else if rest.hasPrefix("<|im_end|>") {
                ids.append(end)
                rest = rest.dropFirst(10)
            } else {
                ids.append(Int32(first))
                rest = Substring(rest.utf8.dropFirst())
            }
        }
        return ids
    }

    static func decode(_ ids: [Int32]) -> String {
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

/// An environment of one tool, `add`; after an answer without a call the episode is over, which `ends` says itself.
final class AddingEnvironment: Environment {
    let name = "adding"
    let version = "1"
    let resumption: Resumption
    private let hangs: @Sendable (StepKey) -> Bool
    private let question: String
    private let ends: Bool
    /// Starts for which there is no room.
    private let full: Int
    private let asksProblem: Bool
    let counts = Mutex<(starts: Int, steps: Int, ends: [EpisodeStop])>((0, 0, []))

    init(
        _ resumption: Resumption = .replay, question: String = "What is 1+2?", ends: Bool = false, full: Int = 0,
        asksProblem: Bool = false,
        hangs: @escaping @Sendable (StepKey) -> Bool = { _ in false }
    ) {
        (self.resumption, self.question, self.ends, self.hangs) = (resumption, question, ends, hangs)
        (self.full, self.asksProblem) = (full, asksProblem)
    }

    func start(_ problem: Problem, seed: UInt64, key: EpisodeKey) async throws(EnvironmentError) -> Opening {
        let starts = counts.withLock { counts in
            counts.starts += 1
            return counts.starts
        }
        if starts <= full { throw EnvironmentError(.full, "no room") }
        let parameters: JSONValue = [
            "type": "object", "properties": ["a": ["type": "integer"], "b": ["type": "integer"]],
            "required": ["a", "b"],
        ]
        return Opening(
            messages: [ChatMessage(role: "user", content: asksProblem ? problem.id : question)],
            tools: [Tool(name: "add", description: "Adds.", parameters: parameters)])
    }

    func step(_ action: Action, key: StepKey) async throws(EnvironmentError) -> Observation {
        counts.withLock { $0.steps += 1 }
        if hangs(key) { await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in } }
        let results = action.goodCalls.map { call in
            let sum = (call.arguments?["a"]?.intValue ?? 0) + (call.arguments?["b"]?.intValue ?? 0)
            return ToolResult(to: call, "\(sum)<|im_end|>")
        }
        return Observation(results: results, reward: results.isEmpty ? 1 : 0, isDone: ends && action.calls.isEmpty)
    }

    func end(_ episode: EndedEpisode) async -> Verdict? {
        counts.withLock { $0.ends.append(episode.stop) }
        return nil
    }
}
