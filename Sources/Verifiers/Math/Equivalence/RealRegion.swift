/// A set of real numbers made of intervals, points and named sets. Two regions are compared on the cells that all
/// their endpoints cut the line into: every endpoint, and every gap between two.
struct RealRegion {
    /// How a region is put together; numbers are positions in `endpoints`.
    indirect enum Shape {
        case empty
        case line
        /// Nil ends are infinite.
        case interval(Int?, includesLow: Bool, Int?, includesHigh: Bool)
        case union([Shape])
        case intersection([Shape])
        case difference(Shape, Shape)
    }

    var shape: Shape
    var endpoints: [Expression]

    // Cell 2k is the gap before endpoint k, cell 2k + 1 the endpoint itself.
    private static func contains(_ shape: Shape, _ cell: Int, _ rank: [Int]) -> Bool {
        switch shape {
        case .empty: return false
        case .line: return true
        case .interval(let low, let includesLow, let high, let includesHigh):
            if let low {
                let position = 2 * rank[low] + 1
                if cell < position || (cell == position && !includesLow) { return false }
            }
            if let high {
                let position = 2 * rank[high] + 1
                if cell > position || (cell == position && !includesHigh) { return false }
            }
            return true
        case .union(let parts): return parts.contains { contains($0, cell, rank) }
        case .intersection(let parts): return parts.allSatisfy { contains($0, cell, rank) }
        case .difference(let left, let right): return contains(left, cell, rank) && !contains(right, cell, rank)
        }
    }

    /// Whether the regions hold the same numbers, or the same whole ones; nil when endpoints cannot be put in order.
    static func equal(
        _ left: RealRegion, _ right: RealRegion, _ scalars: ScalarEquality, amongIntegers: Bool = false
    ) -> Bool? {
        var all = left.endpoints + right.endpoints
        guard all.count <= 128 else { return nil }
        if amongIntegers {
            guard all.count <= 16, let integers = neighbours(all, scalars) else { return nil }
            all += integers
        }
        guard let ranks = ranks(all, scalars) else { return nil }
        let leftRanks = Array(ranks[..<left.endpoints.count])
        let rightRanks = Array(ranks[left.endpoints.count..<(left.endpoints.count + right.endpoints.count)])
        let cells =
            amongIntegers
            ? ranks[(left.endpoints.count + right.endpoints.count)...].map { 2 * $0 + 1 }
            : Array(0..<(2 * ((ranks.max() ?? -1) + 1) + 1))
        return cells.allSatisfy { contains(left.shape, $0, leftRanks) == contains(right.shape, $0, rightRanks) }
    }

    // The whole numbers around each endpoint: between them nothing changes.
    private static func neighbours(_ endpoints: [Expression], _ scalars: ScalarEquality) -> [Expression]? {
        var found: Set<Int> = [0]
        for endpoint in endpoints {
            guard let ball = scalars.ball(endpoint), ball.isReal, let middle = ball.real.middle.roundedInt,
                abs(middle) < 1 << 40
            else { return nil }
            found.formUnion((middle - 2)...(middle + 2))
        }
        return found.sorted().map { .number(Rational($0)) }
    }

    /// Whether the region holds no number.
    func isEmpty(_ scalars: ScalarEquality) -> Bool {
        RealRegion.equal(self, RealRegion(shape: .empty, endpoints: []), scalars) ?? false
    }

    // Positions in ascending order, equal endpoints sharing one.
    private static func ranks(_ endpoints: [Expression], _ scalars: ScalarEquality) -> [Int]? {
        var balls: [Ball] = []
        for endpoint in endpoints {
            guard let ball = scalars.ball(endpoint), ball.isReal else { return nil }
            balls.append(ball.real)
        }
        var order: [Int] = []
        var ranks = [Int](repeating: 0, count: endpoints.count)
        for (index, ball) in balls.enumerated() {
            var position = 0
            var isNew = true
            while position < order.count {
                let other = order[position]
                if let sign = (ball - balls[other]).sign, sign != 0 {
                    if sign < 0 { break }
                } else if scalars.compare(endpoints[index], endpoints[other]).isEqual {
                    isNew = false
                    ranks[index] = ~other
                    break
                } else {
                    return nil
                }
                position += 1
            }
            if isNew { order.insert(index, at: position) }
        }
        for (rank, index) in order.enumerated() { ranks[index] = rank }
        return ranks.map { $0 < 0 ? ranks[~$0] : $0 }
    }
}

/// Reads expressions as regions of the real line.
struct RegionReader {
    let scalars: ScalarEquality
    private(set) var endpoints: [Expression] = []
    /// The variable that relations constrain.
    private(set) var variable: String?

