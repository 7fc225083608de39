/// Letters that range over a set and could be any other letter: the k of `x = \pi k, k \in \mathbb{Z}`, the constant of
/// an integral, the argument of a function's definition.
enum Parameters {
    /// Most letters that are tried in every order.
    private static let most = 3

    /// Both sides with their parameters named alike, in each way that may be meant. A side that leaves the range out is taken
    /// to mean the other's. `gold` and `prediction` letters are those that words declare.
    static func aligned(
        _ gold: Expression, _ prediction: Expression, declared: (gold: Set<String>, prediction: Set<String>)
    ) -> [(Expression, Expression)] {
        let (gold, prediction) = withCommonArgument(gold, prediction)
        let (left, right) = (letters(of: gold, declared.gold), letters(of: prediction, declared.prediction))
        let (first, second) = (withoutRange(gold), withoutRange(prediction))
        if !left.isEmpty, left.count == right.count, left.count <= most {
            return orders(right).map { (renamed(first, left), renamed(second, $0)) } + [(first, second)]
        }
        if left.isEmpty, right.isEmpty, let constants = constants(gold, prediction) {
            return orders(constants.right).map { (renamed(gold, constants.left), renamed(prediction, $0)) }
        }
        if left.isEmpty != right.isEmpty {
            let given = left.isEmpty ? right : left
            let own = (left.isEmpty ? first : second).symbols
            let other = (left.isEmpty ? second : first).symbols
            // One side declares its letter, the other uses another.
            let loose = own.subtracting(other).sorted()
            let bound = given.filter { other.contains($0) && !own.contains($0) }
            if !bound.isEmpty, bound.count == loose.count, bound.count <= most {
                return orders(loose).map { order in
                    left.isEmpty
                        ? (renamed(first, order), renamed(second, bound))
                        : (renamed(first, bound), renamed(second, order))
                }
            }
        }
        return [(first, second)]
    }

    private static func letters(of answer: Expression, _ declared: Set<String>) -> [String] {
        let names = names(answer)
        return declared.isEmpty ? names : names + declared.intersection(answer.symbols).subtracting(names).sorted()
    }

    /// 180° - 2α beside 180 - 2α: the sign is left out as a unit may be. A lone angle is a quantity of its own.
    static func withOneAngle(_ gold: Expression, _ prediction: Expression) -> (Expression, Expression) {
        func hasSign(_ expression: Expression) -> Bool { expression.contains { $0 == .constant(.degree) } }
        func isSum(_ expression: Expression) -> Bool {
            if case .sum = expression { expression.hasSymbols } else { false }
        }
        func bare(_ expression: Expression) -> Expression {
            expression == .constant(.degree) ? .one : expression.mapChildren(bare)
        }
        guard hasSign(gold) != hasSign(prediction), isSum(gold), isSum(prediction) else { return (gold, prediction) }
        return (bare(gold), bare(prediction))
    }

    private static func orders(_ names: [String]) -> [[String]] {
        guard names.count > 1 else { return [names] }
        return names.indices.flatMap { index -> [[String]] in
            var rest = names
            let first = rest.remove(at: index)
            return orders(rest).map { [first] + $0 }
        }
    }

    // MARK: Arbitrary constants

    // Letters that one side alone has, one of them at least a C: constants of integration.
    private static func constants(_ gold: Expression, _ prediction: Expression) -> (left: [String], right: [String])? {
        guard gold.hasSymbols, prediction.hasSymbols else { return nil }
        let (first, second) = (gold.symbols, prediction.symbols)
        let (left, right) = (first.subtracting(second).sorted(), second.subtracting(first).sorted())
        guard !left.isEmpty, left.count == right.count, left.count <= most, !first.isDisjoint(with: second),
            left.allSatisfy(isConstant), right.allSatisfy(isConstant),
            (left + right).contains(where: { $0.hasPrefix("C") || $0.hasPrefix("c") }),
            !first.isDisjoint(with: variables), !isInFunction(gold, Set(left)), !isInFunction(prediction, Set(right))
        else { return nil }
        return (left, right)
    }

    private static let variables: Set<String> = ["x", "y", "t", "argument"]

    private static func isConstant(_ name: String) -> Bool {
        let letter = name.prefix { $0 != "_" }
        return letter.utf8.count == 1 && "ABCDKabck".contains(letter)
    }

    // The angle C of a triangle is no constant.
    private static func isInFunction(_ expression: Expression, _ names: Set<String>) -> Bool {
        expression.contains {
            guard case .call(let function, let parts) = $0, function.isTrigonometric else { return false }
            return parts.contains { !$0.symbols.isDisjoint(with: names) }
        }
    }

    // MARK: Arguments

    // f(z) = z says what f(x) = x says.
    private static func withCommonArgument(_ gold: Expression, _ prediction: Expression) -> (Expression, Expression) {
        guard let left = argument(gold), let right = argument(prediction), left != right,
            !gold.symbols.contains(right), !prediction.symbols.contains(left)
        else { return (gold, prediction) }
        return (gold.substituting(left, .symbol("argument")), prediction.substituting(right, .symbol("argument")))
    }

    // The one letter that a definition, or all definitions of a list, give the function.
    private static func argument(_ expression: Expression) -> String? {
        switch expression {
        case .relation(let sides, _):
            guard case .apply(let name, let arguments)? = sides.first, arguments.count == 1,
                Parser.functionLetters.contains(name), case .symbol(let argument) = arguments[0]
            else { return nil }
            return argument
        case .list(let parts, _):
            let found = Set(parts.map(argument))
            return found.count == 1 ? found.first ?? nil : nil
        default: return nil
        }
    }

    // MARK: Declared ranges

    // Letters stated to be elements of a set that something else is said about.
    private static func names(_ expression: Expression) -> [String] {
        let parts: [Expression]
        switch expression {
        case .list(let members, _): parts = members
        case .setBuilder(let element, .list(let conditions, _)): parts = [element] + conditions
        case .setBuilder(let element, let condition): parts = [element, condition]
        default: return []
        }
        let found = parts.compactMap(parameter)
        return found.filter { name in
            parts.contains { parameter($0) == nil && $0.symbols.contains(name) && $0 != .symbol(name) }
        }
    }

    private static func parameter(_ part: Expression) -> String? {
        guard case .relation(let sides, [.element]) = part, case .symbol(let name) = sides[0] else { return nil }
        switch sides[1] {
        case .named, .product, .power, .quantity: return name
        default: return nil
        }
    }

    private static func renamed(_ expression: Expression, _ names: [String]) -> Expression {
        names.enumerated().reduce(expression) { $0.substituting($1.element, .symbol("parameter \($1.offset)")) }
    }

    private static func withoutRange(_ expression: Expression) -> Expression {
        guard case .list(let parts, let isOr) = expression, !names(expression).isEmpty else { return expression }
        let rest = parts.filter { parameter($0) == nil }
        if rest.isEmpty { return expression }
        return rest.count == 1 ? rest[0] : .list(rest, isOr)
    }
}
