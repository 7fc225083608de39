extension JSONValue {
    /// The one spelling that all equal values share: objects by key, numbers in their canonical form. Two texts say the same
    /// when their canonical texts are the same bytes, in every process.
    public var canonical: JSONValue { ordered { $0.canonical } }

    /// Objects by key, and of members with one key the last alone, as `subscript` reads them; numbers as written.
    public var ordered: JSONValue { isOrdered ? self : ordered { $0 } }

    // Most objects have their few members in order.
    private var isOrdered: Bool {
        switch self {
        case .null, .bool, .string, .number: true
        case .array(let elements): elements.allSatisfy(\.isOrdered)
        case .object(let members):
            members.indices.allSatisfy {
                members[$0].value.isOrdered
                    && ($0 == 0 || members[$0 - 1].key.utf8.lexicographicallyPrecedes(members[$0].key.utf8))
            }
        }
    }

    private func ordered(_ number: (JSONNumber) -> JSONNumber) -> JSONValue {
        switch self {
        case .number(let value): return .number(number(value))
        case .array(let elements): return .array(elements.map { $0.ordered(number) })
        case .object(let members):
            // By bytes: to String, two spellings of one accent are equal.
            let sorted = members.indices.sorted { left, right in
                let (first, second) = (members[left].key.utf8, members[right].key.utf8)
                return first.lexicographicallyPrecedes(second) || (left < right && first.elementsEqual(second))
            }
            var unique: [Member] = []
            unique.reserveCapacity(members.count)
            for place in sorted {
                let key = members[place].key
                if let last = unique.last, last.key.utf8.elementsEqual(key.utf8) { unique.removeLast() }
                unique.append(Member(key, members[place].value.ordered(number)))
            }
            return .object(unique)
        case .null, .bool, .string: return self
        }
    }
}

extension JSONNumber {
    /// Digits before the point that a number without a fraction may have to be written without an exponent.
    private static let plainDigits = 64

    /// The same number in its one spelling, with every digit kept: `1`, `1.0`, `10e-1` are `1`, and `-0` is `0`. Integers of
    /// up to 64 digits and decimals from 1e-6 on have no exponent. An exponent beyond 18 digits stays as it is written.
    public var canonical: JSONNumber {
        let lowered = text.lowercased()
        let parts = lowered.split(separator: "e", maxSplits: 1)
        let mantissa = (parts.first ?? "").drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
        let fraction = mantissa.count > 1 ? mantissa[1] : ""
        var digits = ((mantissa.first ?? "") + fraction).drop { $0 == "0" }
        if digits.isEmpty { return JSONNumber(unchecked: "0") }
        guard var exponent = parts.count > 1 ? Self.exponent(parts[1]) : 0 else {
            return JSONNumber(unchecked: lowered)
        }
        exponent -= fraction.utf8.count
        while digits.last == "0" {
            digits.removeLast()
            exponent += 1
        }
        let sign = text.utf8.first == UInt8(ascii: "-") ? "-" : ""
        return JSONNumber(unchecked: sign + Self.plain(String(digits), exponent))
    }

    /// Nil beyond 18 digits, where sums with a count of digits could overflow.
    private static func exponent(_ text: Substring) -> Int? {
        let isNegative = text.first == "-"
        let digits = text.drop { $0 == "-" || $0 == "+" }.drop { $0 == "0" }
        if digits.isEmpty { return 0 }
        guard digits.utf8.count <= 18, let value = Int(digits) else { return nil }
        return isNegative ? -value : value  // total: 18 digits
    }

    /// `digits` × 10^`exponent`; the digits neither begin nor end with 0.
    private static func plain(_ digits: String, _ exponent: Int) -> String {
        let count = digits.utf8.count
        let point = count + exponent
        if exponent >= 0, point <= max(plainDigits, count) { return digits + String(repeating: "0", count: exponent) }
        if exponent < 0, point > 0 { return digits.prefix(point) + "." + digits.dropFirst(point) }
        if exponent < 0, point > -6 { return "0." + String(repeating: "0", count: -point) + digits }
        let rest = digits.dropFirst()
        return digits.prefix(1) + (rest.isEmpty ? "" : "." + rest) + "e\(point - 1)"
    }
}
