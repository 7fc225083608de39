/// Lists of assignments: several values of one variable, or one value for each of several.
enum Assignments {
    /// `x = 2, x = -3` and `x = 2, -3` become the list of values; everything else stays as it is.
    static func merged(_ parts: [Expression], _ isOr: Bool) -> Expression {
        guard parts.count > 1, let label = Interpretation.assignment(parts[0])?.label else { return .list(parts, isOr) }
        if let tuples = tuples(parts) { return .list(tuples, isOr) }
        var values: [Expression] = []
        for part in parts {
            if let assignment = Interpretation.assignment(part) {
                guard assignment.label == label else { return .list(parts, isOr) }
                values.append(assignment.value)
            } else if case .relation = part {
                return .list(parts, isOr)
            } else {
                values.append(part)
            }
        }
        return .list(values, isOr)
    }

    /// The variables that a list gives values to, or one equation with ±; nil where no plain variable is named.
    static func variables(_ expression: Expression) -> Set<String>? {
        let parts: [Expression]
        switch expression {
        case .list(let members, _): parts = members
        case .relation(let sides, [.element]):
            guard case .symbol(let name) = sides[0], case .set = sides[1] else { return nil }
            return [String(name.prefix { $0 != "_" })]
        case .relation: parts = Interpretation.expanded(expression) == nil ? [] : [expression]
        default: return nil
        }
        let names = parts.compactMap { part -> String? in
            guard let assignment = Interpretation.assignment(part), assignment.isVariable,
                case .symbol(let name) = assignment.label
            else { return nil }
            // x_1 and x_2 are values of x.
            return String(name.prefix { $0 != "_" })
        }
        return names.isEmpty ? nil : Set(names)
    }

    /// The values of `x = 1, y = 2`, one for each of several names, in the names' order; nil for other lists.
    static func valuesByName(_ parts: [Expression]) -> [Expression]? {
        let found = parts.compactMap(Interpretation.assignment)
        guard found.count == parts.count, Set(found.map(\.label)).count == found.count else { return nil }
        return found.sorted { key($0.label) < key($1.label) }.map(\.value)
    }

    /// Where each name of one list stands in another that names the same things; nil for other lists.
    static func places(of gold: Expression, in prediction: Expression) -> [Int]? {
        guard case .list(let left, _) = gold, case .list(let right, _) = prediction else { return nil }
        let (mine, theirs) = (
            left.compactMap { Interpretation.assignment($0)?.label },
            right.compactMap { Interpretation.assignment($0)?.label }
        )
        guard mine.count == left.count, theirs.count == mine.count, Set(mine) == Set(theirs) else { return nil }
        return mine.compactMap { theirs.firstIndex(of: $0) }
    }

    // "x = 1, y = 2 or x = 2, y = 1": one tuple for each time that all names have been said, in the names' order.
    private static func tuples(_ parts: [Expression]) -> [Expression]? {
        let found = parts.compactMap(Interpretation.assignment)
        let names = Set(found.map(\.label))
        guard found.count == parts.count, found.allSatisfy(\.isVariable), names.count > 1, found.count > names.count,
            found.count % names.count == 0
        else { return nil }
        let chunks = stride(from: 0, to: found.count, by: names.count).map { found[$0..<($0 + names.count)] }
        guard chunks.allSatisfy({ Set($0.map(\.label)) == names }) else { return nil }
        return chunks.map { chunk in
            .group(.round, chunk.sorted { key($0.label) < key($1.label) }.map(\.value), .round)
        }
    }

    private static func key(_ label: Expression) -> String {
        if case .symbol(let name) = label { name } else { "\(label)" }
    }
}
