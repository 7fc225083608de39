public import JSON
internal import Foundation

/// Where a layout's gold answer is, and what of it is the answer.
public enum GoldRule: Sendable, Hashable {
    /// The member itself; a list of one text is that text, of several the list.
    case field(String)
    /// The member itself, unless it is one of these words for none.
    case stated(String, not: [String])
    /// What follows the last `####`.
    case hashes(String)
    /// The answer at the end of a worked solution: the last `\boxed{…}`, what follows the last `####`, `<answer>` or
    /// "answer is"; a solution of one short line is the answer.
    case worked(String)
    /// The same of the last assistant turn of a chat, and the whole turn where it has none of these.
    case lastTurn(String)
    /// Yes or no of a truth value.
    case truth(String)
    /// The letter of the right option.
    case letter(ChoiceRule)

    /// The member that is read.
    var path: String {
        switch self {
        case .field(let path), .stated(let path, _), .hashes(let path), .worked(let path), .lastTurn(let path),
            .truth(let path):
            path
        case .letter(let rule): rule.goldPath
        }
    }

    /// Whether the gold is read from the member `name`, or from within it.
    public func reads(_ name: String?) -> Bool {
        guard let name else { return false }
        return path == name || path.hasPrefix(name + ".")
    }

    /// What the gold is, in words.
    public var words: String {
        switch self {
        case .field(let path): "'\(path)'"
        case .stated(let path, let none): "'\(path)', unless it says \(none.joined(separator: " or "))"
        case .hashes(let path): "after #### in '\(path)'"
        case .worked(let path): "the answer at the end of '\(path)'"
        case .lastTurn(let path): "the last assistant turn of '\(path)', which is not sent"
        case .truth(let path): "yes or no, by '\(path)'"
        case .letter(let rule): "the letter of the right option, by \(rule.goldWords)"
        }
    }

    /// The gold of a row; nil where it has none.
    public func gold(of row: JSONRow) -> String? {
        switch self {
        case .field(let path): return row.value(at: path).flatMap(Self.text)
        case .stated(let path, let none):
            let text = row.value(at: path).flatMap(Self.text)
            return text.flatMap { none.contains($0.lowercased()) ? nil : $0 }
        case .hashes(let path): return row.string(at: path).flatMap(Self.afterHashes)
        case .worked(let path):
            guard let text = row.value(at: path).flatMap(Self.text).map(Self.withoutThoughts) else { return nil }
            if let answer = Self.answer(in: text) { return answer }
            let line = text.trimmingCharacters(in: .whitespacesAndNewlines)
            return !line.isEmpty && line.utf8.count <= 200 && !line.contains("\n") ? line : nil
        case .lastTurn(let path):
            guard let value = row.value(at: path), let turn = Conversation.lastAnswer(in: value) else { return nil }
            let text = Self.withoutThoughts(turn)
            return Self.answer(in: text) ?? (text.isEmpty ? nil : text)
        case .truth(let path): return row.value(at: path)?.boolValue.map { $0 ? "yes" : "no" }
        case .letter(let rule): return (try? rule.question(of: row))?.gold
        }
    }

    /// A value as a gold: null, an empty text and an empty list are none.
    static func text(of value: JSONValue) -> String? {
        switch value {
        case .null: return nil
        case .string(let text):
            if text.allSatisfy(\.isWhitespace) { return nil }
            guard text.hasPrefix("[\"") || text.hasPrefix("['"), let list = JSONValue.embedded(in: text)?.arrayValue
            else { return text }
            return single(list) ?? text
        case .array(let list): return list.isEmpty ? nil : single(list) ?? value.text
        // A truth with its value inside, and nothing else.
        case .object(let members) where members.count == 1 && ["value", "ground_truth"].contains(members[0].key):
            return text(of: members[0].value)
        default: return value.text
        }
    }

    /// The only text of a list. Programs stay as they are: a list of them is a list of tests.
    private static func single(_ list: [JSONValue]) -> String? {
        guard list.count == 1, let text = list.first?.stringValue, !text.contains("assert"), !text.contains("\n") else {
            return nil
        }
        return text
    }

