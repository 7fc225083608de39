/// Solutions that repeat: x = \pi/3 + k\pi, x \equiv 5 \pmod{12}, n = 6k + 1. Two are the same when they have the same members over
/// their common period.
struct SolutionFamily {
    /// One progression: offset + period times any whole number.
    private struct Progression {
        var offset: Expression
        var period: Expression
    }

    /// Classes that are compared; larger common periods are left to other rules.
    private static let maxClasses = 48

    /// Nil when one side is no family of solutions.
    static func compare(
        _ gold: Expression, _ prediction: Expression, _ declared: (gold: Set<String>, prediction: Set<String>),
        _ scalars: ScalarEquality
    ) -> Comparison? {
        var (own, other) = (progressions(gold, declared.gold), progressions(prediction, declared.prediction))
        if own == nil || other == nil, gold.hasSymbols, prediction.hasSymbols {
            let implied = (impliedLetter(gold), impliedLetter(prediction))
            // One letter on both sides that nobody declares may be a given number.
            guard implied.0 != implied.1 else { return nil }
            if own == nil, declared.gold.isEmpty { own = implied.0.flatMap { progressions(gold, [$0]) } }
            if other == nil, declared.prediction.isEmpty {
                other = implied.1.flatMap { progressions(prediction, [$0]) }
            }
        }
        guard let left = own, let right = other else { return nil }
        if let mine = Interpretation.assignment(gold), let theirs = Interpretation.assignment(prediction),
            mine.isVariable, theirs.isVariable, mine.label != theirs.label
        {
            return .different("different variables")
        }
        // The ratio of all periods to the first, as whole numbers of the smallest common measure.
        let first = left[0].period
        var common = Rational.one
        var ratios: [Rational] = []
        for part in left + right {
            guard let ratio = scalars.quotient(part.period, first), !ratio.isZero else { return nil }
            ratios.append(ratio.magnitude)
            guard let multiple = common.leastMultiple(with: ratio.magnitude) else { return nil }
            common = multiple
        }
        func classes(_ parts: [Progression], _ ratios: ArraySlice<Rational>) -> Set<Rational>? {
            var found: Set<Rational> = []
            for (part, ratio) in zip(parts, ratios) {
                guard let start = scalars.quotient(.sum([part.offset, .product([.minusOne, left[0].offset])]), first),
                    let count = (common / ratio)?.intValue, (1...maxClasses).contains(count)
                else { return nil }
                for turn in 0..<count {
                    let value = start + ratio * Rational(turn)
                    guard let turns = value / common else { return nil }
                    found.insert(value - Rational(turns.floor) * common)
                }
            }
            return found
        }
        guard let mine = classes(left, ratios.prefix(left.count)),
            let theirs = classes(right, ratios.suffix(right.count))
        else { return nil }
        return mine == theirs ? .equal("the same solutions over a period") : .different("other solutions over a period")
    }

    // The k of π/4 + kπ: a usual letter for whole numbers, times a part of a turn, where no range is stated.
    private static func impliedLetter(_ expression: Expression) -> String? {
        guard expression.contains({ $0 == .constant(.pi) || $0 == .constant(.degree) }) else { return nil }
        let parts: [Expression]
        if case .list(let members, _) = expression { parts = members } else { parts = [expression] }
        let values = parts.flatMap { Interpretation.expanded($0) ?? [$0] }.map {
            Interpretation.assignment($0)?.value ?? $0
        }
        let names = values.reduce(into: Set<String>()) { $0.formUnion($1.symbols) }
        guard names.count == 1, let letter = names.first, ["k", "n", "m", "l"].contains(letter) else { return nil }
        let turns = values.allSatisfy { value in
            guard let parts = Polynomial.coefficients(value, letter), parts.count == 2 else { return false }
            return parts[1].contains { $0 == .constant(.pi) || $0 == .constant(.degree) }
        }
        return turns ? letter : nil
    }

    // The progressions an expression states, with the letter that runs over the whole numbers.
    private static func progressions(_ expression: Expression, _ declared: Set<String>) -> [Progression]? {
        var parts: [Expression]
        var letters = declared
        if case .list(let members, _) = expression {
            parts = members.filter { part in
                guard case .relation(let sides, [.element]) = part, case .symbol(let name) = sides[0],
                    case .named(.integers) = sides[1]
                else { return true }
                letters.insert(name)
                return false
            }
        } else if case .setBuilder(let element, let condition) = expression {
            // {12k + 5 : k ∈ Z}, {n ∈ Z : n ≡ 5 (mod 12)}.
            if case .relation(let sides, [.element]) = condition, case .symbol(let name) = sides[0],
                case .named(.integers) = sides[1]
            {
                letters.insert(name)
                parts = [element]
            } else if case .relation(_, [.congruent]) = condition {
                parts = [condition]
            } else {
                return nil
            }
        } else {
            parts = [expression]
        }
        parts = parts.flatMap { Interpretation.expanded($0) ?? [$0] }
        guard !parts.isEmpty, parts.count <= 16 else { return nil }
        var found: [Progression] = []
        for part in parts {
            let assignment = Interpretation.assignment(part)
            // A function's definition is no family.
            if case .apply? = assignment?.label { return nil }
            let value = assignment?.value ?? part
            if case .quantity(let offset, let unit) = value, unit.hasPrefix("mod "),
                let modulus = Int(unit.dropFirst(4))
            {
                found.append(Progression(offset: offset, period: .number(Rational(modulus))))
                continue
            }
            if case .relation(_, [.congruent]) = part, case .call(.mod, let residue) = value, residue.count == 2 {
                found.append(Progression(offset: residue[0], period: residue[1]))
                continue
            }
            if letters.isEmpty { return nil }
            let own = value.symbols
            guard own.count == 1, let letter = own.first, letters.contains(letter),
                let coefficients = Polynomial.coefficients(value, letter), coefficients.count == 2
            else { return nil }
            found.append(Progression(offset: coefficients[0], period: coefficients[1]))
        }
        return found
    }
}

extension ScalarEquality {
    /// The rational number that one constant is times another; nil when it is none of a small denominator.
    fileprivate func quotient(_ top: Expression, _ bottom: Expression) -> Rational? {
        if let a = rational(top), let b = rational(bottom) { return a / b }
        guard let a = ball(top), let b = ball(bottom), a.isReal, b.isReal, let ratio = try? a.real / b.real else {
            return nil
        }
        for denominator in 1...360 {
            guard let scaled = try? ratio * Ball(Rational(denominator)), let whole = scaled.middle.roundedInt else {
                continue
            }
            if (scaled - Ball(Rational(whole))).upperLog < -100 {
                let value = Rational(whole) / Rational(denominator)
                guard let value, compare(top, .product([.number(value), bottom])).isEqual else { return nil }
                return value
            }
        }
        return nil
    }
}

extension Rational {
    /// The least positive number that both divide evenly.
    fileprivate func leastMultiple(with other: Rational) -> Rational? {
        guard case .small(let a, let b) = self, case .small(let c, let d) = other, a > 0, c > 0 else { return nil }
        // lcm(a/b, c/d) = lcm(a, c) / gcd(b, d).
        let (multiple, overflow) = (a / Int(Rational.gcd(a.magnitude, c.magnitude))).multipliedReportingOverflow(by: c)
        guard !overflow else { return nil }
        return Rational(multiple) / Rational(Int(Rational.gcd(b.magnitude, d.magnitude)))
    }
}
