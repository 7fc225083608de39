extension Expression {
    /// Rows of a matrix, of brackets of brackets, or of a tuple, which is a column; nil for everything else.
    var matrixRows: [[Expression]]? {
        switch self {
        case .matrix(let columns, let cells):
            return stride(from: 0, to: cells.count, by: columns).map { Array(cells[$0..<($0 + columns)]) }
        case .group(_, let parts, _):
            let inner = parts.map { part -> [Expression]? in
                if case .group(_, let cells, _) = part { cells } else { nil }
            }
            if inner.allSatisfy({ $0 != nil }) { return inner.compactMap { $0 } }
            return inner.allSatisfy { $0 == nil } ? parts.map { [$0] } : nil
        default: return nil
        }
    }

    /// The transposed of a matrix or row; nil for everything else.
    var transposed: Expression? {
        guard let rows = matrixRows, let width = rows.first?.count, rows.allSatisfy({ $0.count == width }) else {
            return nil
        }
        // [1, 2, 3]^T is a column, as a tuple is.
        if case .group = self, width == 1 { return .matrix(1, rows.map { $0[0] }) }
        return .matrix(rows.count, (0..<width).flatMap { column in rows.map { $0[column] } })
    }
}
