import BigInt

/// When two values count as equal.
struct PythonEquality {
    /// Lists equal tuples, and keys equal what JSON would have made of them: for expectations written in JSON.
    var isJSON = false
    /// Numbers may differ by this much, absolutely or relative to the expected one; nil compares as Python does.
    var tolerance: (absolute: Double, relative: Double)?

    /// Whether `value` equals `expected` as Python's `==` has it, within the rules above.
    func isEqual(_ value: PythonValue, _ expected: PythonValue) -> Bool {
        switch (value, expected) {
        case (.none, .none), (.ellipsis, .ellipsis): return true
        case (.string(let left), .string(let right)), (.bytes(let left), .bytes(let right)): return left == right
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
            return areEqual(left, right)
        case (.list(let left), .tuple(let right)), (.tuple(let left), .list(let right)):
            return isJSON && areEqual(left, right)
        case (.set(let left), .set(let right)), (.set(let left), .frozenset(let right)),
            (.frozenset(let left), .set(let right)), (.frozenset(let left), .frozenset(let right)):
            return areEqual(keyed(left.map { ($0, .none) }), keyed(right.map { ($0, .none) }))
        case (.dict(let left), .dict(let right)):
            return areEqual(keyed(left.map { ($0.key, $0.value) }), keyed(right.map { ($0.key, $0.value) }))
        default: return areEqualNumbers(value, expected)
        }
    }

    private func areEqual(_ left: [PythonValue], _ right: [PythonValue]) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { isEqual($0, $1) }
    }

    private func areEqual(_ left: [[UInt8]: PythonValue]?, _ right: [[UInt8]: PythonValue]?) -> Bool {
        guard let left, let right, left.count == right.count else { return false }
        return left.allSatisfy { key, value in right[key].map { isEqual(value, $0) } ?? false }
    }

    // Hashable values by a text that is the same exactly for equal ones; nil when one is not hashable.
    private func keyed(_ pairs: [(PythonValue, PythonValue)]) -> [[UInt8]: PythonValue]? {
        var result: [[UInt8]: PythonValue] = [:]
        for (key, value) in pairs {
            guard let bytes = key.hashKey(isJSON: isJSON) else { return nil }
            result[bytes] = value
        }
        return result
    }

    private func areEqualNumbers(_ value: PythonValue, _ expected: PythonValue) -> Bool {
        if case .complex(let real, let imaginary) = value, case .complex(let real2, let imaginary2) = expected {
            return real == real2 && imaginary == imaginary2
        }
        if let left = value.integer, let right = expected.integer { return left == right }
        guard let left = value.double, let right = expected.double else { return false }
        if let tolerance, left.isFinite, right.isFinite {
            return abs(left - right) <= max(tolerance.absolute, tolerance.relative * abs(right))
        }
        guard left == right else { return false }
        // Two numbers with the same nearest double may still differ when one is a big integer.
        if let integer = value.integer { return integer.isExactly(right) }
        if let integer = expected.integer { return integer.isExactly(left) }
        return true
    }
}

extension PythonValue {
    /// Integers, and booleans as Python counts them.
    var integer: BigInt? {
        switch self {
        case .int(let value): value
        case .bool(let flag): flag ? 1 : 0
        default: nil
        }
    }

    /// Any real number.
    var double: Double? {
        switch self {
        case .float(let value): value
        default: integer.map { Double($0) }
        }
    }

    /// A text that is the same exactly for equal values; nil when it is not hashable.
    func hashKey(isJSON: Bool) -> [UInt8]? {
        switch self {
        case .string(let bytes): return [UInt8(ascii: "s")] + bytes
        case .bytes(let bytes): return [UInt8(ascii: "b")] + bytes
        case .none: return Array((isJSON ? "snull" : "n").utf8)
        case .ellipsis: return Array("e".utf8)
        case .bool(let flag) where isJSON: return Array((flag ? "strue" : "sfalse").utf8)
        case .bool, .int:
            // Decimal digits take quadratic time: nobody has keys that long.
            guard let integer, integer.bitWidth < 1 << 14 else { return nil }
            return Array("\(isJSON ? "s" : "i")\(integer)".utf8)
        case .float(let value):
            if let exact = BigInt(exactly: value), !isJSON { return Array("i\(exact)".utf8) }
            return Array("\(isJSON ? "s" : "f")\(value)".utf8)
        case .complex(let real, let imaginary): return Array("c\(real),\(imaginary)".utf8)
        case .tuple(let items):
            return items.reduce(Array("t".utf8)) { text, item in
                guard let text, let key = item.hashKey(isJSON: isJSON) else { return nil }
                return text + Array("\(key.count):".utf8) + key
            }
        case .frozenset(let items):
            var keys: [[UInt8]] = []
            for item in items {
                guard let key = item.hashKey(isJSON: isJSON) else { return nil }
                keys.append(key)
            }
            keys.sort { $0.lexicographicallyPrecedes($1) }
            return keys.reduce(Array("z".utf8)) { $0 + Array("\($1.count):".utf8) + $1 }
        case .list, .set, .dict: return nil
        }
    }
}

extension BigInt {
    fileprivate func isExactly(_ double: Double) -> Bool { BigInt(exactly: double) == self }
}
