/// Formulas between delimiters, and numbers in running text.
enum MathSpans {
    /// The content of the last `$…$`, `$$…$$`, `\(…\)` or `\[…\]`.
    static func last(in bytes: Bytes, _ range: Range<Int>) -> Range<Int>? {
        lastRun(in: bytes, range) { _, _ in false }.last
    }

    /// The last formula with those before it that are joined to it, 16 at most.
    static func lastRun(
        in bytes: Bytes, _ range: Range<Int>, isJoined: (Range<Int>, Range<Int>) -> Bool
    ) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var position = range.lowerBound
        var unclosed: Set<UInt8> = []
        while position < range.upperBound {
            guard let span = span(at: position, in: bytes, range, &unclosed) else {
                // `\$` is money and `\\` a line break: neither opens anything.
                position += bytes[position] == Ascii.backslash ? 2 : 1
                continue
            }
            if !bytes.trimmed(span.content).isEmpty {
                if let last = found.last, found.count >= 16 || !isJoined(last, span.content) { found.removeAll() }
                found.append(span.content)
            }
            position = span.end
        }
        return found
    }

    private static func span(
        at position: Int, in bytes: Bytes, _ range: Range<Int>, _ unclosed: inout Set<UInt8>
    ) -> (content: Range<Int>, end: Int)? {
        let mark: (open: StaticString, close: StaticString)?
        if bytes[position] == Ascii.backslash {
            mark =
                bytes.has("\\(", at: position, in: range)
                ? ("\\(", "\\)") : bytes.has("\\[", at: position, in: range) ? ("\\[", "\\]") : nil
            if mark == nil { return nil }
        } else {
            guard bytes[position] == Ascii.dollar else { return nil }
            mark = bytes.has("$$", at: position, in: range) ? ("$$", "$$") : nil
        }
        if let mark {
            // A mark found unclosed once stays so: no second search.
            let kind = bytes[position + 1]
            guard !unclosed.contains(kind) else { return nil }
            if let span = closed(mark.close, position + 2, bytes, range) { return span }
            unclosed.insert(kind)
            return nil
        }
        return dollarSpan(at: position, in: bytes, range).flatMap { isProse(bytes, $0.content) ? nil : $0 }
    }

    private static func dollarSpan(
        at position: Int, in bytes: Bytes, _ range: Range<Int>
    ) -> (content: Range<Int>, end: Int)? {
        var end = position + 1
        while end < range.upperBound, bytes[end] != Ascii.dollar {
            if bytes[end] == Ascii.newline, end + 1 < range.upperBound, bytes[end + 1] == Ascii.newline { return nil }
            end += bytes[end] == Ascii.backslash ? 2 : 1
        }
        return end < range.upperBound ? ((position + 1)..<end, end + 1) : nil
    }

    /// The content of the delimiters that open at `start`, where nothing but marks follows them on their line.
    static func only(from start: Int, in bytes: Bytes, _ range: Range<Int>) -> Range<Int>? {
        guard let (open, close) = delimiters.first(where: { bytes.has($0.open, at: start, in: range) }),
            let span = open.utf8CodeUnitCount > 1
                ? closed(close, start + 2, bytes, range) : dollarSpan(at: start, in: bytes, range),
            span.content.count <= maxOnly,
            bytes.first("\n\n", in: span.content) == nil, !bytes.trimmed(span.content).isEmpty
        else { return nil }
        var end = span.end
        if bytes.has("\u{3002}", at: end, in: range) { end += 3 }
        let rest = bytes[end..<range.upperBound].prefix { $0 != Ascii.newline }
        return rest.allSatisfy { Ascii.isSpace($0) || ".,;!*".utf8.contains($0) } ? span.content : nil
    }

    // Longest formula that is taken whole for an answer.
    private static let maxOnly = 4096
    private static let delimiters: [(open: StaticString, close: StaticString)] = [
        ("$$", "$$"), ("\\(", "\\)"), ("\\[", "\\]"), ("$", "$"),
    ]

    private static func closed(
        _ mark: StaticString, _ start: Int, _ bytes: Bytes, _ range: Range<Int>
    ) -> (content: Range<Int>, end: Int)? {
        guard let end = bytes.first(mark, in: start..<range.upperBound) else { return nil }
        return (start..<end, end + mark.utf8CodeUnitCount)
    }

    // `$5 and gives away $7` holds no formula: two words that are not commands, nor terms as in `ab + ac + bc`.
    private static func isProse(_ bytes: Bytes, _ range: Range<Int>) -> Bool {
        var words = 0
        var position = range.lowerBound
        while position < range.upperBound {
            if bytes[position] == Ascii.backslash {
                position += 1
                let start = position
                while position < range.upperBound, Ascii.isLetter(bytes[position]) { position += 1 }
                if position == start { position += 1 }
                // Words inside \text{…} are not prose around a formula.
                if position < range.upperBound, bytes[position] == Ascii.openBrace, position > start,
                    let close = bytes.closingBrace(of: position, in: range)
                {
                    position = close
                }
                continue
            }
            let start = position
            while position < range.upperBound, Ascii.isLetter(bytes[position]) { position += 1 }
            if position - start >= 2, start > range.lowerBound, bytes[start - 1] == Ascii.space,
                !isOperator(bytes[range.lowerBound..<start].last { !Ascii.isSpace($0) }),
                !isOperator(bytes[position..<range.upperBound].first { !Ascii.isSpace($0) })
            {
                words += 1
            }
            if position == start { position += 1 }
        }
        return words >= 2
    }

    private static func isOperator(_ byte: UInt8?) -> Bool { byte.map { "+-*/=<>^_|&".utf8.contains($0) } ?? false }

    /// The first number of a clause that introduces the answer.
    static func firstNumber(in bytes: Bytes, _ range: Range<Int>) -> Range<Int>? {
        guard var end = range.first(where: { Ascii.isDigit(bytes[$0]) }) else { return nil }
        while end < range.upperBound,
            Ascii.isDigit(bytes[end])
                || (end + 1 < range.upperBound && ",./".utf8.contains(bytes[end]) && Ascii.isDigit(bytes[end + 1]))
        {
            end += 1
        }
        while bytes.has("{,}", at: end, in: range) {
            end += 3
            while end < range.upperBound, Ascii.isDigit(bytes[end]) { end += 1 }
        }
        while end + 1 < range.upperBound, bytes[end] == UInt8(ascii: "%") || bytes.has("\\%", at: end, in: range) {
            end += 1
        }
        // The widening to a command and its signs is the same.
        guard let number = lastNumber(in: bytes, range.lowerBound..<end) else { return nil }
        return enclosingCommand(bytes, number, range) ?? number
    }

    /// Whether a clause begins with a value: a formula, a number, a capital that stands alone, or words for nothing but
    /// measure before them. "A polynomial of degree 5" and "obtained from step 3" do not.
    static func opensWithValue(_ bytes: Bytes, _ clause: Range<Int>) -> Bool {
        var position = clause.lowerBound
        while position < clause.upperBound {
            let byte = bytes[position]
            if Ascii.isSpace(byte) || "*_\"'`".utf8.contains(byte) {
                position += 1
                continue
            }
            guard Ascii.isLetter(byte) else { return true }
            let start = position
            while position < clause.upperBound, Ascii.isLetter(bytes[position]) { position += 1 }
            let word = String(decoding: bytes[start..<position].map(Ascii.lower), as: UTF8.self)
            let isVariable =
                word.utf8.count == 1 && (word != "a" || position == clause.upperBound || bytes[position] != 0x20)
            if isVariable || Ascii.isUpper(byte) { return true }
            if !measures.contains(word) { return false }
        }
        return false
    }

    private static let measures: Set<String> = [
        "about", "approximately", "exactly", "roughly", "simply", "just", "therefore", "thus", "then", "option",
        "choice",
        "equal", "to", "given", "by", "the", "value", "number", "sin", "cos", "tan", "ln", "log", "sqrt", "pi", "yes",
        "no",
        "all", "none", "true", "false", "infinity",
    ]

    /// Whether the sentence of a number draws a conclusion, after an earlier sentence: "So Mikka can order 28 pizzas."
    static func isConclusion(_ bytes: Bytes, _ number: Range<Int>, _ range: Range<Int>) -> Bool {
        var start = number.lowerBound
        while start > range.lowerBound {
            let before = bytes[start - 1]
            if before == Ascii.newline { break }
            if before == Ascii.space, start - 2 >= range.lowerBound, ".!?".utf8.contains(bytes[start - 2]) { break }
            if bytes.has("。", at: start - 3, in: range) { break }
            start -= 1
        }
        let rest = bytes[start..<number.lowerBound].drop { Ascii.isSpace($0) || $0 == Ascii.star }
        let first = rest.prefix { Ascii.isLetter($0) || $0 >= 0x80 }
        let word = String(decoding: first.map(Ascii.lower), as: UTF8.self)
        return conclusions.contains(word) || ["所以", "因此", "故", "したがって", "よって"].contains { word.hasPrefix($0) }
    }

    /// Whether a number closes the text as what something is: "Since $3^2 = 9$, the count is 65."
    static func isStated(_ bytes: Bytes, _ number: Range<Int>, _ range: Range<Int>) -> Bool {
        let before = bytes[max(range.lowerBound, number.lowerBound - 16)..<number.lowerBound]
        let word =
            before.split(whereSeparator: { !Ascii.isLetter($0) && $0 < 0x80 }).last ?? before[..<before.startIndex]
        let isVerb = HedgeWords.verbs.contains(String(decoding: word.map(Ascii.lower), as: UTF8.self))
        guard isVerb, before.last == Ascii.space else { return false }
        let rest = bytes[number.upperBound..<range.upperBound]
        return !rest.contains(Ascii.newline) && rest.count <= 48
            && rest.dropLast().allSatisfy { !".?!:;".utf8.contains($0) }
    }

    private static let conclusions: Set<String> = [
        "so", "thus", "therefore", "hence", "then", "consequently", "finally", "accordingly", "also", "donc", "ainsi",
        "daher",
        "somit", "folglich", "entonces", "portanto", "quindi", "итак", "значит", "следовательно",
    ]

    /// The formula in running text that ends in a number or goes on from it: 14π, 2√3, 3x + 2, 9π/2. Nil for a number
    /// alone, or arithmetic without letters: of "3 + 4 = 7" the last number is meant.
    static func plainFormula(around number: Range<Int>, in bytes: Bytes, _ range: Range<Int>) -> Range<Int>? {
        var (low, high) = (number.lowerBound, number.upperBound)
        while high < range.upperBound, let next = formulaPart(bytes, forward: high, range) { high = next }
        while low > range.lowerBound, let next = formulaPart(bytes, backward: low, range) { low = next }
        while low < high, "+*/^=) ".utf8.contains(bytes[low]) { low += 1 }
        while high > low, "+-*/^=( .,".utf8.contains(bytes[high - 1]) { high -= 1 }
        let formula = low..<high
        let isSymbolic = formula.contains {
            Ascii.isLetter(bytes[$0]) || bytes[$0] >= 0x80 || bytes[$0] == UInt8(ascii: "^")
        }
        guard isSymbolic, formula != number, formula.count <= 96, isBalanced(bytes, formula),
            !isUnit(bytes, number.upperBound..<high)
        else { return nil }
        return formula
    }

    // 1,000.99m² and 5 m/s.
    private static func isUnit(_ bytes: Bytes, _ suffix: Range<Int>) -> Bool {
        guard let first = suffix.first(where: { bytes[$0] != Ascii.space }) else { return false }
        return "mgshLNJWVAK".utf8.contains(bytes[first])
    }

    private static func isBalanced(_ bytes: Bytes, _ range: Range<Int>) -> Bool {
        var depth = 0
        for position in range {
            if bytes[position] == UInt8(ascii: "(") { depth += 1 }
            if bytes[position] == UInt8(ascii: ")") { depth -= 1 }
            if depth < 0 { return false }
        }
        return depth == 0
    }

    private static let formulaSigns = "+-*/^()"

    // The end of one sign, digit or lone letter at a position; spaces only around a sign.
    private static func formulaPart(_ bytes: Bytes, forward position: Int, _ range: Range<Int>) -> Int? {
        let byte = bytes[position]
        if Ascii.isDigit(byte) || formulaSigns.utf8.contains(byte) { return position + 1 }
        if let length = sign(bytes, at: position, range) { return position + length }
        if byte == Ascii.backslash { return commandEnd(bytes, position, range) }
        if Ascii.isLetter(byte) { return isLone(bytes, position, range) ? position + 1 : nil }
        guard byte == Ascii.space, position + 1 < range.upperBound else { return nil }
        let next = bytes[position + 1]
        if "+-*/".utf8.contains(next), position + 2 < range.upperBound, bytes[position + 2] == Ascii.space {
            return position + 3
        }
        return nil
    }

    // \pi, \sqrt{3}, \cdot: the command with its arguments.
    private static func commandEnd(_ bytes: Bytes, _ position: Int, _ range: Range<Int>) -> Int? {
        var end = position + 1
        while end < range.upperBound, Ascii.isLetter(bytes[end]) { end += 1 }
        let name = String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
        guard ["pi", "sqrt", "cdot", "times", "frac", "ln", "theta", "alpha", "beta"].contains(name) else { return nil }
        while end < range.upperBound, bytes[end] == Ascii.openBrace, let close = bytes.closingBrace(of: end, in: range)
        {
            end = close + 1
        }
        return end
    }

    private static func formulaPart(_ bytes: Bytes, backward position: Int, _ range: Range<Int>) -> Int? {
        let byte = bytes[position - 1]
        if Ascii.isDigit(byte) || formulaSigns.utf8.contains(byte) { return position - 1 }
        for length in 2...3 where sign(bytes, at: position - length, range) == length { return position - length }
        if Ascii.isLetter(byte) { return isLone(bytes, position - 1, range) ? position - 1 : nil }
        guard byte == Ascii.space, position - 3 >= range.lowerBound, bytes[position - 3] == Ascii.space,
            "+-*/".utf8.contains(bytes[position - 2])
        else { return nil }
        return position - 3
    }

    // π, √, ² and ³, minus, times.
    static func sign(_ bytes: Bytes, at position: Int, _ range: Range<Int>) -> Int? {
        guard position >= range.lowerBound, bytes[position] >= 0x80 else { return nil }
        for sign in ["π", "√", "²", "³", "−", "×", "·", "∞"] as [StaticString]
        where bytes.has(sign, at: position, in: range) {
            return sign.utf8CodeUnitCount
        }
        return nil
    }

    // A variable beside a digit, sign or another variable, not a word or an article.
    private static func isLone(_ bytes: Bytes, _ position: Int, _ range: Range<Int>) -> Bool {
        func isLetter(_ place: Int) -> Bool { range.contains(place) && Ascii.isLetter(bytes[place]) }
        if isLetter(position - 1) && isLetter(position - 2) || isLetter(position + 1) && isLetter(position + 2) {
            return false
        }
        if isLetter(position - 1) && isLetter(position + 1) { return false }
        let isArticle = bytes[position] == UInt8(ascii: "a") || bytes[position] == UInt8(ascii: "A")
        let isApart =
            (position == range.lowerBound || Ascii.isSpace(bytes[position - 1]))
            && (position + 1 >= range.upperBound || Ascii.isSpace(bytes[position + 1]))
        return !(isArticle && isApart) && !(isApart && !nextToSign(bytes, position, range))
    }

    private static func nextToSign(_ bytes: Bytes, _ position: Int, _ range: Range<Int>) -> Bool {
        for place in [position - 2, position + 2] where range.contains(place) && "+-*/".utf8.contains(bytes[place]) {
            return true
        }
        return false
    }

    /// Whether dozens of brackets or other signs lead to a number: a flood is no answer.
    static func isFlooded(_ bytes: Bytes, before number: Range<Int>, _ range: Range<Int>) -> Bool {
        let reach = 32
        guard number.lowerBound - range.lowerBound >= reach else { return false }
        return bytes[(number.lowerBound - reach)..<number.lowerBound].allSatisfy {
            $0 < 0x80 && !Ascii.isLetter($0) && !Ascii.isDigit($0) && !Ascii.isSpace($0)
        }
    }

    /// Whether a text breaks off some words after a number: "might be 42 but I ran out of".
    static func breaksOff(_ bytes: Bytes, after number: Range<Int>, _ range: Range<Int>) -> Bool {
        let rest = number.upperBound..<range.upperBound
        guard let last = rest.last, Ascii.isLetter(bytes[last]) else { return false }
        return bytes[rest].split(separator: Ascii.space).count(where: { $0.allSatisfy(Ascii.isLetter) }) >= 4
    }
}
