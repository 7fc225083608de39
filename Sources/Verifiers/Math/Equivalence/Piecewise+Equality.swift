extension Piecewise {
    /// Whether two answers give the same values under the same conditions. `same` compares a part of each.
    static func compare(
        _ gold: [Row], _ prediction: [Row], _ scalars: ScalarEquality, same: ([UInt8], [UInt8]) -> Bool
    ) -> Bool {
        guard gold.count == prediction.count else { return false }
        var rest = prediction
        for row in gold {
            let index = rest.firstIndex { other in
                let isSame =
                    same(row.condition, other.condition) || row.condition == other.condition
                    || Condition.words(row.condition) == Condition.words(other.condition)
                    || Condition.isSameParity(row.condition, other.condition)
                    || isSameRegion(row, gold, other, prediction, scalars)
                return isSame && same(row.value, other.value)
            }
            guard let index else { return false }
            rest.remove(at: index)
        }
        return true
    }

    private static func isSameRegion(
        _ row: Row, _ rows: [Row], _ other: Row, _ others: [Row], _ scalars: ScalarEquality
    ) -> Bool {
        if letters(rows) == letters(others), let left = region(row, rows, scalars),
            let right = region(other, others, scalars)
        {
            return RealRegion.equal(left, right, scalars) == true
        }
        // What is not even is odd.
        guard row.condition.isEmpty != other.condition.isEmpty, rows.count == 2 else { return false }
        let own = row.condition.isEmpty ? rows : others
        let stated = row.condition.isEmpty ? other.condition : row.condition
        guard let counterpart = own.first(where: { !$0.condition.isEmpty }) else { return false }
        if Condition.isOppositeParity(stated, counterpart.condition) { return true }
        let (left, right) = (Condition.words(stated), Condition.words(counterpart.condition))
        return left == right.map { opposites[$0] ?? $0 } && left != right
    }

    private static let opposites = ["even": "odd", "odd": "even", "rational": "irrational", "irrational": "rational"]

    // Where a row holds: what its condition says, or what the other rows leave.
    private static func region(_ row: Row, _ rows: [Row], _ scalars: ScalarEquality) -> RealRegion? {
        guard row.condition.isEmpty else {
            return reading(row.condition).flatMap { RegionReader.intersection([$0], scalars) }
        }
        let rest = rows.filter { !$0.condition.isEmpty }.map { reading($0.condition) }
        guard rest.count == rows.count - 1, rest.allSatisfy({ $0 != nil }) else { return nil }
        return RegionReader.remainder(rest.compactMap { $0 }, scalars)
    }

    private static func letters(_ rows: [Row]) -> Set<String> {
        rows.reduce(into: []) { $0.formUnion(reading($1.condition)?.symbols ?? []) }
    }

    // x = 0 is a point.
    private static func reading(_ condition: [UInt8]) -> Expression? {
        guard let reading = Answer(folded: condition).readings.first else { return nil }
        if case .relation(let sides, [.equal]) = reading, case .symbol = sides[0] {
            return .relation([sides[0], .set([sides[1]])], [.element])
        }
        return reading
    }
}
