import BigInt
import Experience

/// Parses one expression from tokens, by precedence climbing; nil as soon as something is not understood.
struct PythonExpressionParser {
    /// What is left to parse.
    var tokens: ArraySlice<PythonToken>
    /// Names with a known value, and whether each may still be used: a list that a call might change only once.
    var names: [String: PythonExpression]
    /// Functions of the program: every name that is not a built-in one.
    let alias: [String: String]
    /// The program's calls found so far, in order of evaluation.
    var calls: [FunctionCall] = []
    private var depth = 0
    // Links of chains, as in 1 + 1 + 1 or x[0][0][0]: each makes the tree one deeper.
    private var links = 0
    private static let most = 500

    init(tokens: ArraySlice<PythonToken>, names: [String: PythonExpression], alias: [String: String]) {
        self.tokens = tokens
        self.names = names
        self.alias = alias
    }

    /// Built-in functions that the evaluator knows.
    private static let evaluated: Set<String> = [
        "abs", "len", "sorted", "set", "tuple", "list", "dict", "frozenset", "sum", "bool", "float",
    ]

    /// Built-in functions that it does not: a text that uses one is run as a program.
    private static let foreign: Set<String> = Set(
        """
        min max round int str isinstance type all any range map zip filter reversed enumerate print repr hash id
        iter next object super vars eval exec open getattr hasattr setattr issubclass callable divmod pow ord chr
        bin hex oct bytes bytearray complex slice input format ascii compile globals locals dir
        """.words)

    /// Takes the operator if it is next.
    mutating func take(_ text: String) -> Bool {
        guard tokens.first == .op(text) else { return false }
        tokens.removeFirst()
        return true
    }

    private mutating func takeName(_ text: String) -> Bool {
        guard tokens.first == .name(text) else { return false }
        tokens.removeFirst()
        return true
    }

    /// A whole expression, without `lambda`, conditionals, comprehensions and assignment.
    mutating func expression() -> PythonExpression? {
        depth += 1
        defer { depth -= 1 }
        guard depth < 100, var left = conjunction() else { return nil }
        while takeName("or") {
            guard link(), let right = constantPart({ $0.conjunction() }) else { return nil }
            left = .both("or", left, right)
        }
        return left
    }

    // Whether one link more is within the bound; a longer assertion is left to Python itself.
    private mutating func link() -> Bool {
        links += 1
        return links <= Self.most
    }

    private mutating func conjunction() -> PythonExpression? {
        guard var left = negation() else { return nil }
        while takeName("and") {
            guard link(), let right = negation() else { return nil }
            left = .both("and", left, right)
        }
        return left
    }

    // What Python might never evaluate must not call the program.
    private mutating func constantPart(
        _ parse: (inout PythonExpressionParser) -> PythonExpression?
    ) -> PythonExpression? {
        let before = calls.count
        guard let part = parse(&self), calls.count == before else { return nil }
        return part
    }

    private mutating func negation() -> PythonExpression? {
        if takeName("not") { return link() ? negation().map { .unary("not", $0) } : nil }
        return comparison()
    }

    private mutating func comparison() -> PythonExpression? {
        guard let first = arithmetic(0) else { return nil }
        var rest: [(String, PythonExpression)] = []
        while let symbol = comparisonOperator() {
            guard let next = arithmetic(0) else { return nil }
            rest.append((symbol, next))
        }
        return rest.isEmpty ? first : .compare(first, rest)
    }

    private mutating func comparisonOperator() -> String? {
        if case .op(let symbol) = tokens.first, ["==", "!=", "<", ">", "<=", ">="].contains(symbol) {
            tokens.removeFirst()
            return symbol
        }
        if takeName("is") { return takeName("not") ? "is not" : "is" }
        if takeName("in") { return "in" }
        if tokens.first == .name("not"), tokens.dropFirst().first == .name("in") {
            tokens.removeFirst(2)
            return "not in"
        }
        return nil
    }

    private static let precedence: [String: Int] = [
        "|": 0, "^": 1, "&": 2, "<<": 3, ">>": 3, "+": 4, "-": 4, "*": 5, "/": 5, "//": 5, "%": 5,
    ]

    private mutating func arithmetic(_ lowest: Int) -> PythonExpression? {
        guard var left = factor() else { return nil }
        while case .op(let symbol) = tokens.first, let level = Self.precedence[symbol], level >= lowest {
            tokens.removeFirst()
            guard link(), let right = arithmetic(level + 1) else { return nil }
            left = .binary(symbol, left, right)
        }
        return left
    }

    private mutating func factor() -> PythonExpression? {
        depth += 1
        defer { depth -= 1 }
        guard depth < 100 else { return nil }
        for sign in ["-", "+", "~"] where take(sign) { return factor().map { .unary(sign, $0) } }
        guard let base = postfix() else { return nil }
        guard take("**") else { return base }
        return factor().map { .binary("**", base, $0) }
    }