    init(_ scalars: ScalarEquality) { self.scalars = scalars }

    /// The region an expression denotes and the variable it is about; nil when it denotes none.
    static func read(_ expression: Expression, _ scalars: ScalarEquality) -> (region: RealRegion, variable: String?)? {
        var reader = RegionReader(scalars)
        guard let shape = reader.shape(expression) else { return nil }
        // The variable of a described set is bound: any letter will do.
        let isBound = if case .setBuilder = expression { true } else { false }
        return (RealRegion(shape: shape, endpoints: reader.endpoints), isBound ? nil : reader.variable)
    }

    /// The region where all of several conditions hold.
    static func intersection(_ parts: [Expression], _ scalars: ScalarEquality) -> RealRegion? {
        combined(parts, scalars) { .intersection($0) }
    }

    /// The region where none of several conditions holds.
    static func remainder(_ parts: [Expression], _ scalars: ScalarEquality) -> RealRegion? {
        combined(parts, scalars) { .difference(.line, .union($0)) }
    }

    private static func combined(
        _ parts: [Expression], _ scalars: ScalarEquality, _ combine: ([RealRegion.Shape]) -> RealRegion.Shape
    ) -> RealRegion? {
        var reader = RegionReader(scalars)
        let shapes = parts.compactMap { reader.shape($0) }
        return shapes.count == parts.count
            ? RealRegion(shape: combine(shapes), endpoints: reader.endpoints) : nil
    }

    private mutating func shape(_ expression: Expression) -> RealRegion.Shape? {
        switch expression {
        case .named(.reals): return .line
        case .named(.positiveReals): return interval(.zero, false, .constant(.infinity), false)
        case .named(.empty): return .empty
        case .group(let open, let ends, let close) where ends.count == 2 && open != .angle && close != .angle:
            return interval(ends[0], open == .square, ends[1], close == .square)
        case .set(let members): return points(members)
        case .sets(let operation, let parts): return combined(operation, parts)
        case .relation(let sides, let relations): return relation(sides, relations)
        case .list(let parts, let isOr): return conditions(parts, isOr)
        case .setBuilder(let element, let condition): return described(element, condition)
        default: return nil
        }
    }

    private mutating func interval(
        _ low: Expression, _ includesLow: Bool, _ high: Expression, _ includesHigh: Bool
    ) -> RealRegion.Shape? {
        guard let first = end(low, -1), let second = end(high, 1) else { return nil }
        return .interval(first.index, includesLow: includesLow, second.index, includesHigh: includesHigh)
    }

    // An infinite end of the right sign has no index.
    private mutating func end(_ value: Expression, _ sign: Int) -> (index: Int?, Void)? {
        if let infinity = ScalarEquality.infinity(value) { return infinity == sign ? (nil, ()) : nil }
        guard value.symbols.isEmpty else { return nil }
        endpoints.append(value)
        return (endpoints.count - 1, ())
    }

    private mutating func points(_ members: [Expression]) -> RealRegion.Shape? {
        var parts: [RealRegion.Shape] = []
        for member in members {
            guard let point = interval(member, true, member, true) else { return nil }
            parts.append(point)
        }
        return .union(parts)
    }

    private mutating func combined(_ operation: SetOperator, _ parts: [Expression]) -> RealRegion.Shape? {
        var shapes: [RealRegion.Shape] = []
        for part in parts {
            guard let shape = shape(part) else { return nil }
            shapes.append(shape)
        }
        switch operation {
        case .union: return .union(shapes)
        case .intersection: return .intersection(shapes)
        case .difference: return .difference(shapes[0], shapes[1])
        }
    }

    // "x > 2 and x < 5", "x < 1 or x > 3"; a comma means "and" unless nothing satisfies both.
    private mutating func conditions(_ parts: [Expression], _ isOr: Bool) -> RealRegion.Shape? {
        var shapes: [RealRegion.Shape] = []
        for part in parts {
            guard case .relation = part, let shape = shape(part) else { return nil }
            shapes.append(shape)
        }
        if isOr { return .union(shapes) }
        let both = RealRegion(shape: .intersection(shapes), endpoints: endpoints)
        return both.isEmpty(scalars) ? .union(shapes) : both.shape
    }

    // {x | condition} and {x ∈ S | condition}.
    private mutating func described(_ element: Expression, _ condition: Expression) -> RealRegion.Shape? {
        guard let limits = shape(condition) else { return nil }
        switch element {
        case .symbol(let name): return variable == name ? limits : nil
        case .relation(_, [.element]): return shape(element).map { .intersection([$0, limits]) }
        default: return nil
        }
    }

