/// Answers that name their coordinates: (x, y) = (1, 2), a : b = 2 : 3, (m, n) ∈ {(1, 2), (3, 4)}. A value belongs to its name,
/// whatever the order of the names.
struct CoordinateNames {
    /// The names, in the order written.
    private var names: [String]
    /// What is said of them, without the names.
    private var value: Expression

    /// How two answers that both name coordinates are compared.
    enum Alignment {
        /// Without names, the prediction's coordinates in the gold's order.
        case aligned(Expression, Expression)
        case otherNames
    }

    /// Nil where neither names coordinates by a tuple, or only one names any.
    static func aligned(_ gold: Expression, _ prediction: Expression) -> Alignment? {
        guard let left = CoordinateNames(tuples: gold) ?? CoordinateNames(assignments: gold),
            let right = CoordinateNames(tuples: prediction) ?? CoordinateNames(assignments: prediction),
            CoordinateNames(tuples: gold) != nil || CoordinateNames(tuples: prediction) != nil
        else { return nil }
        if let places = right.places(of: left.names) {
            return reordered(right.value, places).map { .aligned(left.value, $0) } ?? .otherNames
        }
        // A letter of another case is the same name.
        let isSame = left.names.map { $0.lowercased() } == right.names.map { $0.lowercased() }
        return isSame ? .aligned(left.value, right.value) : .otherNames
    }

    // (x, y) = …, several of them, or further values after the first.
    private init?(tuples expression: Expression) {
        switch expression {
        case .relation(let sides, [.equal]), .relation(let sides, [.element]):
            guard sides.count == 2, let names = Self.names(sides[0]) else { return nil }
            (self.names, value) = (names, sides[1])
        case .list(let parts, let isOr):
            guard let first = parts.first.flatMap(CoordinateNames.init(tuples:)) else { return nil }
            var values = [first.value]
            for part in parts.dropFirst() {
                if let other = CoordinateNames(tuples: part) {
                    guard let places = other.places(of: first.names), let value = Self.reordered(other.value, places)
                    else { return nil }
                    values.append(value)
                } else if case .relation(let sides, let relations) = part,
                    !(relations == [.element] && sides[0].isVariable)
                {
                    return nil
                } else {
                    values.append(part)
                }
            }
            (names, value) = (first.names, .list(values, isOr))
        default: return nil
        }
    }

    // x = 1, y = 2: one value for each of several names.
    private init?(assignments expression: Expression) {
        guard case .list(let parts, _) = expression, parts.count > 1 else { return nil }
        let found = parts.compactMap(Interpretation.assignment)
        let names = found.compactMap { if case .symbol(let name) = $0.label { name } else { nil } }
        guard names.count == parts.count, Set(names).count == names.count else { return nil }
        (self.names, value) = (names, .group(.round, found.map(\.value), .round))
    }

    private static func names(_ label: Expression) -> [String]? {
        switch label {
        case .group(_, let parts, _), .matrix(1, let parts), .ratio(let parts):
            let names = parts.compactMap { if case .symbol(let name) = $0 { name } else { nil } }
            return names.count == parts.count && names.count > 1 && Set(names).count == names.count ? names : nil
        case .matrix(let columns, let parts) where columns == parts.count: return names(.matrix(1, parts))
        default: return nil
        }
    }

    // Where each of the other's names stands here; nil when there are other names.
    private func places(of others: [String]) -> [Int]? {
        let places = others.compactMap { names.firstIndex(of: $0) }
        return places.count == names.count && others.count == names.count ? places : nil
    }

    // Nil where what is said has no coordinates to put in another order.
    private static func reordered(_ value: Expression, _ places: [Int]) -> Expression? {
        func ordered(_ parts: [Expression]) -> [Expression] { places.map { parts[$0] } }
        switch value {
        case .group(let open, let parts, let close) where parts.count == places.count:
            return .group(open, ordered(parts), close)
        case .matrix(let columns, let parts) where parts.count == places.count: return .matrix(columns, ordered(parts))
        case .ratio(let parts) where parts.count == places.count: return .ratio(ordered(parts))
        case .list(let parts, let isOr):
            let members = parts.compactMap { reordered($0, places) }
            return members.count == parts.count ? .list(members, isOr) : nil
        case .set(let parts):
            let members = parts.compactMap { reordered($0, places) }
            return members.count == parts.count ? .set(members) : nil
        // What its parameters are.
        case .relation: return value
        default: return places == Array(places.indices) ? value : nil
        }
    }
}
