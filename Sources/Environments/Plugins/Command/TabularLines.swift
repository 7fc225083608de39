import Experience
import JSON
import Numbers
import Workers

/// Worker protocol 2 for shells: a line of tab-separated words each, with backslash, tab and line ends escaped as `printf %b`
/// reads them. Episodes of text alone.
///
///     us      id start EPISODE SEED PROMPT ANSWER       worker  id TEXT
///     us      id step EPISODE TURN TEXT                 worker  id TEXT [REWARD [done]]
///     us      id end EPISODE STOP TEXT                  worker  id [SCORE [REASON]]
///                                                       worker  id error TEXT
enum TabularLines {
    static let newline = UInt8(ascii: "\n")
    private static let tab = UInt8(ascii: "\t")

    /// Words as a line without its end.
    static func line(_ words: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (place, word) in words.enumerated() {
            if place > 0 { bytes.append(tab) }
            for byte in word.utf8 {
                switch byte {
                case UInt8(ascii: "\\"): bytes += #"\\"#.utf8
                case tab: bytes += #"\t"#.utf8
                case newline: bytes += #"\n"#.utf8
                case UInt8(ascii: "\r"): bytes += #"\r"#.utf8
                case 0: continue  // no shell can hold it
                default: bytes.append(byte)
                }
            }
        }
        return bytes
    }

    /// A worker's line, as the reply in JSON that says the same.
    static func answer(_ line: ArraySlice<UInt8>) throws(LineFault) -> HeardLine {
        let words = line.split(separator: tab, omittingEmptySubsequences: false).map(unescaped)
        guard let id = words.first.flatMap({ Int($0) }) else {
            throw LineFault("expected id<TAB>…, not \(line.quoted)")
        }
        return .answer(id, .array(words.dropFirst().map(JSONValue.string)))
    }

    private static func unescaped(_ word: ArraySlice<UInt8>) -> String {
        var bytes: [UInt8] = []
        var rest = word
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let next = rest.popFirst() else {
                bytes.append(byte)
                continue
            }
            switch next {
            case UInt8(ascii: "n"): bytes.append(newline)
            case UInt8(ascii: "t"): bytes.append(tab)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "\\"): bytes.append(next)
            default: bytes += [byte, next]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The words of an answer as the members that a reply in JSON has.
    static func reply(to verb: String, _ words: [String]) -> JSONValue {
        if words.first == "error" { return ["error": .string(words.dropFirst().joined(separator: " "))] }
        func number(_ text: String) -> JSONValue { Double(text).map(JSONValue.finite) ?? .string(text) }
        var members: [JSONValue.Member] = []
        switch verb {
        case "end":
            if let score = words.first, !score.isEmpty { members.append(.init("score", number(score))) }
            if words.count > 1, !words[1].isEmpty { members.append(.init("reason", .string(words[1]))) }
        default:
            if let text = words.first { members.append(.init("text", .string(text))) }
            if words.count > 1, !words[1].isEmpty { members.append(.init("reward", number(words[1]))) }
            if words.count > 2 { members.append(.init("done", .bool(words[2] == "done"))) }
        }
        return .object(members)
    }
}

extension JSONValue {
    /// A number; one that is not finite as one beyond all, to be refused where it stands.
    static func finite(_ value: Double) -> JSONValue {
        value.isFinite ? .double(value) : (try? JSONValue(parsing: Array("1e999".utf8))) ?? .null
    }
}
