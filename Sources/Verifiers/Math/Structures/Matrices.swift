/// Matrices written in other ways, and sums and products of matrices.
enum Matrices {
    /// A sum, difference or scalar multiple of matrices as one matrix, cell by cell; nil when shapes do not fit.
    static func value(_ expression: Expression) -> Expression? {
        switch expression {
        case .matrix: return expression
        case .sum(let terms):
            var total: (columns: Int, cells: [Expression])?
            for term in terms {
                guard case .matrix(let columns, let cells)? = value(term) else { return nil }
                guard let sum = total else {
                    total = (columns, cells)
                    continue
                }
                guard sum.columns == columns, sum.cells.count == cells.count else { return nil }
                total = (columns, zip(sum.cells, cells).map { .sum([$0, $1]) })
            }
            return total.map { .matrix($0.columns, $0.cells) }
        case .product(let factors):
            // Symbolic cells grow with every factor.
            guard factors.count <= 64 else { return nil }
            var result: Expression?
            for factor in factors {
                guard let next = value(factor) ?? (isScalar(factor) ? factor : nil) else { return nil }
                guard let left = result else {
                    result = next
                    continue
                }
                guard let product = product(left, next) else { return nil }
                result = product
            }
            return result
        default: return nil
        }
    }

    private static func size(_ cells: [Expression]) -> Int { cells.reduce(0) { $0 + nodes($1) } }

    // One level is enough to tell what was multiplied before.
    private static func nodes(_ cell: Expression) -> Int {
        switch cell {
        case .sum(let terms), .product(let terms): terms.reduce(1) { $0 + nodes($1) }
        default: 1
        }
    }

    private static func isScalar(_ expression: Expression) -> Bool {
        !expression.contains { if case .matrix = $0 { true } else { false } }
    }

    private static func product(_ left: Expression, _ right: Expression) -> Expression? {
        switch (left, right) {
        case (.matrix(let inner, let a), .matrix(let columns, let b)):
            guard b.count == inner * columns, a.count * columns <= 1024, size(a) * size(b) <= 1 << 18 else {
                return nil
            }
            let rows = a.count / inner
            var cells: [Expression] = []
            for row in 0..<rows {
                for column in 0..<columns {
                    let terms = (0..<inner).map { (a[row * inner + $0], b[$0 * columns + column]) }
                    let numbers = terms.compactMap { left, right in
                        left.literal.flatMap { value in right.literal.map { value * $0 } }
                    }
                    if numbers.count == inner {
                        cells.append(.number(numbers.reduce(.zero, +)))
                    } else {
                        cells.append(.sum(terms.map { .product([$0, $1]) }))
                    }
                }
            }
            return .matrix(columns, cells)
        case (.matrix(let columns, let cells), let scalar), (let scalar, .matrix(let columns, let cells)):
            return .matrix(columns, cells.map { .product([scalar, $0]) })
        default: return .product([left, right])
        }
    }
}
