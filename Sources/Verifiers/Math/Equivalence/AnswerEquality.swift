import Numbers

/// Compares parsed answers of every shape.
struct AnswerEquality {
    var options: MathOptions
    let scalars: ScalarEquality
    var leaves: LeafEquality
    private static let maxDepth = 8

    init(options: MathOptions, budget: StepBudget, bareLog: BallDomain.BareLog) {
        self.options = options
        scalars = ScalarEquality(budget: budget, bareLog: bareLog)
        leaves = LeafEquality(options: options, scalars: scalars)
    }

    /// `declared` are letters that words around the answers call constants or parameters, `whole` those of whole numbers.
    func compare(
        gold: Expression, prediction: Expression,
        declared: (gold: Set<String>, prediction: Set<String>) = ([], []),
        whole: (gold: Set<String>, prediction: Set<String>) = ([], [])
    ) -> Comparison {
        if Interpretation.isContradiction(prediction, scalars) { return .different("an equation that cannot be true") }
        if let left = Assignments.variables(gold), let right = Assignments.variables(prediction), left != right {
            return .different("different variables")
        }
        var (gold, prediction) = (gold, prediction)
        switch CoordinateNames.aligned(gold, prediction) {
        case .otherNames?: return .different("other coordinates")
        case .aligned(let left, let right)?: (gold, prediction) = (left, right)
        case nil: break
        }
        if let verdict = SolutionFamily.compare(gold, prediction, whole, scalars) { return verdict }
        if let verdict = IntegerSets.compare(gold, prediction, scalars) { return verdict }
        if let verdict = ParametricLine.compare(gold, prediction, scalars) { return verdict }
        (gold, prediction) = IntegerSets.understood(gold, prediction)
        var last = Comparison.different("different kinds of answer")
        for (left, right) in Parameters.aligned(gold, prediction, declared: declared) {
            let (left, right) = Parameters.withOneAngle(left, right)
            let verdict = compare(simplified(left), simplified(right), depth: 0)
            if verdict.isEqual { return verdict }
            last = last.isExhausted ? last : verdict
        }
        return last
    }

    /// Lists with their repetitions of a variable removed, ± expanded.
    private func simplified(_ expression: Expression) -> Expression {
        switch expression {
        case .list(let parts, false) where parts.count == 2 && Parser.joined(parts[0], parts[1]) != nil:
            // "2 hours and 15 minutes" is one measure.
            return Parser.joined(parts[0], parts[1]) ?? expression
        case .list(let parts, let isOr):
            var flat: [Expression] = []
            for part in parts {
                switch simplified(part) {
                case .list(let inner, _) where Interpretation.expanded(part) != nil: flat += inner
                case let other: flat.append(other)
                }
            }
            return Assignments.merged(flat, isOr)
        case .set(let parts):
            let members = parts.flatMap { Interpretation.expanded($0) ?? [$0] }
            return .set(members)
        case .relation:
            return Interpretation.expanded(expression).map { Assignments.merged($0, true) } ?? expression
        default:
            return Interpretation.expanded(expression).map { .list($0, true) } ?? expression
        }
    }

