/// Lists of assignments: several values of one variable, or one value for each of several.
enum Assignments {
    /// `x = 2, x = -3` and `x = 2, -3` become the list of values; everything else stays as it is.
    static func merged(_ parts: [Expression], _ isOr: Bool) -> Expression {
        guard parts.count > 1, let label = Interpretation.assignment(parts[0])?.label else { return .list(parts, isOr) }
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

    private static func key(_ label: Expression) -> String {
        if case .symbol(let name) = label { name } else { "\(label)" }
    }
}
