import Experience
import JSON

/// What is asked of a worker of protocol 2: an item of a line, which the lines put together.
struct EpisodeMessage {
    let ready: EnvironmentReady
    let episode: Int

    /// Begins the episode.
    func start(_ problem: Problem, seed: UInt64, key: EpisodeKey) -> (Int) -> [UInt8] {
        // JavaScript's numbers hold 53 bits.
        let seed = Int(clamping: seed & (1 << 53 - 1))
        if ready.isTabular {
            return { id in
                TabularLines.line([
                    "\(id)", "start", "\(episode)", "\(seed)", problem.prompt.plainText, problem.answer ?? "",
                ])
            }
        }
        return { id in
            written(id) { writer in
                writer.key("seed")
                writer.int(seed)
                writer.key("key")
                writer.value([
                    "run": .string(key.run), "ordinal": .int(key.ordinal), "index": .int(key.index),
                    "attempt": .int(key.attempt),
                ])
                writer.key("problem")
                writer.object { writer in
                    writer.key("id")
                    writer.string(problem.id)
                    writer.key("messages")
                    writer.value(.array(problem.messages.map(\.json)))
                    writer.key("answer")
                    writer.string(problem.answer)
                    writer.key("fields")
                    // A record from a pretty-printed file has line ends between its members; the protocol has none.
                    writer.raw(problem.fields.bytes.lazy.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
                }
            }
        }
    }

    /// A turn of the policy.
    func step(_ action: Action, turn: Int) -> (Int) -> [UInt8] {
        if ready.isTabular {
            return { id in TabularLines.line(["\(id)", "step", "\(episode)", "\(turn)", action.text]) }
        }
        return { id in
            written(id) { writer in
                writer.key("turn")
                writer.int(turn)
                writer.key("text")
                writer.string(action.text)
                if action.calls.isEmpty { return }
                writer.key("calls")
                writer.array { writer in
                    for call in action.goodCalls {
                        writer.value([
                            "id": .string(call.id), "name": .string(call.name),
                            "arguments": call.arguments ?? .object([]),
                        ])
                    }
                }
                let bad = action.calls.count - action.goodCalls.count
                if bad == 0 { return }
                writer.key("bad_calls")
                writer.int(bad)
            }
        }
    }

    /// The end, with why it came.
    func end(_ stop: EpisodeStop, text: String, turns: Int) -> (Int) -> [UInt8] {
        if ready.isTabular {
            return { id in TabularLines.line(["\(id)", "end", "\(episode)", stop.rawValue, text]) }
        }
        return { id in
            written(id) { writer in
                writer.key("stop")
                writer.string(stop.rawValue)
                writer.key("text")
                writer.string(text)
                writer.key("turns")
                writer.int(turns)
            }
        }
    }

    private func written(_ id: Int, _ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("id")
            writer.int(id)
            writer.key("episode")
            writer.int(episode)
            body(&writer)
        }
        return writer.bytes
    }
}

/// What a worker says of itself.
struct EnvironmentReady: Sendable {
    var name: String?
    var version: String
    var resumption: Resumption
    var tools: [Tool]
    /// Episodes that one process can hold; nil for any number.
    var episodes: Int?
    /// Lines of tab-separated text, for shells.
    var isTabular: Bool

    /// From the answer to hello; throws a sentence for one that is none.
    init(_ json: JSONValue, _ title: String) throws(EnvironmentError) {
        let version = EnvironmentLines.protocolVersion
        if let refusal = json["error"]?.unlessNull {
            throw EnvironmentError(.start, "'\(title)' does not serve: \(refusal.stringValue ?? refusal.text)")
        }
        guard let spoken = json["ready"]?.intValue, spoken == version else {
            let hint = json["ready"]?.intValue == 1 ? "; protocol 1 is that of verifiers" : ""
            throw EnvironmentError(
                .contract,
                "'\(title)': expected {\"ready\":\(version)}, the protocol's version, not \(json.text.cut(to: 200))\(hint)"
            )
        }
        name = json["name"]?.stringValue
        self.version = json["version"].map { $0.stringValue ?? $0.text } ?? ""
        let resume = json["resume"]?.stringValue ?? json["resume"]?.unlessNull?.text ?? Resumption.none.rawValue
        guard let resumption = Resumption(rawValue: resume) else {
            let known = Resumption.allCases.map(\.rawValue)
            throw EnvironmentError(
                .contract, "'\(title)': its 'resume' is '\(resume.cut(to: 40))'" + resume.hint(among: known))
        }
        self.resumption = resumption
        tools = []
        if let given = json["tools"]?.unlessNull { tools = try EpisodeReply.tools(given, title) }
        episodes = json["episodes"]?.intValue.map { max(1, $0) }
        isTabular = json["format"]?.stringValue == "tsv"
    }
}
