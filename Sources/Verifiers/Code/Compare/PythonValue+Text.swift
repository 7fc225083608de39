import BigInt

/// Writes plain values as Python does, up to a number of bytes: a test's input and its answers for a person.
struct PythonText {
    private(set) var bytes: [UInt8] = []
    private let limit: Int
    private static let depth = 32

    init(limit: Int = 800) { self.limit = limit }

    /// What was written; ends with "…" where it was too long.
    var text: String { String.excerpt(bytes, most: limit) ?? "" }

    private var isFull: Bool { bytes.count > limit }

    mutating func add(_ text: String) { if !isFull { bytes += text.utf8 } }

    mutating func add(_ value: PythonValue, depth: Int = Self.depth) {
        if isFull { return }
        guard depth > 0 else { return add("…") }
        switch value {
        case .none: add("None")
        case .ellipsis: add("...")
        case .bool(let flag): add(flag ? "True" : "False")
        // Decimal digits take quadratic time.
        case .int(let value): add(value.bitWidth > 4096 ? "an integer of \(value.bitWidth) bits" : String(value))
        case .float(let value): add("\(value)")
        case .complex(let real, let imaginary): add("(\(real)+\(imaginary)j)")
        case .string(let text): addQuoted(text)
        case .bytes(let text):
            add("b")
            addQuoted(text)
        case .list(let items): addAll(items, "[", "]", depth)
        case .tuple(let items): addAll(items, "(", items.count == 1 ? ",)" : ")", depth)
        case .set(let items): items.isEmpty ? add("set()") : addAll(items, "{", "}", depth)
        case .frozenset(let items): addAll(items, "frozenset({", "})", depth)
        case .dict(let pairs):
            add("{")
            for (index, pair) in pairs.enumerated() where !isFull {
                if index > 0 { add(", ") }
                add(pair.key, depth: depth - 1)
                add(": ")
                add(pair.value, depth: depth - 1)
            }
            add("}")
        }
    }

    private mutating func addAll(_ items: [PythonValue], _ open: String, _ close: String, _ depth: Int) {
        add(open)
        for (index, item) in items.enumerated() where !isFull {
            if index > 0 { add(", ") }
            add(item, depth: depth - 1)
        }
        add(close)
    }

    private mutating func addQuoted(_ text: [UInt8]) {
        let quote = text.contains(UInt8(ascii: "'")) && !text.contains(UInt8(ascii: "\"")) ? "\"" : "'"
        add(quote)
        for byte in text.prefix(limit + 1) {
            switch byte {
            case UInt8(ascii: "\n"): add("\\n")
            case UInt8(ascii: "\t"): add("\\t")
            case UInt8(ascii: "\r"): add("\\r")
            case UInt8(ascii: "\\"): add("\\\\")
            case UInt8(ascii: "'") where quote == "'": add("\\'")
            default: if !isFull { bytes.append(byte) }
            }
        }
        add(quote)
    }
}

extension PythonValue {
    /// As Python writes it, cut where it is long.
    var shown: String {
        var text = PythonText()
        text.add(self)
        return text.text
    }
}

extension FunctionCall {
    /// As a program writes it, cut where it is long.
    var shown: String {
        var text = PythonText()
        text.add(function + "(")
        for (index, argument) in arguments.enumerated() {
            if index > 0 { text.add(", ") }
            text.add(argument)
        }
        for (index, keyword) in keywords.enumerated() {
            if index > 0 || !arguments.isEmpty { text.add(", ") }
            if case .string(let name) = keyword.key { text.add(String(decoding: name, as: UTF8.self) + "=") }
            text.add(keyword.value)
        }
        text.add(")")
        return text.text
    }
}
