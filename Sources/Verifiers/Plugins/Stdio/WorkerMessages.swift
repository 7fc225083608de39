import Experience
import JSON
import Workers

/// The lines of the worker protocol, version 1; docs/verifiers.md is its description.
///
///     us      {"hello":1,"options":{}}
///     worker  {"ready":1,"name":"mine","version":"3"}
///     us      {"verify":[{"id":1,"response":"…","answer":"…","prompt":"…","fields":{…}}]}
///     worker  {"id":1,"score":1.0}          or several in an array, in any order
///     us      {"cancel":[2,3]}              nobody waits for these any more
///     us      end of input                  stop
enum WorkerMessages {
    static let protocolVersion = 1

    /// What a worker says of itself.
    struct Ready: Sendable, Equatable {
        var name: String?
        var version: String?
        /// Items as lines of tab-separated text, for shells.
        var isTabular = false
        /// Whether items carry the source record.
        var wantsFields = true
    }

    /// A reply to one item.
    struct Reply {
        var id: Int
        var verdict: Verdict
    }

    static func hello(options: JSONValue) -> [UInt8] {
        var writer = JSONWriter()
        writer.object {
            $0.key("hello")
            $0.int(protocolVersion)
            $0.key("options")
            $0.value(options)
        }
        return writer.bytes + [newline]
    }

    /// The answer to hello; throws a sentence when it is none.
    static func ready(_ line: ArraySlice<UInt8>) throws -> Ready {
        guard let json = try? JSONValue(parsing: line, maxDepth: 32), json.objectValue != nil else {
            throw ReplyError("expected {\"ready\":1} in answer to hello, not \(line.quoted)")
        }
        if let problem = json["error"]?.stringValue { throw WorkerFailure.refused(problem) }
        guard json["ready"]?.intValue == protocolVersion else {
            throw ReplyError("expected {\"ready\":\(protocolVersion)}, the protocol's version, not \(line.quoted)")
        }
        return Ready(
            name: json["name"]?.stringValue, version: json["version"]?.stringValue,
            isTabular: json["format"]?.stringValue == "tsv", wantsFields: json["fields"]?.boolValue ?? true)
    }

    static func verify(_ items: [VerificationItem], firstID: Int, for ready: Ready) -> [UInt8] {
        if ready.isTabular { return tabular(items, firstID: firstID) }
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("verify")
            writer.array { writer in
                for (offset, item) in items.enumerated() {
                    write(item, id: firstID + offset, withFields: ready.wantsFields, to: &writer)
                }
            }
        }
        return writer.bytes + [newline]
    }

    private static func write(_ item: VerificationItem, id: Int, withFields: Bool, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("id")
            writer.int(id)
            writer.key("response")
            writer.string(item.completion.text)
            writer.key("answer")
            writer.string(item.problem.answer)
            if item.problem.prompt != .text("") {
                writer.key("prompt")
                writer.string(item.problem.prompt.plainText)
            }
            if withFields {
                writer.key("fields")
                // A record from a pretty-printed file has line ends between its members; the protocol has none.
                writer.raw(item.problem.fields.bytes.lazy.map { $0 == newline || $0 == 0x0D ? 0x20 : $0 })
            }
        }
    }

    static func cancel(_ ids: [Int]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object {
            $0.key("cancel")
            $0.array { for id in ids { $0.int(id) } }
        }
        return writer.bytes + [newline]
    }

    /// The replies of one line; throws a sentence when it has none.
    static func replies(_ line: ArraySlice<UInt8>, for ready: Ready, correctAt: Double) throws -> [Reply] {
        if ready.isTabular { return [try tabularReply(line, correctAt: correctAt)] }
        guard let json = try? JSONValue(parsing: line, maxDepth: 64) else {
            throw ReplyError("not JSON: \(line.quoted)")
        }
        return try (json.arrayValue ?? [json]).map { json in
            guard let id = json["id"]?.intValue else { throw ReplyError("no integer 'id' in \(line.quoted)") }
            return Reply(id: id, verdict: Verdict(reply: json, correctAt: correctAt))
        }
    }

    static let newline = UInt8(ascii: "\n")
}

extension WorkerMessages {
    /// `id<TAB>response<TAB>answer<TAB>prompt`, with backslash, tab and line ends escaped as `printf %b` reads them.
    private static func tabular(_ items: [VerificationItem], firstID: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for (offset, item) in items.enumerated() {
            bytes.append(contentsOf: String(firstID + offset).utf8)
            for text in [item.completion.text, item.problem.answer ?? "", item.problem.prompt.plainText] {
                bytes.append(UInt8(ascii: "\t"))
                for byte in text.utf8 {
                    switch byte {
                    case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\"#.utf8)
                    case UInt8(ascii: "\t"): bytes.append(contentsOf: #"\t"#.utf8)
                    case UInt8(ascii: "\n"): bytes.append(contentsOf: #"\n"#.utf8)
                    case UInt8(ascii: "\r"): bytes.append(contentsOf: #"\r"#.utf8)
                    default: bytes.append(byte)
                    }
                }
            }
            bytes.append(newline)
        }
        return bytes
    }

    /// `id<TAB>score` and, if wanted, `<TAB>reason`.
    private static func tabularReply(_ line: ArraySlice<UInt8>, correctAt: Double) throws -> Reply {
        let words = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard words.count > 1, let id = Int(words[0]) else {
            throw ReplyError("expected id<TAB>score, not \(line.quoted)")
        }
        var json: [JSONValue.Member] = []
        json.append(.init("score", Double(words[1]).map(JSONValue.double) ?? .string(words[1])))
        if words.count > 2, !words[2].isEmpty { json.append(.init("reason", .string(words[2]))) }
        return Reply(id: id, verdict: Verdict(reply: .object(json), correctAt: correctAt))
    }
}
