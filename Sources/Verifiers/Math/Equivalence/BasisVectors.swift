/// Vectors written by the unit vectors i, j and k: 2i - 3j + k.
enum BasisVectors {
    private static let names = ["i", "j", "k"]

    /// The coordinates of a sum of multiples of the first two or three unit vectors; nil for everything else.
    static func coordinates(_ expression: Expression, _ count: Int, _ scalars: ScalarEquality) -> [Expression]? {
        let symbols = expression.symbols
        guard count == 2 || count == 3, symbols.contains("j") || symbols.contains("k"),
            expression.children.allSatisfy({ $0.children.count < 64 })
        else { return nil }
        let vector = naming(expression)
        var found: [Expression] = []
        for name in names.prefix(count) {
            guard let parts = Polynomial.coefficients(vector, name), parts.count <= 2 else { return nil }
            let scale = parts.count == 2 ? parts[1] : .zero
            guard scale.symbols.isDisjoint(with: names) else { return nil }
            found.append(scale)
        }
        let sum = Expression.sum(zip(names, found).map { .product([$1, .symbol($0)]) })
        return scalars.compare(vector, sum).isEqual ? found : nil
    }

    // The i beside j and k is no imaginary unit.
    private static func naming(_ expression: Expression) -> Expression {
        expression == .constant(.imaginary) ? .symbol("i") : expression.mapChildren(naming)
    }
}
