/// How an expression reads: plain notation for people, one spelling for every tree.
extension Expression: CustomStringConvertible {
    var description: String { Self.write(self, .statement) }

    /// What it is, then how it reads: "the number 1/2".
    var reading: String {
        switch self {
        case .number(let value): value.isInteger ? "the whole number \(self)" : "the fraction \(self)"
        case .decimal(_, let places): "the decimal \(self) (\(places) decimal place\(places == 1 ? "" : "s"))"
        case .percent: "the percentage \(self)"
        case .quantity(_, let unit): "\(self), a value with the unit '\(unit)'"
        case .text: "the words \(self)"
        case .list(let parts, let isOr): "\(parts.count) \(isOr ? "alternatives" : "values in any order"): \(self)"
        case .group(.square, let parts, _) where parts.count == 2, .group(_, let parts, .square) where parts.count == 2:
            "the interval \(self)"
        case .group(_, let parts, _): parts.count == 2 ? "the pair or open interval \(self)" : "the tuple \(self)"
        case .set(let members): "the set of \(members.count): \(self)"
        case .setBuilder: "the set \(self)"
        case .matrix(let columns, let cells): "the \(cells.count / max(1, columns)) x \(columns) matrix \(self)"
        case .relation(_, let relations):
            relations.contains(where: \.isOrder) ? "the inequality \(self)" : "the equation \(self)"
        case .sets, .named: "the set \(self)"
        case .ratio: "the ratio or time \(self)"
        case .time: "the time of day \(self)"
        case .based(_, let base): "\(self), digits in base \(base)"
        default: symbols.isEmpty ? "the number \(self)" : "the expression \(self)"
        }
    }

    // How tightly the place binds that a part is written into.
    private enum Place: Int {
        case statement, sum, product, power
    }

    private static func write(_ expression: Expression, _ place: Place) -> String {
        let (text, own) = written(expression)
        return own.rawValue < place.rawValue ? "(\(text))" : text
    }

    private static func written(_ expression: Expression) -> (String, Place) {
        switch expression {
        case .number(let value), .decimal(let value, _):
            let text = literal(expression, value)
            return (text, text.contains("/") ? .product : value.isNegative ? .sum : .power)
        case .constant(let constant): return (name(constant), .power)
        case .symbol(let name): return (name.isEmpty ? "?" : name, .power)
        case .sum(let terms): return (sum(terms), .sum)
        case .product(let factors): return product(factors)
        case .power(let base, .minusOne): return ("1/\(write(base, .power))", .product)
        case .power(let base, let exponent): return ("\(write(base, .power))^\(write(exponent, .power))", .product)
        case .call(.factorial, let parts) where parts.count == 1: return ("\(write(parts[0], .power))!", .power)
        case .call(.abs, let parts) where parts.count == 1: return ("|\(write(parts[0], .statement))|", .power)
        case .call(let function, let parts): return ("\(function.rawValue)(\(joined(parts)))", .power)
        case .apply(let name, let parts): return ("\(name)(\(joined(parts)))", .power)
        case .plusMinus(let isUpper): return (isUpper ? "±1" : "∓1", .power)
        case .percent(let inner): return ("\(write(inner, .product))%", .product)
        case .quantity(let inner, let unit): return ("\(write(inner, .product)) \(unit)", .sum)
        case .text(let words): return ("\"\(words)\"", .power)
        case .list(let parts, let isOr):
            return (parts.map { write($0, .statement) }.joined(separator: isOr ? " or " : ", "), .statement)
        case .group(let open, let parts, let close):
            return (bracket(open, isOpen: true) + joined(parts) + bracket(close, isOpen: false), .power)
        case .set(let members): return ("{\(joined(members))}", .power)
        case .setBuilder(let element, let condition):
            return ("{\(write(element, .statement)) | \(write(condition, .statement))}", .power)
        case .matrix(let columns, let cells):
            let rows = stride(from: 0, to: cells.count, by: max(1, columns)).map {
                joined(Array(cells[$0..<min(cells.count, $0 + columns)]))
            }
            return ("[\(rows.joined(separator: "; "))]", .power)
        case .relation(let sides, let relations):
            let rest = zip(relations, sides.dropFirst()).map { " \(sign($0)) \(write($1, .sum))" }
            return (write(sides[0], .sum) + rest.joined(), .statement)
        case .sets(let operation, let parts):
            return (parts.map { write($0, .sum) }.joined(separator: " \(sign(operation)) "), .statement)
        case .named(let set): return (set.rawValue, .power)
        case .ratio(let parts): return (parts.map { write($0, .sum) }.joined(separator: ":"), .statement)
        case .time(let seconds, let isDefinite): return (time(seconds) + (isDefinite ? "" : " (a.m. or p.m.)"), .power)
        case .based(let digits, let base): return ("\(digits)_\(base)", .power)
        }
    }