    private mutating func relation(_ sides: [Expression], _ relations: [Relation]) -> RealRegion.Shape? {
        if relations == [.element] {
            guard case .symbol(let name) = sides[0] else { return nil }
            guard variable == nil || variable == name else { return nil }
            variable = name
            return shape(sides[1])
        }
        let sides = sides.map(Self.naming)
        var shapes: [RealRegion.Shape] = []
        for (index, relation) in relations.enumerated() {
            guard relation.isOrder || relation == .notEqual,
                let shape = inequality(sides[index], relation, sides[index + 1])
            else { return nil }
            shapes.append(shape)
        }
        return shapes.count == 1 ? shapes[0] : .intersection(shapes)
    }

    // The values of a function are a variable like any other: 0 < f(x) < 1.
    private static func naming(_ side: Expression) -> Expression {
        if case .apply = side { .symbol("\(side)") } else { side }
    }

    private mutating func inequality(
        _ left: Expression, _ relation: Relation, _ right: Expression
    ) -> RealRegion.Shape? {
        if let infinity = ScalarEquality.infinity(left) ?? ScalarEquality.infinity(right) {
            // -\infty < x says nothing.
            return infinity == 0 ? nil : .line
        }
        if case .call(.abs, let inner) = right, inner.count == 1 { return inequality(right, relation.mirrored, left) }
        if case .call(.abs, let inner) = left, inner.count == 1, let sign = scalars.ball(right)?.real.sign, sign >= 0 {
            let two = Expression.number(Rational(2))
            return inequality(.power(inner[0], two), relation, .power(right, two))
        }
        let names = left.symbols.union(right.symbols)
        guard names.count == 1, let name = names.first, variable == nil || variable == name,
            let first = Polynomial.coefficients(left, name), let second = Polynomial.coefficients(right, name)
        else { return nil }
        variable = name
        let coefficients = (0..<max(first.count, second.count)).map { difference(first, second, $0) }
        switch coefficients.count {
        case 2: return linear(coefficients, relation)
        case 3: return quadratic(coefficients, relation)
        default: return nil
        }
    }

    private mutating func endpoint(_ value: Expression) -> Int {
        endpoints.append(scalars.rational(value).map(Expression.number) ?? value)
        return endpoints.count - 1
    }

    private func sign(_ value: Expression) -> Int? {
        guard let ball = scalars.ball(value), ball.isReal else { return nil }
        return ball.real.sign
    }

    // b x + a against zero.
    private mutating func linear(_ c: [Expression], _ relation: Relation) -> RealRegion.Shape? {
        guard let sign = sign(c[1]), sign != 0 else { return nil }
        let index = endpoint(.product([.minusOne, c[0], .power(c[1], .minusOne)]))
        if relation == .notEqual {
            return .difference(.line, .interval(index, includesLow: true, index, includesHigh: true))
        }
        let effective = sign > 0 ? relation : relation.mirrored
        let isAbove = effective == .greater || effective == .greaterOrEqual
        return isAbove
            ? .interval(index, includesLow: !effective.isStrict, nil, includesHigh: false)
            : .interval(nil, includesLow: false, index, includesHigh: !effective.isStrict)
    }

    // a x² + b x + c against zero, by its roots.
    private mutating func quadratic(_ c: [Expression], _ relation: Relation) -> RealRegion.Shape? {
        let discriminant = Expression.sum([
            .product([c[1], c[1]]), .product([.number(Rational(-4)), c[2], c[0]]),
        ])
        guard let opening = sign(c[2]), opening != 0, let roots = sign(discriminant) else { return nil }
        let effective = opening > 0 ? relation : relation.mirrored
        if roots < 0 {
            return effective == .less || effective == .lessOrEqual ? .empty : .line
        }
        let ends = [-opening, opening].map { side in
            endpoint(
                .product([
                    .sum([
                        .product([.minusOne, c[1]]), .product([.number(Rational(side)), .call(.sqrt, [discriminant])]),
                    ]),
                    .power(.product([.number(Rational(2)), c[2]]), .minusOne),
                ]))
        }
        let isOpen = effective == .less || effective == .greaterOrEqual
        let between = RealRegion.Shape.interval(ends[0], includesLow: !isOpen, ends[1], includesHigh: !isOpen)
        switch effective {
        case .less, .lessOrEqual: return between
        case .notEqual:
            return .difference(
                .line,
                .union(ends.map { .interval($0, includesLow: true, $0, includesHigh: true) }))
        default: return .difference(.line, between)
        }
    }

    private func difference(_ left: [Expression], _ right: [Expression], _ degree: Int) -> Expression {
        .sum([
            degree < left.count ? left[degree] : .zero,
            .product([.minusOne, degree < right.count ? right[degree] : .zero]),
        ])
    }
}