    func compare(_ gold: Expression, _ prediction: Expression, depth: Int) -> Comparison {
        if gold == prediction { return .equal("the same expression") }
        if depth > Self.maxDepth { return .different("nested too deep") }
        if let verdict = assignments(gold, prediction, depth) { return verdict }
        if options.type.readsPairsAsIntervals != false, let verdict = regions(gold, prediction) { return verdict }
        if let verdict = named(gold, prediction, depth) { return verdict }
        if let verdict = points(gold, prediction, depth) { return verdict }
        switch (gold, prediction) {
        case (.list(let spellings, true), _) where areOne(spellings) && Self.isScalar(prediction):
            return leaf(spellings[0], prediction)
        case (.list(let members, _), .relation(let sides, let relations)) where Self.isAscending(relations):
            return unordered(members, sides, counted: true, depth)
        case (.relation, .relation): return Relations(scalars: scalars).compare(gold, prediction)
        case (.relation, _), (_, .relation): return chain(gold, prediction, depth)
        case (.list(let left, _), .list(let right, _)) where Self.hasWords(left) || Self.hasWords(right):
            return ordered(left, right, depth)
        case (.list(let left, _), .list(let right, _)):
            // A list that repeats nothing may be answered with repetitions, as a set.
            return options.listOrder == .any
                ? unordered(left, right, counted: Set(left).count < left.count, depth) : ordered(left, right, depth)
        case (.set(let left), .set(let right)), (.set(let left), .list(let right, _)),
            (.list(let left, _), .set(let right)):
            return unordered(left, right, counted: false, depth)
        case (.group(let open, let left, let close), .group(let otherOpen, let right, let otherClose)):
            guard Self.sameBrackets(open, otherOpen), Self.sameBrackets(close, otherClose) else {
                return .different("different brackets")
            }
            return ordered(left, right, depth)
        case (.group(let open, let ends, let close), .list) where Self.isInterval(open, ends, close),
            (.list, .group(let open, let ends, let close)) where Self.isInterval(open, ends, close):
            return .different("an interval and a list")
        case (.group(_, let left, _), .list(let right, _)), (.list(let left, _), .group(_, let right, _)):
            return ordered(left, right, depth)
        case (.matrix(let columns, let left), .matrix(let otherColumns, let right)):
            return columns == otherColumns ? ordered(left, right, depth) : .different("different shapes")
        case (.matrix, _), (_, .matrix): return matrix(gold, prediction, depth)
        case (.setBuilder(let left, let first), .setBuilder(let right, let second)):
            return ordered([left, first], [right, second], depth)
        case (.sets(let operation, let left), .sets(let other, let right)) where operation == other:
            return operation == .difference
                ? ordered(left, right, depth) : unordered(left, right, counted: false, depth)
        case (.time(let time, let isDefinite), .ratio(let parts)), (.ratio(let parts), .time(let time, let isDefinite)):
            return TimeOfDay.equals(time, isDefinite, parts) ? .equal("the same time") : .different("times of day")
        case (.ratio(let left), _) where TimeOfDay.isClock(left):
            guard case .ratio(let right) = prediction else { return .different("a time and a value") }
            return TimeOfDay.mayMeet(left, right) ? ratios(left, right) : .different("different times")
        case (.ratio(let left), .ratio(let right)): return ratios(left, right)
        case (.ratio(let parts), _) where parts.count == 2: return leaf(.quotient(parts[0], parts[1]), prediction)
        case (_, .ratio(let parts)) where parts.count == 2: return leaf(gold, .quotient(parts[0], parts[1]))
        case (.time(let left, let isLeft), .time(let right, let isRight)):
            return isLeft == isRight && left == right ? .equal("the same time") : .different("times of day")
        case (.based(let left, let base), .based(let right, let otherBase)):
            return left == right && base == otherBase ? .equal("the same base") : .different("digits or base")
        case (.based(let digits, 10), let other), (let other, .based(let digits, 10)):
            return IntegerFunctions.value(digits, base: 10).map { compare(.number($0), other, depth: depth + 1) }
                ?? .different("digits of another base")
        case (.based(let digits, _), let other):
            // An answer may leave the base out, not convert it away; nor add one.
            return other == IntegerFunctions.value(digits, base: 10).map(Expression.number)
                ? .equal("the same digits, base understood") : .different("digits of another base")
        case (_, .based): return .different("digits of another base")
        case (.set(let members), let other), (let other, .set(let members)):
            if case .named = other { return .different("a set and its member") }
            return members.count == 1 ? leaf(members[0], other) : .different("a set and a value")
        case (_, .list(let offers, true)) where Self.isScalar(gold) && offers.allSatisfy { leaf(gold, $0).isEqual }:
            return .equal("every value offered")
        case (.text(let left), .text(let right)):
            return left == right ? .equal("the same words") : .different("different words")
        default:
            guard Self.isScalar(gold), Self.isScalar(prediction) else { return .different("different kinds of answer") }
            return leaf(gold, prediction)
        }
    }

    // Words among values say which is which.
    private static func hasWords(_ parts: [Expression]) -> Bool {
        let words = parts.count { if case .text = $0 { true } else { false } }
        return words > 0 && words < parts.count
    }

