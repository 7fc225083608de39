import BigInt

// Python's marshal format, version 2: no references, no code run by reading it.
// https://docs.python.org/3/library/marshal.html; type codes as in CPython's Python/marshal.c.
extension PythonValue {
    /// Reads one value that fills `bytes`; nil when they are anything else.
    init?(marshal bytes: [UInt8]) {
        var reader = MarshalReader(bytes: bytes)
        guard let value = reader.value(depth: 0), reader.position == bytes.count else { return nil }
        self = value
    }

    /// The value for `marshal.loads`.
    var marshal: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return bytes
    }

    private func write(to bytes: inout [UInt8]) {
        func tag(_ code: Unicode.Scalar) { bytes.append(UInt8(ascii: code)) }
        func integer(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        func items(_ code: Unicode.Scalar, _ values: [PythonValue]) {
            tag(code)
            integer(Int32(clamping: values.count))
            for value in values { value.write(to: &bytes) }
        }
        switch self {
        case .none: tag("N")
        case .ellipsis: tag(".")
        case .bool(let flag): tag(flag ? "T" : "F")
        case .int(let value):
            if let small = Int32(exactly: value) {
                tag("i")
                integer(small)
            } else {
                tag("l")
                var digits: [UInt16] = []
                var rest = value.magnitude
                while rest > 0 {
                    digits.append(UInt16(truncatingIfNeeded: rest & 0x7FFF))
                    rest >>= 15
                }
                integer(Int32(clamping: value < 0 ? -digits.count : digits.count))
                for digit in digits { integer(digit) }
            }
        case .float(let value):
            tag("g")
            integer(value.bitPattern)
        case .complex(let real, let imaginary):
            tag("y")
            integer(real.bitPattern)
            integer(imaginary.bitPattern)
        case .string(let text):
            tag("u")
            integer(Int32(clamping: text.count))
            bytes += text
        case .bytes(let text):
            tag("s")
            integer(Int32(clamping: text.count))
            bytes += text
        case .list(let values): items("[", values)
        case .tuple(let values): items("(", values)
        case .set(let values): items("<", values)
        case .frozenset(let values): items(">", values)
        case .dict(let pairs):
            tag("{")
            for pair in pairs {
                pair.key.write(to: &bytes)
                pair.value.write(to: &bytes)
            }
            tag("0")
        }
    }
}

private struct MarshalReader {
    let bytes: [UInt8]
    var position = 0

    mutating func value(depth: Int) -> PythonValue? {
        guard depth < 256, let tag = byte() else { return nil }
        switch Unicode.Scalar(tag) {
        case "N": return PythonValue.none
        case ".": return .ellipsis
        case "T": return .bool(true)
        case "F": return .bool(false)
        case "i": return integer(Int32.self).map { .int(BigInt($0)) }
        case "l": return bigInteger()
        case "g": return double().map { .float($0) }
        case "y":
            guard let real = double(), let imaginary = double() else { return nil }
            return .complex(real, imaginary)
        case "u": return text().map { .string($0) }
        case "s": return text().map { .bytes($0) }
        case "(": return items(depth: depth).map { .tuple($0) }
        case "[": return items(depth: depth).map { .list($0) }
        case "<": return items(depth: depth).map { .set($0) }
        case ">": return items(depth: depth).map { .frozenset($0) }
        case "{": return pairs(depth: depth)
        default: return nil
        }
    }

    private mutating func byte() -> UInt8? {
        guard position < bytes.count else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func integer<Value: FixedWidthInteger>(_: Value.Type) -> Value? {
        let size = MemoryLayout<Value>.size
        guard bytes.count - position >= size else { return nil }
        defer { position += size }
        return bytes.withUnsafeBytes {
            Value(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: Value.self))
        }
    }

    private mutating func double() -> Double? { integer(UInt64.self).map { Double(bitPattern: $0) } }

    // Every element takes at least one byte, so a count beyond what is left is a lie.
    private mutating func count(bytesEach: Int = 1) -> Int? {
        guard let count = integer(Int32.self), count >= 0, Int(count) * bytesEach <= bytes.count - position else {
            return nil
        }
        return Int(count)
    }

    private mutating func text() -> [UInt8]? {
        guard let count = count() else { return nil }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    private mutating func bigInteger() -> PythonValue? {
        guard let signed = integer(Int32.self) else { return nil }
        let count = Int(signed.magnitude)
        guard count * 2 <= bytes.count - position else { return nil }
        // Fifteen bits to a digit: gathered into words first, in one pass.
        var words: [UInt] = []
        var pending: UInt = 0
        var pendingBits = 0
        for _ in 0..<count {
            guard let digit = integer(UInt16.self), digit < 1 << 15 else { return nil }
            pending |= UInt(digit) << pendingBits
            pendingBits += 15
            if pendingBits >= UInt.bitWidth {
                words.append(pending)
                pendingBits -= UInt.bitWidth
                pending = UInt(digit) >> (15 - pendingBits)
            }
        }
        words.append(pending)
        let magnitude = BigUInt(words: words)
        return .int(signed < 0 ? -BigInt(magnitude) : BigInt(magnitude))
    }

    private mutating func items(depth: Int) -> [PythonValue]? {
        guard let count = count() else { return nil }
        var values: [PythonValue] = []
        // The count is what a program wrote: lists within lists would reserve it again and again.
        values.reserveCapacity(min(count, 1 << 10))
        for _ in 0..<count {
            guard let value = value(depth: depth + 1) else { return nil }
            values.append(value)
        }
        return values
    }

    private mutating func pairs(depth: Int) -> PythonValue? {
        var pairs: [PythonValue.Pair] = []
        while position < bytes.count, bytes[position] != UInt8(ascii: "0") {
            guard let key = value(depth: depth + 1), let value = value(depth: depth + 1) else { return nil }
            pairs.append(.init(key: key, value: value))
        }
        return byte() == nil ? nil : .dict(pairs)
    }
}