    private mutating func postfix() -> PythonExpression? {
        guard var value = atom() else { return nil }
        while take("[") {
            guard link(), let index = expression(), take("]") else { return nil }
            value = .subscripted(value, index)
        }
        // Methods and calls of results are beyond us.
        if tokens.first == .op("(") || tokens.first == .op(".") { return nil }
        return value
    }

    private mutating func atom() -> PythonExpression? {
        guard let token = tokens.popFirst() else { return nil }
        switch token {
        case .number(let text): return PythonValue(literal: text).map { .constant($0) }
        case .string(var bytes):
            while case .string(let more) = tokens.first {
                bytes += more
                tokens.removeFirst()
            }
            return .constant(.string(bytes))
        case .bytes(var bytes):
            while case .bytes(let more) = tokens.first {
                bytes += more
                tokens.removeFirst()
            }
            return .constant(.bytes(bytes))
        case .op("("): return parenthesized()
        case .op("["): return items(until: "]").map { .list($0) }
        case .op("{"): return braces()
        case .name(let name): return named(name)
        default: return nil
        }
    }

    private mutating func parenthesized() -> PythonExpression? {
        if take(")") { return .tuple([]) }
        guard let first = expression() else { return nil }
        if take(")") { return first }
        guard take(","), let rest = items(until: ")") else { return nil }
        return .tuple([first] + rest)
    }

    private mutating func items(until end: String) -> [PythonExpression]? {
        var items: [PythonExpression] = []
        while !take(end) {
            guard let item = expression() else { return nil }
            items.append(item)
            if take(end) { break }
            guard take(",") else { return nil }
        }
        return items
    }

    private mutating func braces() -> PythonExpression? {
        if take("}") { return .dict([]) }
        guard let first = expression() else { return nil }
        guard take(":") else {
            if take("}") { return .set([first]) }
            guard take(","), let rest = items(until: "}") else { return nil }
            return .set([first] + rest)
        }
        guard let value = expression() else { return nil }
        var pairs = [(first, value)]
        while !take("}") {
            guard take(",") else { return nil }
            if take("}") { break }
            guard let key = expression(), take(":"), let value = expression() else { return nil }
            pairs.append((key, value))
        }
        return .dict(pairs)
    }

    private mutating func named(_ name: String) -> PythonExpression? {
        switch name {
        case "True": return .constant(.bool(true))
        case "False": return .constant(.bool(false))
        case "None": return .constant(.none)
        case "lambda", "await", "yield", "if", "else", "for", "not", "in", "is", "and", "or": return nil
        default: break
        }
        if name == "math", take(".") {
            guard case .name(let member) = tokens.popFirst() else { return nil }
            if member == "inf" { return .constant(.float(.infinity)) }
            if member == "pi" { return .constant(.float(.pi)) }
            guard member == "isclose", take("(") else { return nil }
            return call(name: "isclose")
        }
        if take("(") { return call(name: name) }
        guard let value = names[name] else { return nil }
        if case .constant(let constant) = value, !constant.isScalar { names[name] = nil }
        return value
    }

    private mutating func call(name: String) -> PythonExpression? {
        var arguments: [PythonExpression] = []
        var keywords: [(String, PythonExpression)] = []
        while !take(")") {
            if case .name(let keyword) = tokens.first, tokens.dropFirst().first == .op("=") {
                tokens.removeFirst(2)
                guard let value = expression() else { return nil }
                keywords.append((keyword, value))
            } else {
                guard keywords.isEmpty, let value = expression() else { return nil }
                arguments.append(value)
            }
            if take(")") { break }
            guard take(",") else { return nil }
        }
        if Self.evaluated.contains(name) || name == "isclose" { return .function(name, arguments, keywords) }
        if Self.foreign.contains(name) { return nil }
        // A function of the program: its arguments must be known before anything runs.
        let evaluator = PythonEvaluator(values: [])
        var values: [PythonValue] = []
        for argument in arguments {
            guard let value = try? evaluator.value(argument) else { return nil }
            values.append(value)
        }
        var pairs: [PythonValue.Pair] = []
        for (keyword, expression) in keywords {
            guard let value = try? evaluator.value(expression) else { return nil }
            pairs.append(.init(key: .text(keyword), value: value))
        }
        calls.append(.init(function: alias[name] ?? name, arguments: values, keywords: pairs))
        return .call(calls.count - 1)
    }
}

extension PythonValue {
    /// A number as Python writes it.
    init?(literal text: String) {
        let lower = text.lowercased()
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where lower.hasPrefix(prefix) {
            guard let value = BigInt(String(lower.dropFirst(2)), radix: radix) else { return nil }
            self = .int(value)
            return
        }
        if lower.utf8.allSatisfy({ ($0 &- 48) < 10 }) {
            guard lower.utf8.count < 5000, let value = BigInt(lower) else { return nil }
            self = .int(value)
        } else {
            guard let value = Double(lower) else { return nil }
            self = .float(value)
        }
    }

    /// Whether no call can change it.
    var isScalar: Bool {
        switch self {
        case .none, .ellipsis, .bool, .int, .float, .complex, .string, .bytes: true
        case .list, .tuple, .set, .frozenset, .dict: false
        }
    }
}