    private static func afterHashes(_ text: String) -> String? {
        guard let mark = text.range(of: "####", options: .backwards) else { return nil }
        // What follows on further lines says it again.
        let line = text[mark.upperBound...].drop { $0.isWhitespace }.prefix { !$0.isNewline }
        let answer = line.trimmingCharacters(in: .whitespacesAndNewlines)
        // GSM8K's own evaluation takes the commas of thousands out.
        let bare = answer.filter { $0 != "," }
        let isNumber = !bare.isEmpty && bare.allSatisfy { $0.isASCII && ($0.isNumber || "+-.".contains($0)) }
        return answer.isEmpty ? nil : isNumber ? bare : answer
    }

    private static let thoughts = [
        ("<think>", "</think>"), ("<|begin_of_thought|>", "<|end_of_thought|>"), ("<reasoning>", "</reasoning>"),
    ]

    /// The text behind the model's thoughts; thoughts that never end leave what stood before them.
    private static func withoutThoughts(_ text: String) -> String {
        for (open, close) in thoughts {
            if let end = text.range(of: close, options: .backwards) {
                return text[end.upperBound...].trimmingCharacters(in: .whitespacesAndNewlines)
            }
            if let start = text.range(of: open) { return String(text[..<start.lowerBound]) }
        }
        return text
    }

    /// Where a worked solution says its answer.
    static func answer(in text: String) -> String? {
        if let answer = boxed(in: text) ?? afterHashes(text) { return answer }
        if let start = text.range(of: "<answer>", options: .backwards),
            let end = text[start.upperBound...].range(of: "</answer>")
        {
            let answer = text[start.upperBound..<end.lowerBound].trimmingCharacters(in: .whitespacesAndNewlines)
            if !answer.isEmpty { return answer }
        }
        let phrases = ["answer is", "answer:", "answer:**"].compactMap {
            text.range(of: $0, options: [.backwards, .caseInsensitive])
        }
        guard let phrase = phrases.max(by: { $0.upperBound < $1.upperBound }) else { return nil }
        let line = text[phrase.upperBound...].prefix { !$0.isNewline }
        return sentence(line.trimmingCharacters(in: CharacterSet(charactersIn: " :\t\r*")))
    }

    /// What a sentence begins with: a formula between dollars, or all of it up to its end.
    private static func sentence(_ line: String) -> String? {
        if line.hasPrefix("$"), let end = line.dropFirst(line.hasPrefix("$$") ? 2 : 1).range(of: "$") {
            return String(line[..<end.upperBound]) + (line.hasPrefix("$$") ? "$" : "")
        }
        var answer = line[...]
        if let stop = line.range(of: ". "), line[stop.upperBound...].first?.isUppercase == true {
            answer = line[..<stop.lowerBound]
        }
        if answer.hasSuffix(".") { answer = answer.dropLast() }
        return answer.isEmpty ? nil : String(answer)
    }

    /// What the last `\boxed{…}` or `\fbox{…}` holds, by its braces.
    private static func boxed(in text: String) -> String? {
        let marks = ["\\boxed{", "\\fbox{"].compactMap { text.range(of: $0, options: .backwards) }
        guard let mark = marks.max(by: { $0.lowerBound < $1.lowerBound }) else {
            // TeX boxes the next sign where there are no braces.
            guard let bare = text.range(of: "\\boxed ", options: .backwards) else { return nil }
            let answer = text[bare.upperBound...].prefix { !$0.isWhitespace && !"$,;".contains($0) }
            return answer.isEmpty ? nil : String(answer.hasSuffix(".") ? answer.dropLast() : answer)
        }
        var depth = 1
        var index = mark.upperBound
        while index < text.endIndex {
            switch text[index] {
            case "{": depth += 1
            case "}": depth -= 1
            // A brace that is written out counts for nothing.
            case "\\" where text.index(after: index) < text.endIndex: index = text.index(after: index)
            default: break
            }
            if depth == 0 {
                let answer = text[mark.upperBound..<index].trimmingCharacters(in: .whitespacesAndNewlines)
                return answer.isEmpty ? nil : answer
            }
            index = text.index(after: index)
        }
        return nil
    }
}
