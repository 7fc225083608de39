/// Rewrites an answer into the one alphabet the lexer knows: ASCII with LaTeX commands. Unicode signs become commands,
/// full-width and other scripts' digits become ASCII, invisible characters vanish, separators that can only group
/// digits become `Ascii.groupMark`, and commands broken by an escape (`\f` of `\frac` read as a form feed) are mended.
enum TextFolding {
    static func fold(_ text: [UInt8]) -> [UInt8] {
        DigitGroups.marked(text.allSatisfy(isPlain) ? text : rewritten(text))
    }

    // In the alphabet already.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte < 0x80 && (byte >= 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D)
    }

    private static func rewritten(_ text: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var decoder = UTF8()
        var bytes = text.makeIterator()
        var script = Script.base
        decoding: while true {
            switch decoder.decode(&bytes) {
            case .scalarValue(let scalar): append(scalar, to: &output, &script)
            case .error: output.append(Ascii.space)
            case .emptyInput: break decoding
            }
        }
        script.leave(&output)
        return output
    }

    // An open `^{` or `_{` of consecutive raised or lowered characters.
    private enum Script {
        case base
        case raised
        case lowered

        mutating func enter(_ script: Script, _ output: inout [UInt8]) {
            if self == script { return }
            leave(&output)
            output.append(contentsOf: (script == .raised ? "^{" : "_{").utf8)
            self = script
        }

        mutating func leave(_ output: inout [UInt8]) {
            if self != .base { output.append(Ascii.closeBrace) }
            self = .base
        }
    }

    private static func append(_ scalar: Unicode.Scalar, to output: inout [UInt8], _ script: inout Script) {
        let value = scalar.value
        if value < 0x80 {
            script.leave(&output)
            if value < 0x20 { control(UInt8(value), &output) } else { output.append(UInt8(value)) }
            return
        }
        if let raised = UnicodeSigns.raised[value] {
            script.enter(.raised, &output)
            output.append(raised)
            return
        }
        if value >= 0x2080, value <= 0x2089 {
            script.enter(.lowered, &output)
            output.append(Ascii.zero + UInt8(value - 0x2080))
            return
        }
        script.leave(&output)
        if value >= 0xFF01, value <= 0xFF5E {
            output.append(UInt8(value - 0xFEE0))
        } else if let digit = UnicodeSigns.decimalDigit(value) {
            output.append(Ascii.zero + digit)
        } else if let (top, bottom) = UnicodeSigns.vulgarFractions[value] {
            output.append(contentsOf: "\\frac{\(top)}{\(bottom)}".utf8)
        } else if let name = UnicodeSigns.names[value] {
            output.append(contentsOf: name.utf8)
        } else if let letter = UnicodeSigns.plainLetter(value) {
            output.append(contentsOf: letter.utf8)
        } else if UnicodeSigns.isInvisible(value) {
            return
        } else if value == 0x00A0 || (value >= 0x2000 && value <= 0x200A) || value == 0x202F || value == 0x3000 {
            output.append(Ascii.space)
        } else {
            output.append(contentsOf: String(scalar).utf8)
        }
    }

    // A control character where an escape ate a backslash and a letter: "\f" + "rac".
    private static func control(_ byte: UInt8, _ output: inout [UInt8]) {
        let letter: Unicode.Scalar? =
            switch byte {
            case 0x07: "a"
            case 0x08: "b"
            case 0x0B: "v"
            case 0x0C: "f"
            default: nil
            }
        guard let letter else {
            output.append(byte == 0x09 || byte == 0x0A || byte == 0x0D ? byte : Ascii.space)
            return
        }
        if output.last != Ascii.backslash { output.append(Ascii.backslash) }
        output.append(UInt8(ascii: letter))
    }
}

/// Separators that group digits by three and mean nothing else.
enum DigitGroups {
    /// The text with every such separator replaced by `Ascii.groupMark`: `1{,}000`, `1,\!000`, `1\,000`, `1 000`.
    static func marked(_ input: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(input.count)
        input.withUnsafeBufferPointer { bytes in
            var position = 0
            while position < bytes.count {
                guard mayGroup(bytes[position]) else {
                    output.append(bytes[position])
                    position += 1
                    continue
                }
                if let last = output.last, Ascii.isDigit(last),
                    let next = end(ofSeparatorAt: position, bytes)
                {
                    output.append(Ascii.groupMark)
                    position = next
                } else if bytes.has("{,}", at: position, in: 0..<bytes.count) {
                    // 1{,}5 has a decimal comma.
                    output.append(Ascii.comma)
                    position += 3
                } else {
                    output.append(bytes[position])
                    position += 1
                }
            }
        }
        return output
    }

    private static let spellings: [StaticString] = [
        "{,}", "{, }", " {,}", " {, }", "{\\,}", ",\\!", "\\,", "\\ ", "\\;", "\\:", "{ }",
    ]

    // What a separator begins with.
    private static func mayGroup(_ byte: UInt8) -> Bool {
        switch byte {
        case Ascii.comma, Ascii.space, Ascii.backslash, Ascii.openBrace, UInt8(ascii: "~"), UInt8(ascii: "'"): true
        default: false
        }
    }

    private static func end(ofSeparatorAt start: Int, _ bytes: Bytes) -> Int? {
        let all = 0..<bytes.count
        var position = start
        if let spelling = spellings.first(where: { bytes.has($0, at: start, in: all) }) {
            position += spelling.utf8CodeUnitCount
            while position < bytes.count, bytes[position] == Ascii.space || bytes.has("\\!", at: position, in: all) {
                position += bytes[position] == Ascii.space ? 1 : 2
            }
            return isGroup(bytes, position) ? position : nil
        }
        let byte = bytes[start]
        guard byte == Ascii.space || byte == UInt8(ascii: "~") || byte == UInt8(ascii: "'") else { return nil }
        return isGroup(bytes, start + 1) && followsGroup(bytes, start) ? start + 1 : nil
    }

    private static func isGroup(_ bytes: Bytes, _ position: Int) -> Bool {
        position + 2 < bytes.count && (0..<3).allSatisfy { Ascii.isDigit(bytes[position + $0]) }
            && !(position + 3 < bytes.count && Ascii.isDigit(bytes[position + 3]))
    }

    // A space groups only after one to three digits that begin a number or are a group themselves.
    private static func followsGroup(_ bytes: Bytes, _ position: Int) -> Bool {
        var count = 0
        while count < position, Ascii.isDigit(bytes[position - 1 - count]) { count += 1 }
        guard (1...3).contains(count) else { return false }
        let before = position - 1 - count
        return before < 0 || !(bytes[before] == Ascii.point || bytes[before] == Ascii.comma)
    }
}
