#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How a program's output is compared with the expected one. Always on bytes, always on the host's side.
enum OutputComparison: Equatable, Sendable {
    /// Line by line, whitespace at line ends and blank lines at the end not counting; line ends may be CRLF.
    case lines
    /// The same, where lines of decimal numbers are equal when the numbers are: LiveCodeBench's rule.
    case decimals
    /// Byte by byte.
    case exact
    /// Token by token, whatever whitespace is between them.
    case tokens
    /// Token by token; tokens that are numbers may differ by a tolerance, absolutely or relative to the expected one.
    case float(absolute: Double, relative: Double)

    /// Whether `output` is right.
    func accepts(_ output: [UInt8], expected: [UInt8]) -> Bool {
        switch self {
        case .exact: output == expected
        case .lines: Self.sameLines(output, expected)
        case .decimals: Self.sameDecimals(output, expected)
        case .tokens: Self.sameTokens(output, expected) { $0.elementsEqual($1) }
        case .float(let absolute, let relative):
            Self.sameTokens(output, expected) { given, expected in
                if given.elementsEqual(expected) { return true }
                guard let value = Self.number(given), let goal = Self.number(expected) else { return false }
                return abs(value - goal) <= max(absolute, relative * abs(goal))
            }
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

    private static func sameLines(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        var left = LineReader(left)
        var right = LineReader(right)
        while true {
            let (a, b) = (left.next(), right.next())
            if a == nil && b == nil { return true }
            guard let a, let b, a.elementsEqual(b) else { return false }
        }
    }

    private static func sameDecimals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        func lines(_ bytes: [UInt8]) -> [[ArraySlice<UInt8>]] {
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            var tokens = lines.map { $0.split(whereSeparator: isSpace) }
            while tokens.last?.isEmpty == true { tokens.removeLast() }
            return Array(tokens.drop { $0.isEmpty })
        }
        if sameLines(left, right) { return true }
        let (left, right) = (lines(left), lines(right))
        guard left.count == right.count else { return false }
        return zip(left, right).allSatisfy { left, right in
            left.count == right.count
                && zip(left, right).allSatisfy { left, right in
                    if left.elementsEqual(right) { return true }
                    guard let left = decimal(left), let right = decimal(right) else { return false }
                    return left == right
                }
        }
    }

    // Sign, digits without zeros at the ends, and the power of ten; nil for what is no plain decimal.
    private static func decimal(_ token: ArraySlice<UInt8>) -> [UInt8]? {
        var digits: [UInt8] = []
        var rest = token
        let isNegative = rest.first == UInt8(ascii: "-")
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest.removeFirst() }
        var point: Int?
        for byte in rest {
            if byte == UInt8(ascii: "."), point == nil {
                point = digits.count
            } else if byte &- 48 < 10 {
                digits.append(byte)
            } else {
                return nil
            }
        }
        guard !digits.isEmpty else { return nil }
        var scale = point.map { digits.count - $0 } ?? 0
        while scale > 0, digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            scale -= 1
        }
        let whole = Array(digits.drop { $0 == UInt8(ascii: "0") })
        if whole.isEmpty { return [UInt8(ascii: "0")] }
        return Array((isNegative ? "-" : "").utf8) + whole + Array("e\(scale)".utf8)
    }

    private static func sameTokens(
        _ left: [UInt8], _ right: [UInt8], isSame: (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Bool
    ) -> Bool {
        let left = left.split(whereSeparator: isSpace)
        let right = right.split(whereSeparator: isSpace)
        return left.count == right.count && zip(left, right).allSatisfy { isSame($0, $1) }
    }

    // Finite decimal numbers only: no NaN, no infinity, no hexadecimal.
    private static func number(_ token: ArraySlice<UInt8>) -> Double? {
        let allowed = token.allSatisfy { byte in
            ((byte &- 48) < 10) || "+-.eE".utf8.contains(byte)
        }
        guard allowed, let value = Double(String(decoding: token, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    // Lines without trailing whitespace; blank lines at the end are not lines.
    private struct LineReader {
        private let bytes: [UInt8]
        private var position = 0
        private let end: Int

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
            end = (bytes.lastIndex { !OutputComparison.isSpace($0) }).map { $0 + 1 } ?? 0
        }

        mutating func next() -> ArraySlice<UInt8>? {
            guard position < end else { return nil }
            let stop = bytes[position..<end].firstIndex(of: UInt8(ascii: "\n")) ?? end
            var line = bytes[position..<stop]
            while let last = line.last, OutputComparison.isSpace(last) { line.removeLast() }
            position = stop + 1
            return line
        }
    }
}
