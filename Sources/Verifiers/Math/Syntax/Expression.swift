/// Named constants.
enum Constant: Hashable, Sendable {
    case pi
    case euler
    case imaginary
    case infinity
    /// The factor a degree sign stands for: pi / 180 inside trigonometric functions, a unit elsewhere.
    case degree
}

/// Functions with a meaning of their own.
enum Function: String, Hashable, Sendable {
    case sin, cos, tan, cot, sec, csc
    case arcsin, arccos, arctan, arccot, arcsec, arccsc
    case sinh, cosh, tanh, coth, arsinh, arcosh, artanh
    case exp, ln
    /// cos + i sin.
    case cis
    /// Argument, base; or just the argument when no base was written.
    case log
    /// The logarithm of base ten, until its argument is read.
    case lg
    case sqrt
    /// Argument, index.
    case root
    case abs, norm, floor, ceil, sign, factorial, doubleFactorial, binomial, permutations, gcd, lcm, max, min, mod
    case realPart, imaginaryPart, conjugate, argument, determinant
    /// Index variable, lower bound, upper bound, body.
    case sum, product
    /// Variable, lower bound, upper bound, body.
    case integral
    /// Variable, point, 1 or -1 for a side or 0, body.
    case limit
    /// Variable, how often, body.
    case derivative

    var isTrigonometric: Bool {
        switch self {
        case .sin, .cos, .tan, .cot, .sec, .csc: true
        default: false
        }
    }

    var inverse: Function? {
        switch self {
        case .sin: .arcsin
        case .cos: .arccos
        case .tan: .arctan
        case .cot: .arccot
        case .sec: .arcsec
        case .csc: .arccsc
        case .sinh: .arsinh
        case .cosh: .arcosh
        case .tanh: .artanh
        default: nil
        }
    }
}

/// What stands between the sides of an equation or inequality.
enum Relation: Hashable, Sendable {
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, approximately, element, notElement, congruent
    /// Another relation by its sign, as in A ⊂ B; mirrored where it is written the other way round, B ⊃ A.
    case sign(String, isMirrored: Bool)

    /// From premise to conclusion, from one set to another.
    static let arrow = Relation.sign("→", isMirrored: false)

    /// What holds between the sides in the other order.
    var mirrored: Relation {
        switch self {
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        case .element: .sign("∈", isMirrored: true)
        case .sign("∈", isMirrored: true): .element
        case .notElement: .sign("∉", isMirrored: true)
        case .sign("∉", isMirrored: true): .notElement
        case .sign(let sign, let isMirrored): .sign(sign, isMirrored: !isMirrored)
        case .equal, .notEqual, .approximately, .congruent: self
        }
    }

    /// What `\not` before the sign says.
    var negated: Relation {
        switch self {
        case .equal, .congruent: .notEqual
        case .notEqual: .equal
        case .less: .greaterOrEqual
        case .lessOrEqual: .greater
        case .greater: .lessOrEqual
        case .greaterOrEqual: .less
        case .element: .notElement
        case .notElement: .element
        case .approximately: .sign("not ≈", isMirrored: false)
        case .sign(let sign, let isMirrored): .sign("not \(sign)", isMirrored: isMirrored)
        }
    }

    var isOrder: Bool {
        switch self {
        case .less, .lessOrEqual, .greater, .greaterOrEqual: true
        default: false
        }
    }

    /// Whether the relation excludes equality.
    var isStrict: Bool { self == .less || self == .greater }
}

/// Sets with a letter of their own.
enum NamedSet: String, Hashable, Sendable {
    case reals, integers, naturals, rationals, complexes, empty
    case positiveReals = "positive reals", positiveIntegers = "positive integers"
    case wholeNumbers = "nonnegative integers"

    /// Whether its members are whole numbers.
    var isWhole: Bool { [.integers, .naturals, .positiveIntegers, .wholeNumbers].contains(self) }
}

/// How sets combine.
enum SetOperator: Hashable, Sendable {
    case union, intersection, difference
}

