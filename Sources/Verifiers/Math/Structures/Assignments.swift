/// Lists of assignments: several values of one variable, or one value for each of several.
enum Assignments {
    /// `x = 2, x = -3` and `x = 2, -3` become the values; `x = 1, y = 2` the tuple of values in the order of writing,
    /// by name when names are the same. Everything else stays a list.
    static func merged(_ parts: [Expression], _ isOr: Bool) -> Expression {
        let found = parts.map(Interpretation.assignment)
        guard let first = found.first ?? nil, parts.count > 1 else { return .list(parts, isOr) }
        var values: [Expression] = []
        var labels: [Expression] = []
        for (part, assignment) in zip(parts, found) {
            if let assignment {
                values.append(assignment.value)
                labels.append(assignment.label)
            } else if case .relation = part {
                return .list(parts, isOr)
            } else {
                values.append(part)
                labels.append(first.label)
            }
        }
        if labels.allSatisfy({ $0 == first.label }) { return .list(values, isOr) }
        guard Set(labels).count == labels.count else { return .list(parts, isOr) }
        let order = labels.indices.sorted { sortKey(labels[$0]) < sortKey(labels[$1]) }
        return .group(.round, order.map { values[$0] }, .round)
    }

    private static func sortKey(_ label: Expression) -> String {
        if case .symbol(let name) = label { name } else { "\(label)" }
    }
}
