/// Source text without what only looks like code: comments and the insides of strings as spaces.
struct SourceText {
    /// As long as the text, byte for byte.
    let code: String
    /// Opening braces less closing ones.
    let openBraces: Int

    init(_ text: String, comment: String = "//") {
        var out: [UInt8] = []
        let bytes = Array(text.utf8)
        let mark = Array(comment.utf8)
        var index = 0
        var depth = 0
        var quote: UInt8?
        while index < bytes.count {
            let byte = bytes[index]
            if let open = quote {
                if byte == UInt8(ascii: "\\") {
                    out.append(32)
                    index += 1
                } else if byte == open || (byte == 10 && open != UInt8(ascii: "`")) {
                    quote = nil
                }
                out.append(byte == 10 ? 10 : 32)
            } else if bytes[index...].starts(with: mark),
                mark.count > 1 || index == 0 || bytes[index - 1] == 32 || bytes[index - 1] == 10
            {
                while index < bytes.count, bytes[index] != 10 {
                    out.append(32)
                    index += 1
                }
                if index < bytes.count { out.append(10) }
            } else if mark.count == 2, bytes[index...].starts(with: Array("/*".utf8)) {
                while index < bytes.count, !bytes[index...].starts(with: Array("*/".utf8)) {
                    out.append(bytes[index] == 10 ? 10 : 32)
                    index += 1
                }
                index += 1
                if index <= bytes.count { out += [32, 32] }
            } else {
                // A lone quote may be a lifetime or a separator of digits: it is one only where it ends on its line soon.
                let isCharacter =
                    byte == UInt8(ascii: "'") && bytes[(index + 1)...].prefix(4).dropFirst().contains(byte)
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`") || isCharacter { quote = byte }
                if byte == UInt8(ascii: "{") { depth += 1 }
                if byte == UInt8(ascii: "}") { depth -= 1 }
                out.append(quote == nil ? byte : 32)
            }
            index += 1
        }
        code = String(decoding: out, as: UTF8.self)
        openBraces = depth
    }

    /// Identifiers, each once.
    var words: Set<Substring> { Set(code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }) }

    /// Whether these words follow each other, with nothing but spaces between.
    func has(_ words: String...) -> Bool {
        let found = code.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "!" }
        guard found.count >= words.count else { return false }
        return (0...(found.count - words.count)).contains { start in
            zip(found[start...], words).allSatisfy { $0 == $1 }
        }
    }

    /// Whether a whole name stands before one of these marks, with nothing but spaces between.
    func has(_ name: String, before marks: String...) -> Bool {
        code.ranges(of: name).contains { range in
            guard code[..<range.lowerBound].last?.isOfName != true else { return false }
            let after = code[range.upperBound...].drop(while: \.isWhitespace)
            return marks.contains { after.hasPrefix($0) }
        }
    }

    /// The name of the class that a mark stands in: the last one that begins before it.
    func className(before mark: String) -> String? {
        guard let body = code.firstRange(of: mark), let head = code[..<body.lowerBound].ranges(of: "class ").last else {
            return nil
        }
        return String(code[head.upperBound...].prefix(while: \.isOfName))
    }

    /// The name of the first class.
    var className: String? {
        let words = code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
        guard let index = words.firstIndex(of: "class"), index + 1 < words.count else { return nil }
        return String(words[index + 1])
    }
}

extension Character {
    fileprivate var isOfName: Bool { isLetter || isNumber || self == "_" }
}
