import BigInt
import Experience
import Verifiers

/// An arithmetic expression, read and computed in one pass over its bytes, within bounds on length, depth and size.
///
///     sum     = product (("+" | "-") product)*
///     product = signed (("*" | "/" | "//" | "%") signed)*
///     signed  = ("+" | "-") signed | power
///     power   = postfix (("^" | "**") signed)?
///     postfix = atom ("!")*
///     atom    = number | name "(" sum ("," sum)* ")" | "(" sum ")"
struct Calculation {
    private let bytes: [UInt8]
    private var at = 0
    private var depth = 0

    static let mostBytes = 4096
    private static let mostDepth = 64
    // Of numerator and denominator together: some five thousand digits.
    private static let mostBits = 1 << 14

    init(_ text: String) throws(PolicyFault) {
        guard text.utf8.count <= Self.mostBytes else {
            throw PolicyFault("error: the expression is longer than \(Self.mostBytes) bytes")
        }
        bytes = Self.folded(text)
    }

    /// Its value; throws what the policy is told.
    func value() throws(PolicyFault) -> Rational {
        var reader = self
        let value = try reader.sum()
        reader.skip()
        if reader.at < bytes.count { throw reader.unexpected() }
        return value
    }

    /// Signs of print as those of the keyboard.
    private static func folded(_ text: String) -> [UInt8] {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return Array(text.utf8) }
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            switch scalar {
            case "×", "·", "⋅", "∗": bytes.append(UInt8(ascii: "*"))
            case "÷", "∕", "⁄": bytes.append(UInt8(ascii: "/"))
            case "−", "–": bytes.append(UInt8(ascii: "-"))
            case "√": bytes += Array("sqrt".utf8)
            case "²": bytes += Array("^2".utf8)
            case "³": bytes += Array("^3".utf8)
            case "\u{A0}", "\u{202F}", "\u{2009}": bytes.append(UInt8(ascii: " "))
            default: bytes += Array(String(scalar).utf8)
            }
        }
        return bytes
    }

    private mutating func sum() throws(PolicyFault) -> Rational {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.mostDepth { throw PolicyFault("error: brackets deeper than \(Self.mostDepth)") }
        var value = try product()
        while true {
            if take("+") {
                value = try Self.bounded(value + product())
            } else if take("-") {
                value = try Self.bounded(value - product())
            } else {
                return value
            }
        }
    }

    private mutating func product() throws(PolicyFault) -> Rational {
        var value = try signed()
        while true {
            if take("//") {
                value = Rational(try Self.quotient(value, signed()).floor)
            } else if peek("**") {
                return value
            } else if take("*") {
                value = try Self.bounded(value * signed())
            } else if take("/") {
                value = try Self.bounded(Self.quotient(value, signed()))
            } else if take("%") {
                let divisor = try signed()
                // The sign of the divisor, as in Python.
                value = try Self.bounded(value - divisor * Rational(Self.quotient(value, divisor).floor))
            } else {
                return value
            }
        }
    }

    private mutating func signed() throws(PolicyFault) -> Rational {
        var isNegative = false
        while true {
            if take("-") { isNegative.toggle() } else if !take("+") { break }
        }
        let value = try power()
        return isNegative ? -value : value
    }

    private mutating func power() throws(PolicyFault) -> Rational {
        let base = try postfix()
        guard take("**") || take("^") else { return base }
        depth += 1
        defer { depth -= 1 }
        if depth > Self.mostDepth { throw PolicyFault("error: powers deeper than \(Self.mostDepth)") }
        return try Self.power(base, signed())
    }

    private mutating func postfix() throws(PolicyFault) -> Rational {
        var value = try atom()
        while take("!") { value = try Self.factorial(value) }
        return value
    }

    private mutating func atom() throws(PolicyFault) -> Rational {
        skip()
        guard at < bytes.count else { throw PolicyFault("error: the expression ends where a number was expected") }
        let byte = bytes[at]
        if Self.isDigit(byte) || byte == UInt8(ascii: ".") { return try number() }
        if take("(") {
            let value = try sum()
            if !take(")") { throw unexpected(")") }
            return value
        }
        let start = at
        while at < bytes.count, Self.isLetter(bytes[at]) { at += 1 }
        if at == start { throw unexpected() }
        let name = String(decoding: bytes[start..<at], as: UTF8.self).lowercased()
        if !take("(") { throw PolicyFault("error: '\(name)' is no number; variables are not known") }
        var values = [try sum()]
        while take(",") {
            values.append(try sum())
            if values.count > 100 { throw PolicyFault("error: more than 100 arguments") }
        }
        if !take(")") { throw unexpected(")") }
        return try Self.bounded(Self.function(name, values))
    }

    private mutating func number() throws(PolicyFault) -> Rational {
        let start = at
        var digits: [UInt8] = []
        var places = 0
        var hasPoint = false
        while at < bytes.count {
            if Self.isDigit(bytes[at]) {
                digits.append(bytes[at])
                if hasPoint { places += 1 }
            } else if bytes[at] == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else if bytes[at] != UInt8(ascii: "_") {
                break
            }
            at += 1
        }
        var exponent = 0
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") { exponent = try self.exponent() }
        guard !digits.isEmpty, digits.count <= 1000, let whole = BigInt(String(decoding: digits, as: UTF8.self)) else {
            throw PolicyFault(
                "error: '\(String(decoding: bytes[start..<at], as: UTF8.self).prefix(40))' is no number of up to 1000 digits"
            )
        }
        return Rational(whole) * Rational.powerOfTen(exponent - places)
    }

    private mutating func exponent() throws(PolicyFault) -> Int {
        at += 1
        let isNegative = at < bytes.count && bytes[at] == UInt8(ascii: "-")
        if isNegative || (at < bytes.count && bytes[at] == UInt8(ascii: "+")) { at += 1 }
        let start = at
        while at < bytes.count, Self.isDigit(bytes[at]) { at += 1 }
        guard let value = Int(String(decoding: bytes[start..<at], as: UTF8.self)), value <= 1000 else {
            throw PolicyFault("error: an exponent must be an integer from -1000 to 1000")
        }
        return isNegative ? -value : value
    }

    // MARK: Operations

    private static func bounded(_ value: Rational) throws(PolicyFault) -> Rational {
        if value.bitCount > mostBits { throw PolicyFault("error: a number of more than \(mostBits) bits") }
        return value
    }

    private static func quotient(_ left: Rational, _ right: Rational) throws(PolicyFault) -> Rational {
        guard let value = left / right else { throw PolicyFault("error: division by zero") }
        return value
    }

    private static func power(_ base: Rational, _ exponent: Rational) throws(PolicyFault) -> Rational {
        if let whole = exponent.intValue {
            if base.isZero, whole < 0 { throw PolicyFault("error: division by zero") }
            guard let value = base.power(whole, maxBits: mostBits) else {
                throw PolicyFault("error: the power has more than \(mostBits) bits")
            }
            return value
        }
        if exponent == Rational(1, 2) { return try root(base) }
        throw PolicyFault("error: only whole exponents and 1/2 are known")
    }

    private static func factorial(_ value: Rational) throws(PolicyFault) -> Rational {
        guard let count = value.intValue, (0...1000).contains(count) else {
            throw PolicyFault("error: a factorial is of an integer from 0 to 1000")
        }
        var product = BigInt(1)
        if count > 1 { for factor in 2...count { product *= BigInt(factor) } }
        return Rational(product)
    }

    /// The root where it is rational: an exact calculator has no other.
    private static func root(_ value: Rational) throws(PolicyFault) -> Rational {
        if value.isNegative { throw PolicyFault("error: the square root of a negative number") }
        let (top, bottom) = (value.numerator.magnitude.squareRoot(), value.denominator.magnitude.squareRoot())
        guard top * top == value.numerator.magnitude, bottom * bottom == value.denominator.magnitude else {
            // 30 places below the point, cut: said to be near by its word.
            let scale = BigUInt(10).power(30)
            let near = (value.numerator.magnitude * scale * scale / value.denominator.magnitude).squareRoot()
            return Rational(BigInt(near), BigInt(scale))
        }
        return Rational(BigInt(top), BigInt(bottom))
    }

    private static func function(_ name: String, _ values: [Rational]) throws(PolicyFault) -> Rational {
        func one() throws(PolicyFault) -> Rational {
            guard let first = values.first, values.count == 1 else {
                throw PolicyFault("error: '\(name)' takes one number, not \(values.count)")
            }
            return first
        }
        func fold(_ combine: (Rational, Rational) throws(PolicyFault) -> Rational) throws(PolicyFault) -> Rational {
            guard var result = values.first else { throw PolicyFault("error: '\(name)' of nothing") }
            for value in values.dropFirst() { result = try bounded(combine(result, value)) }
            return result
        }
        switch name {
        case "abs": return try one().magnitude
        case "floor": return Rational(try one().floor)
        case "ceil": return -Rational((-(try one())).floor)
        case "round":
            let places = values.count == 2 ? values[1].intValue : 0
            guard let places, (0...100).contains(places), let value = values.first, values.count <= 2 else {
                throw PolicyFault("error: 'round' takes a number and places from 0 to 100")
            }
            return value.rounded(places: places)
        case "sqrt": return try root(one())
        case "min": return try fold { $0 < $1 ? $0 : $1 }
        case "max": return try fold { $0 < $1 ? $1 : $0 }
        case "gcd", "lcm":
            return try fold { (left, right) throws(PolicyFault) in
                guard left.isInteger, right.isInteger else { throw PolicyFault("error: '\(name)' is of integers") }
                let divisor = left.numerator.greatestCommonDivisor(with: right.numerator)
                if name == "gcd" { return Rational(divisor) }
                return divisor.isZero ? .zero : Rational(left.numerator / divisor * right.numerator).magnitude
            }
        default:
            let known = ["abs", "ceil", "floor", "gcd", "lcm", "max", "min", "round", "sqrt"]
            throw PolicyFault("error: there is no function '\(name.cut(to: 40))'" + name.hint(among: known))
        }
    }

    // MARK: Reading

    private mutating func skip() {
        while at < bytes.count, bytes[at] == 0x20 || (0x09...0x0D).contains(bytes[at]) { at += 1 }
    }

    private mutating func peek(_ sign: StaticString) -> Bool {
        skip()
        guard bytes.count - at >= sign.utf8CodeUnitCount else { return false }
        return sign.withUTF8Buffer { sign in
            (0..<sign.count).allSatisfy { bytes[at + $0] == sign[$0] }
        }
    }

    private mutating func take(_ sign: StaticString) -> Bool {
        guard peek(sign) else { return false }
        at += sign.utf8CodeUnitCount
        return true
    }

    private func unexpected(_ wanted: String? = nil) -> PolicyFault {
        let rest = String(decoding: bytes[at...].prefix(20), as: UTF8.self)
        let found = rest.isEmpty ? "the expression ends" : "'\(rest)' stands"
        return PolicyFault(
            "error: \(found) where \(wanted.map { "'\($0)'" } ?? "it cannot be read") was expected, at \(at + 1)")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}