    // "1048577 or 2^20 + 1": one value in several spellings.
    private func areOne(_ parts: [Expression]) -> Bool {
        parts.allSatisfy(Self.isScalar) && parts.dropFirst().allSatisfy { leaf(parts[0], $0).isEqual }
    }

    // 5/2 < 3 < √10 lists its members.
    private static func isAscending(_ relations: [Relation]) -> Bool {
        relations.count > 1 && (relations.allSatisfy { $0 == .less } || relations.allSatisfy { $0 == .greater })
    }

    private func leaf(_ gold: Expression, _ prediction: Expression) -> Comparison {
        leaves.compare(gold: gold, prediction: prediction)
    }

    // Square brackets around two ends are no pair.
    private static func isInterval(
        _ open: Expression.Bracket, _ ends: [Expression], _ close: Expression.Bracket
    ) -> Bool {
        ends.count == 2 && (open == .square || close == .square)
    }

    // A tuple or column beside P(2, -3) or 2i - 3j; two whole numbers after a P were read as a count of arrangements.
    private func points(_ gold: Expression, _ prediction: Expression, _ depth: Int) -> Comparison? {
        func parts(_ expression: Expression) -> [Expression]? {
            switch expression {
            case .group(_, let parts, _), .matrix(1, let parts): parts
            default: nil
            }
        }
        func coordinates(_ expression: Expression, _ count: Int) -> [Expression]? {
            switch expression {
            case .apply(let name, let parts) where name.utf8.count == 1 && Ascii.isUpper(name.utf8.first ?? 0): parts
            case .call(.permutations, let parts): parts
            default: BasisVectors.coordinates(expression, count, scalars)
            }
        }
        for count in [2, 3] where parts(gold) == nil && parts(prediction) == nil {
            if let left = coordinates(gold, count), let right = coordinates(prediction, count),
                left.count == right.count,
                gold.symbols.contains("j") != prediction.symbols.contains("j")
            {
                return ordered(left, right, depth)
            }
        }
        if let left = parts(gold), let right = coordinates(prediction, left.count) {
            return ordered(left, right, depth)
        }
        if let right = parts(prediction), let left = coordinates(gold, right.count) {
            return ordered(left, right, depth)
        }
        return nil
    }

    private static func isScalar(_ expression: Expression) -> Bool {
        switch expression {
        case .list, .group, .set, .setBuilder, .relation, .sets, .named, .ratio, .time, .text: false
        default: true
        }
    }

    private static func sameBrackets(_ left: Expression.Bracket, _ right: Expression.Bracket) -> Bool {
        left == right || (left != .square && right != .square)
    }

    // MARK: Regions

    private func regions(_ gold: Expression, _ prediction: Expression) -> Comparison? {
        guard Self.mayBeRegion(gold), Self.mayBeRegion(prediction),
            options.type.readsPairsAsIntervals == true || Self.isRegion(gold) || Self.isRegion(prediction)
        else { return nil }
        if options.intervals == .keep, Self.isInequality(gold) != Self.isInequality(prediction) {
            return .different("an interval and an inequality")
        }
        guard let left = RegionReader.read(gold, scalars), let right = RegionReader.read(prediction, scalars) else {
            return nil
        }
        if let first = left.variable, let second = right.variable, first != second, !first.isEmpty, !second.isEmpty {
            return .different("different variables")
        }
        guard let equal = RealRegion.equal(left.region, settled(right.region, left.region), scalars) else { return nil }
        return equal ? .equal("the same set of real numbers") : .different("different sets of real numbers")
    }

    private static func isInequality(_ expression: Expression) -> Bool {
        expression.contains { if case .relation(_, let all) = $0 { all.contains { $0.isOrder } } else { false } }
    }

    private static func mayBeRegion(_ expression: Expression) -> Bool {
        switch expression {
        case .group(_, let parts, _): parts.count == 2
        case .set, .sets, .named, .relation, .setBuilder: true
        case .list(let parts, _): parts.allSatisfy { if case .relation = $0 { true } else { false } }
        default: false
        }
    }

