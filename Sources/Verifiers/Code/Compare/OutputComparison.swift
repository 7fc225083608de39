#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How a program's output is compared with the expected one. Always on bytes, always on the host's side.
enum OutputComparison: Equatable, Sendable {
    /// Line by line, whitespace at line ends and blank lines at the end not counting; line ends may be CRLF.
    case lines
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
