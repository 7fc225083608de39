import Foundation

/// Functions by cases: rows of a value and its condition, in any order, with "if", "for" or a comma between them.
enum Piecewise {
    /// The rows of a cases or array environment that an answer consists of, label aside; nil for anything else.
    static func rows(_ folded: [UInt8]) -> [(value: [UInt8], condition: [UInt8])]? {
        let text = String(decoding: folded, as: UTF8.self)
        guard let begin = text.range(of: "\\begin{"), let end = text.range(of: "\\end{") else { return nil }
        let head = text[begin.upperBound...]
        guard head.hasPrefix("cases}") || head.hasPrefix("array}") || head.hasPrefix("dcases}"),
            begin.upperBound < end.lowerBound,
            text[end.upperBound...].firstIndex(of: "}").map({
                text[text.index(after: $0)...].allSatisfy { " .$)]\\right".contains($0) }
            })
                ?? false, text[..<begin.lowerBound].allSatisfy({ !"<>".contains($0) })
        else { return nil }
        var body = String(head.drop { $0 != "}" }.dropFirst().prefix(while: { _ in true }))
        body = String(body[..<(body.range(of: "\\end{")?.lowerBound ?? body.endIndex)])
        if head.hasPrefix("array}"), body.first == "{" { body = String(body.drop { $0 != "}" }.dropFirst()) }
        var found: [(value: [UInt8], condition: [UInt8])] = []
        for row in body.components(separatedBy: "\\\\") {
            let row = row.hasPrefix("[") ? String(row.drop { $0 != "]" }.dropFirst()) : row
            guard row.contains(where: { !$0.isWhitespace }) else { continue }
            guard let mark = row.firstIndex(of: "&") else { return nil }
            found.append((cleaned(String(row[..<mark])), cleaned(String(row[row.index(after: mark)...]))))
        }
        // The rows of a matrix have no conditions.
        guard (2...12).contains(found.count), found.allSatisfy({ isCondition($0.condition) }) else { return nil }
        return found
    }

    private static func isCondition(_ text: [UInt8]) -> Bool {
        let tokens = PlainText.tokens(text)
        let relations: Set<String> = [
            "<", ">", "=", "\\le", "\\leq", "\\ge", "\\geq", "\\ne", "\\neq", "\\in", "\\leqslant", "\\geqslant",
        ]
        return tokens.contains { relations.contains($0) || ($0.utf8.count > 2 && $0.utf8.first != Ascii.backslash) }
    }

    // Without the words and marks between a value and its condition.
    private static func cleaned(_ part: String) -> [UInt8] {
        var text = part.replacing("&", with: " ")
        for word in [
            "\\text{if }", "\\text{if}", "\\text{ if }", "\\text{for }", "\\text{for}", "\\text{ for }",
            "\\text{when }",
            "\\text{when}", "\\text{ when }", "\\mbox{if }", "\\mbox{for }", "\\textrm{if }", "\\mathrm{if}",
            "\\displaystyle",
        ] { text = text.replacing(word, with: " ") }
        while let last = text.last, last.isWhitespace || ",;.".contains(last) { text.removeLast() }
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        for word in ["if ", "for ", "when "] where text.hasPrefix(word) { text.removeFirst(word.count) }
        return Array(text.utf8)
    }

    /// Whether two answers give the same rows. `same` compares a part of each.
    static func compare(
        _ gold: [(value: [UInt8], condition: [UInt8])], _ prediction: [(value: [UInt8], condition: [UInt8])],
        same: ([UInt8], [UInt8]) -> Bool
    ) -> Bool {
        guard gold.count == prediction.count else { return false }
        var rest = prediction
        for row in gold {
            guard let index = rest.firstIndex(where: { same(row.condition, $0.condition) && same(row.value, $0.value) })
            else {
                return false
            }
            rest.remove(at: index)
        }
        return true
    }
}
