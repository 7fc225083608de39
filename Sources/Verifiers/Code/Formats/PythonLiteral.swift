/// A value written in Python, as a model answers with it.
enum PythonLiteral {
    /// The value of a text without calls of a program; nil for anything else.
    static func value(_ text: String) -> PythonValue? {
        guard let tokens = PythonTokenizer.tokens(of: text) else { return nil }
        let inner = tokens.filter { $0 != .newline }
        var parser = PythonExpressionParser(tokens: inner[...], names: [:], alias: [:])
        guard let expression = parser.expression(), parser.tokens.isEmpty, parser.calls.isEmpty else { return nil }
        return try? PythonEvaluator(values: []).value(expression)
    }

    /// The value that a response states: in [ANSWER] tags, after the `==` of an assertion, in a block, or alone.
    static func answer(in response: String) -> PythonValue? {
        var text = response
        if let open = text[...].lastOccurrence(of: "[ANSWER]") {
            text = String(text[open.upperBound...])
            if let close = text[...].firstOccurrence(of: "[/ANSWER]") { text = String(text[..<close.lowerBound]) }
        }
        if let block = CodeExtraction.lastFencedBlock(in: text) { text = block }
        text = text.trimmed
        if let equals = text[...].firstOccurrence(of: "=="), text.hasPrefix("assert") || text.hasPrefix("f(") {
            text = String(text[equals.upperBound...]).trimmed
        }
        return value(text)
    }
}