    // Something that is surely a region: two plain tuples are not compared as intervals, nor two finite sets.
    private static func isRegion(_ expression: Expression) -> Bool {
        switch expression {
        case .sets, .named, .setBuilder: true
        case .relation(_, let relations): relations.contains { $0.isOrder || $0 == .notEqual || $0 == .element }
        case .list(let parts, _): parts.contains(where: isRegion)
        default: false
        }
    }

    // MARK: Sequences

    func ordered(_ gold: [Expression], _ prediction: [Expression], _ depth: Int) -> Comparison {
        guard gold.count == prediction.count else { return .different("different numbers of parts") }
        var (rule, open) = ("part by part", Comparison?.none)
        for (place, (left, right)) in zip(gold, prediction).enumerated() {
            let verdict = part(place, of: gold.count).compare(left, right, depth: depth + 1)
            // Beside an open part a later one may differ for sure.
            guard verdict.isEqual || (verdict.isExhausted && !scalars.budget.isExhausted) else { return verdict }
            if verdict.isEqual { rule = "part by part: \(verdict.rule)" } else { open = open ?? verdict }
        }
        return open ?? .equal(rule)
    }

    private func unordered(
        _ gold: [Expression], _ prediction: [Expression], counted: Bool, _ depth: Int
    ) -> Comparison {
        if counted, gold.count != prediction.count { return .different("different numbers of parts") }
        if gold.count > 256 || prediction.count > 256 { return .undecided("too many parts") }
        var isUsed = [Bool](repeating: false, count: prediction.count)
        var rule = ""
        for (place, part) in gold.enumerated() {
            var (isFound, open) = (false, Comparison?.none)
            let equality = self.part(place, of: gold.count)
            for (index, candidate) in prediction.enumerated() where !(counted && isUsed[index]) {
                let verdict = equality.compare(part, candidate, depth: depth + 1)
                if verdict.isExhausted, scalars.budget.isExhausted { return verdict }
                if verdict.isExhausted { open = open ?? verdict }
                guard verdict.isEqual else { continue }
                isUsed[index] = true
                isFound = true
                rule = verdict.rule
                if counted { break }
            }
            if !isFound { return open ?? .different("a part without its equal") }
        }
        return isUsed.allSatisfy { $0 } ? .equal("in any order: \(rule)") : .different("a part too many")
    }

    // a:b:c up to a common factor.
    private func ratios(_ gold: [Expression], _ prediction: [Expression]) -> Comparison {
        guard gold.count == prediction.count else {
            // 20:34:00 is 20:34.
            let isClock = (gold.count > 2 ? gold : prediction).last == .zero && TimeOfDay.seconds(gold) != nil
            return isClock && TimeOfDay.seconds(gold) == TimeOfDay.seconds(prediction)
                ? .equal("the same time") : .different("ratios of different length")
        }
        // 12:00 is no multiple of 1:00.
        if (gold + prediction).contains(.zero) { return ordered(gold, prediction, 0) }
        for index in 1..<gold.count {
            let left = Expression.product([gold[0], prediction[index]])
            let right = Expression.product([gold[index], prediction[0]])
            let verdict = scalars.compare(left, right)
            if !verdict.isEqual { return verdict.isExhausted ? verdict : .different("different ratios") }
        }
        return .equal("the same ratio")
    }

    // MARK: Matrices

    private func matrix(_ gold: Expression, _ prediction: Expression, _ depth: Int) -> Comparison {
        if let verdict = matrixRows(gold, prediction, depth) { return verdict }
        if let left = Matrices.value(gold), let right = Matrices.value(prediction), left != gold || right != prediction
        {
            return compare(left, right, depth: depth + 1)
        }
        return .different("a matrix and something else")
    }

    // [[1,2],[3,4]], and a column against a tuple.
    private func matrixRows(_ gold: Expression, _ prediction: Expression, _ depth: Int) -> Comparison? {
        guard let left = gold.matrixRows, let right = prediction.matrixRows else { return nil }
        guard left.count == right.count, zip(left, right).allSatisfy({ $0.count == $1.count }) else {
            return .different("different shapes")
        }
        return ordered(left.flatMap { $0 }, right.flatMap { $0 }, depth)
    }
}
