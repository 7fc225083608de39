internal import Experience
internal import Foundation
internal import JSON

/// Where a layout's prompt is, and how it is put together.
indirect enum PromptRule: Sendable {
    /// One member: a text, or a chat, whose last answer is left out.
    case field(String)
    /// Texts of several members, those that are there and not empty, with blank lines between.
    case joined([String])
    /// A text with members put in, each in the place of its name in braces.
    case written(String, members: [String])
    /// A question with options to choose from.
    case choice(ChoiceRule)

    /// What is sent, in words.
    var words: String {
        switch self {
        case .field(let path): "'\(path)'"
        case .joined(let paths): paths.map { "'\($0)'" }.joined(separator: " and ") + ", a blank line between"
        case .written(let text, _): JSONValue.string(text).text
        case .choice(let rule): rule.words
        }
    }

    /// The members that it reads, the first of which is the question.
    var paths: [String] {
        switch self {
        case .field(let path): [path]
        case .joined(let paths), .written(_, let paths): paths
        case .choice(let rule): rule.question
        }
    }

    /// The value: a text, or the messages of a chat. Throws `ShapeError`.
    func value(of row: JSONRow) throws -> JSONValue {
        switch self {
        case .field(let path):
            guard let value = row.value(at: path), !value.isNull else { throw ShapeError.absent(path, row) }
            return value
        case .joined(let paths):
            let texts = paths.compactMap { Self.text(row, $0) }.filter { $0.contains { !$0.isWhitespace } }
            if texts.isEmpty { throw ShapeError.absent(paths.last ?? "", row) }
            return .string(texts.joined(separator: "\n\n"))
        case .written(let text, let members):
            var pieces = text[...]
            var written = ""
            for member in members {
                guard let place = pieces.range(of: "{\(member)}") else { continue }
                guard let value = Self.text(row, member) else { throw ShapeError.absent(member, row) }
                written += pieces[..<place.lowerBound] + value
                pieces = pieces[place.upperBound...]
            }
            return .string(written + pieces)
        case .choice(let rule): return .string(try rule.question(of: row).text)
        }
    }
}

extension PromptRule {
    /// A text, or the lines of a list of texts.
    private static func text(_ row: JSONRow, _ path: String) -> String? {
        guard let text = row.string(at: path) else { return nil }
        let lines = text.hasPrefix("[") ? row.value(at: path)?.arrayValue?.compactMap(\.stringValue) : nil
        return lines.map { $0.joined(separator: "\n") } ?? text
    }
}

/// A row does not hold what its layout says.
struct ShapeError: Error {
    var description: String

    init(_ description: String) { self.description = description }

    static func absent(_ path: String, _ row: JSONRow) -> ShapeError {
        let keys = row.keys
        let near = path.nearest(in: keys).map { "; did you mean \"\($0)\"?" } ?? ""
        return ShapeError("no field \"\(path)\"; set prompt_field to one of \(keys.joined(separator: ", "))" + near)
    }
}