/// A parsed answer. What the notation leaves open (tuple or open interval, ratio or time) stays open here; comparison
/// with the other side settles it.
indirect enum Expression: Hashable, Sendable {
    case number(Rational)
    /// A literal with decimals: value and digits after the mark.
    case decimal(Rational, Int)
    case constant(Constant)
    /// A variable, with its accents and subscripts.
    case symbol(String)
    case sum([Expression])
    case product([Expression])
    case power(Expression, Expression)
    case call(Function, [Expression])
    /// An unknown function's value, f(x).
    case apply(String, [Expression])
    /// The factor ±1 (true) or ∓1 (false).
    case plusMinus(Bool)
    case percent(Expression)
    /// A value with a unit in normal spelling.
    case quantity(Expression, String)
    /// Words, lower case.
    case text(String)
    /// Elements with commas or conjunctions between them and no brackets around; `true` when one was "or".
    case list([Expression], Bool)
    /// Elements between brackets: the opening one, the elements, the closing one.
    case group(Bracket, [Expression], Bracket)
    case set([Expression])
    case setBuilder(Expression, Expression)
    /// Columns, and the entries row by row.
    case matrix(Int, [Expression])
    /// n sides and n - 1 relations between them.
    case relation([Expression], [Relation])
    case sets(SetOperator, [Expression])
    case named(NamedSet)
    case ratio([Expression])
    /// A time of day in seconds since midnight; `true` when the half of the day was given.
    case time(Int, Bool)
    /// Digits in a base other than ten.
    case based(String, Int)

    /// Brackets, which may differ at the two ends.
    enum Bracket: Hashable, Sendable {
        case round, square, angle
    }

    static let zero = Expression.number(.zero)
    static let one = Expression.number(.one)
    static let minusOne = Expression.number(.small(-1, 1))

    /// The value of a numeric literal.
    var literal: Rational? {
        switch self {
        case .number(let value), .decimal(let value, _): value
        default: nil
        }
    }

    static func negated(_ value: Expression) -> Expression {
        switch value {
        case .number(let number): .number(-number)
        case .decimal(let number, let places): .decimal(-number, places)
        case .product(let factors): .product([.minusOne] + factors)
        // A sign before a value belongs inside its percent sign or unit.
        case .percent(let inner): .percent(negated(inner))
        case .quantity(let inner, let unit): .quantity(negated(inner), unit)
        default: .product([.minusOne, value])
        }
    }

    static func quotient(_ top: Expression, _ bottom: Expression) -> Expression {
        if case .number(let a) = top, case .number(let b) = bottom, let value = a / b { return .number(value) }
        return .product([top, .power(bottom, .minusOne)])
    }

    /// Parts one level down.
    var children: [Expression] {
        switch self {
        case .number, .decimal, .constant, .symbol, .plusMinus, .text, .named, .time, .based: []
        case .sum(let parts), .product(let parts), .call(_, let parts), .apply(_, let parts), .list(let parts, _),
            .group(_, let parts, _), .set(let parts), .matrix(_, let parts), .relation(let parts, _),
            .sets(_, let parts), .ratio(let parts):
            parts
        case .power(let left, let right), .setBuilder(let left, let right): [left, right]
        case .percent(let inner), .quantity(let inner, _): [inner]
        }
    }

    /// The same node over changed parts.
    func mapChildren(_ change: (Expression) -> Expression) -> Expression {
        switch self {
        case .number, .decimal, .constant, .symbol, .plusMinus, .text, .named, .time, .based: self
        case .sum(let parts): .sum(parts.map(change))
        case .product(let parts): .product(parts.map(change))
        case .call(let function, let parts): .call(function, parts.map(change))
        case .apply(let name, let parts): .apply(name, parts.map(change))
        case .list(let parts, let isOr): .list(parts.map(change), isOr)
        case .group(let open, let parts, let close): .group(open, parts.map(change), close)
        case .set(let parts): .set(parts.map(change))
        case .matrix(let columns, let parts): .matrix(columns, parts.map(change))
        case .relation(let parts, let relations): .relation(parts.map(change), relations)
        case .sets(let operation, let parts): .sets(operation, parts.map(change))
        case .ratio(let parts): .ratio(parts.map(change))
        case .power(let left, let right): .power(change(left), change(right))
        case .setBuilder(let left, let right): .setBuilder(change(left), change(right))
        case .percent(let inner): .percent(change(inner))
        case .quantity(let inner, let unit): .quantity(change(inner), unit)
        }
    }

    /// Whether a part one level down satisfies the condition.
    private func hasChild(where condition: (Expression) -> Bool) -> Bool {
        switch self {
        // No array is made for a look.
        case .power(let left, let right), .setBuilder(let left, let right): condition(left) || condition(right)
        case .percent(let inner), .quantity(let inner, _): condition(inner)
        default: children.contains(where: condition)
        }
    }

    /// Whether any node of the tree satisfies the condition.
    func contains(_ condition: (Expression) -> Bool) -> Bool {
        condition(self) || hasChild { $0.contains(condition) }
    }

    /// The tree with every symbol of this name replaced.
    func substituting(_ name: String, _ value: Expression) -> Expression {
        if case .symbol(name) = self { return value }
        return mapChildren { $0.substituting(name, value) }
    }

    /// Variables in the tree.
    var symbols: Set<String> {
        var found: Set<String> = []
        collectSymbols(&found)
        return found
    }

    /// Whether there are variables in the tree.
    var hasSymbols: Bool { contains { if case .symbol = $0 { true } else { false } } }

    private func collectSymbols(_ found: inout Set<String>) {
        if case .symbol(let name) = self { found.insert(name) }
        _ = hasChild {
            $0.collectSymbols(&found)
            return false
        }
    }
}
