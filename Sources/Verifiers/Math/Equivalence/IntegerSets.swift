/// Sets of whole numbers given by conditions: \{n \in \mathbb{Z} : n \ge 4\}, "2 \le n < 6, n \in \mathbb{Z}". Two are the same
/// when they have the same members: n > 3 and n \ge 4 are.
struct IntegerSets {
    /// A set, the letter of its members, and what is said of them.
    private struct Stated {
        var set: NamedSet
        var letter: String?
        /// Whether any letter would do.
        var isBound = true
        var condition: Expression?
    }

    /// Nil unless both sides say that they are about whole numbers, or one does and the other lists them.
    static func compare(_ gold: Expression, _ prediction: Expression, _ scalars: ScalarEquality) -> Comparison? {
        let (left, right) = (stated(gold), stated(prediction))
        guard left?.set.isWhole == true || right?.set.isWhole == true else { return nil }
        if let left, let right {
            guard left.set.isWhole, right.set.isWhole else { return .different("whole numbers and others") }
            if !left.isBound || !right.isBound, left.letter != right.letter { return nil }
            return equal(region(left, scalars), region(right, scalars), scalars)
        }
        guard let stated = left ?? right, let members = members(left == nil ? gold : prediction) else { return nil }
        return equal(
            region(stated, scalars), [.set(members)].compactMap { RegionReader.read($0, scalars)?.region }, scalars)
    }

    /// Both sides, without a range of whole numbers that one of them alone states beside its condition.
    static func understood(_ gold: Expression, _ prediction: Expression) -> (Expression, Expression) {
        let (left, right) = (stated(gold), stated(prediction))
        guard (left == nil) != (right == nil), let both = left ?? right, both.set.isWhole || both.set == .reals,
            var condition = both.condition
        else { return (gold, prediction) }
        // The letter of a described set is any.
        let others = (left == nil ? gold : prediction).symbols
        if both.isBound, let own = both.letter, others.count == 1, let name = others.first {
            condition = condition.substituting(own, .symbol(name))
        }
        // A set of real numbers is no list of whole ones.
        switch left == nil ? gold : prediction {
        case .relation: return left == nil ? (gold, condition) : (condition, prediction)
        default: return (gold, prediction)
        }
    }

    private static func equal(_ left: [RealRegion], _ right: [RealRegion], _ scalars: ScalarEquality) -> Comparison? {
        guard !left.isEmpty, !right.isEmpty else { return nil }
        let verdicts = left.flatMap { one in right.map { RealRegion.equal(one, $0, scalars, amongIntegers: true) } }
        if verdicts.contains(true) { return .equal("the same whole numbers") }
        return verdicts.contains(nil) ? nil : .different("different whole numbers")
    }

    // The numbers as a region; natural numbers begin at 0 or at 1.
    private static func region(_ stated: Stated, _ scalars: ScalarEquality) -> [RealRegion] {
        let name = stated.letter ?? "n"
        let starts: [Int?] =
            switch stated.set {
            case .integers: [nil]
            case .positiveIntegers: [1]
            case .wholeNumbers: [0]
            default: [0, 1]
            }
        return starts.compactMap { start in
            let least = start.map { Expression.relation([.symbol(name), .number(Rational($0))], [.greaterOrEqual]) }
            let parts = [least, stated.condition].compactMap { $0 }
            guard !parts.isEmpty else { return RealRegion(shape: .line, endpoints: []) }
            return RegionReader.intersection(parts, scalars)
        }
    }

    private static func members(_ expression: Expression) -> [Expression]? {
        switch expression {
        case .list(let parts, _), .set(let parts):
            switch Assignments.merged(parts, true) {
            case .list(let values, _) where values.allSatisfy { $0.literal?.isInteger == true }: values
            default: nil
            }
        case .relation(let sides, [.element]): members(sides[1])
        case .number(let value): value.isInteger ? [expression] : nil
        default: nil
        }
    }

    private static func stated(_ expression: Expression) -> Stated? {
        switch expression {
        case .named(let set): return Stated(set: set)
        case .relation(let sides, [.element]):
            guard case .symbol = sides[0], case .named(let set) = sides[1] else { return nil }
            return Stated(set: set)
        case .setBuilder(let element, .list(let parts, false)):
            return stated([element] + parts)
        case .setBuilder(let element, let condition): return stated([element, condition])
        case .list(let parts, false):
            var found = stated(parts)
            found?.isBound = false
            return found
        default: return nil
        }
    }

    // A letter, alone or with its range, and conditions about it.
    private static func stated(_ parts: [Expression]) -> Stated? {
        var found: Stated?
        var rest: [Expression] = []
        for part in parts {
            if case .relation(let sides, [.element]) = part, case .symbol(let name) = sides[0],
                case .named(let set) = sides[1], found == nil
            {
                found = Stated(set: set, letter: name)
            } else {
                rest.append(part)
            }
        }
        guard var found, let name = found.letter else { return nil }
        rest.removeAll { $0 == .symbol(name) }
        guard rest.allSatisfy({ if case .relation = $0 { $0.symbols == [name] } else { false } }) else { return nil }
        found.condition = rest.isEmpty ? nil : rest.count == 1 ? rest[0] : .list(rest, false)
        return found
    }
}