    private static func joined(_ parts: [Expression]) -> String {
        parts.map { write($0, .statement) }.joined(separator: ", ")
    }

    private static func sum(_ terms: [Expression]) -> String {
        var text = ""
        for term in terms {
            let next = write(term, .sum)
            if text.isEmpty {
                text = next
            } else {
                text += next.hasPrefix("-") ? " - \(next.dropFirst())" : " + \(next)"
            }
        }
        return text
    }

    private static func product(_ factors: [Expression]) -> (String, Place) {
        if factors.first == .minusOne, factors.count > 1 {
            return ("-" + write(.product(Array(factors.dropFirst())), .product), .sum)
        }
        if factors.count == 1 { return written(factors[0]) }
        if case .plusMinus(let isUpper) = factors[0] {
            return ((isUpper ? "±" : "∓") + write(.product(Array(factors.dropFirst())), .product), .sum)
        }
        var text = ""
        for factor in factors {
            if case .power(let base, .minusOne) = factor, !text.isEmpty {
                text += "/\(write(base, .power))"
            } else {
                text += (text.isEmpty ? "" : "·") + write(factor, .power)
            }
        }
        return (text, .product)
    }

    private static func literal(_ expression: Expression, _ value: Rational) -> String {
        if case .decimal(_, let places) = expression, places > 0, places <= 64 {
            let scaled = (value.magnitude * Rational.powerOfTen(places)).floor
            let digits = String(scaled)
            let padded = String(repeating: "0", count: max(0, places + 1 - digits.utf8.count)) + digits
            return (value.isNegative ? "-" : "") + padded.dropLast(places) + "." + padded.suffix(places)
        }
        return value.isInteger ? "\(value.numerator)" : "\(value.numerator)/\(value.denominator)"
    }

    private static func name(_ constant: Constant) -> String {
        switch constant {
        case .pi: "π"
        case .euler: "e"
        case .imaginary: "i"
        case .infinity: "∞"
        case .degree: "°"
        }
    }

    private static func bracket(_ bracket: Bracket, isOpen: Bool) -> String {
        switch bracket {
        case .round: isOpen ? "(" : ")"
        case .square: isOpen ? "[" : "]"
        case .angle: isOpen ? "⟨" : "⟩"
        }
    }

    private static func sign(_ relation: Relation) -> String {
        switch relation {
        case .equal: "="
        case .notEqual: "≠"
        case .less: "<"
        case .lessOrEqual: "≤"
        case .greater: ">"
        case .greaterOrEqual: "≥"
        case .approximately: "≈"
        case .element: "∈"
        case .notElement: "∉"
        case .congruent: "≡"
        case .sign(let sign, let isMirrored): isMirrored ? "\(sign)⁻¹" : sign
        }
    }

    private static func sign(_ operation: SetOperator) -> String {
        switch operation {
        case .union: "∪"
        case .intersection: "∩"
        case .difference: "∖"
        }
    }

    private static func time(_ seconds: Int) -> String {
        let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
        let two = { (value: Int) in (value < 10 ? "0" : "") + String(value) }
        return two(hours) + ":" + two(minutes) + (rest == 0 ? "" : ":" + two(rest))
    }
}
