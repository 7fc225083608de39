import BigInt
import Numbers

/// Evaluates an assertion's expression once the program's calls have returned.
struct PythonEvaluator {
    /// The expression is beyond this evaluator, or raises in Python.
    struct Unsupported: Error {}

    /// Values of the program's calls, in order.
    var values: [PythonValue]
    private let equality = PythonEquality()
    private let budget = Budget()

    init(values: [PythonValue]) { self.values = values }

    // What the host spends on one assertion; a longer calculation is Python's.
    private final class Budget {
        private var left = 1 << 22

        func spend(_ words: Int) throws {
            left -= words
            if left < 0 { throw Unsupported() }
        }
    }

    /// The expression's value.
    func value(_ expression: PythonExpression) throws -> PythonValue {
        switch expression {
        case .constant(let value): return value
        case .call(let index):
            guard index < values.count else { throw Unsupported() }
            return values[index]
        case .list(let items): return .list(try items.map(value))
        case .tuple(let items): return .tuple(try items.map(value))
        case .set(let items): return try set(try items.map(value))
        case .dict(let pairs):
            return .dict(try Self.distinct(try pairs.map { .init(key: try value($0.0), value: try value($0.1)) }))
        case .unary(let symbol, let operand): return try unary(symbol, try value(operand))
        case .binary(let symbol, let left, let right): return try binary(symbol, try value(left), try value(right))
        case .compare(let first, let rest):
            var left = try value(first)
            for (symbol, expression) in rest {
                let right = try value(expression)
                if !(try compare(symbol, left, right)) { return .bool(false) }
                left = right
            }
            return .bool(true)
        case .both(let word, let left, let right):
            let first = try value(left)
            return first.isTruthy == (word == "and") ? try value(right) : first
        case .function(let name, let arguments, let keywords):
            var named: [String: PythonValue] = [:]
            for (key, expression) in keywords { named[key] = try value(expression) }
            return try function(name, try arguments.map(value), named)
        case .subscripted(let base, let index): return try subscripted(try value(base), try value(index))
        }
    }

    private func set(_ items: [PythonValue]) throws -> PythonValue { .set(try Self.distinct(items)) }

    // The first of those that are equal, as Python keeps them.
    private static func distinct(_ items: [PythonValue]) throws -> [PythonValue] {
        var seen: Set<[UInt8]> = []
        return try items.filter { item in
            guard let key = item.hashKey(isJSON: false) else { throw Unsupported() }
            return seen.insert(key).inserted
        }
    }

    // The last value of a key counts.
    private static func distinct(_ pairs: [PythonValue.Pair]) throws -> [PythonValue.Pair] {
        var places: [[UInt8]: Int] = [:]
        var result: [PythonValue.Pair] = []
        for pair in pairs {
            guard let key = pair.key.hashKey(isJSON: false) else { throw Unsupported() }
            if let place = places[key] {
                result[place].value = pair.value
            } else {
                places[key] = result.count
                result.append(pair)
            }
        }
        return result
    }

    private func unary(_ symbol: String, _ operand: PythonValue) throws -> PythonValue {
        if symbol == "not" { return .bool(!operand.isTruthy) }
        if let integer = operand.integer {
            switch symbol {
            case "-": return .int(-integer)
            case "+": return .int(integer)
            default: return .int(-integer - 1)
            }
        }
        guard case .float(let double) = operand, symbol != "~" else { throw Unsupported() }
        return .float(symbol == "-" ? -double : double)
    }

    private func binary(_ symbol: String, _ left: PythonValue, _ right: PythonValue) throws -> PythonValue {
        if let a = left.integer, let b = right.integer {
            // The two quotients take quadratic time.
            let words = (a.bitWidth + b.bitWidth) / 64 + 1
            guard words < 1 << 10 || symbol == "+" || symbol == "-" else { throw Unsupported() }
            try budget.spend(words)
            return try integers(symbol, a, b)
        }
        if let a = left.double, let b = right.double {
            switch symbol {
            case "+": return .float(a + b)
            case "-": return .float(a - b)
            case "*": return .float(a * b)
            case "/" where b != 0: return .float(a / b)
            default: throw Unsupported()
            }
        }
        switch (symbol, left, right) {
        case ("+", .list(let a), .list(let b)): return .list(a + b)
        case ("+", .tuple(let a), .tuple(let b)): return .tuple(a + b)
        case ("+", .string(let a), .string(let b)): return .string(a + b)
        case ("*", .list(let a), .int(let n)): return .list(try repeated(a, n))
        case ("*", .string(let a), .int(let n)): return .string(try repeated(a, n))
        default: throw Unsupported()
        }
    }

    private func repeated<Item>(_ items: [Item], _ times: BigInt) throws -> [Item] {
        guard let times = Int(exactly: max(times, 0)), let count = items.count.multiplied(by: times),
            count <= 1 << 20, times <= 1 << 20
        else { throw Unsupported() }
        return Array(repeatElement(items, count: times).joined())
    }

    private func integers(_ symbol: String, _ a: BigInt, _ b: BigInt) throws -> PythonValue {
        switch symbol {
        case "+": return .int(a + b)
        case "-": return .int(a - b)
        case "*":
            guard a.bitWidth + b.bitWidth < 1 << 16 else { throw Unsupported() }
            return .int(a * b)
        case "/" where b != 0 && a.bitWidth <= 53 && b.bitWidth <= 53: return .float(Double(a) / Double(b))
        case "//" where b != 0, "%" where b != 0:
            // Python rounds the quotient down.
            var (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
            if remainder != 0 && (remainder < 0) != (b < 0) {
                quotient -= 1
                remainder += b
            }
            return .int(symbol == "%" ? remainder : quotient)
        case "**":
            guard let power = Int(exactly: b), power >= 0, let bits = a.bitWidth.multiplied(by: max(power, 1)),
                bits < 1 << 16
            else { throw Unsupported() }
            return .int(a.power(power))
        case "|": return .int(a | b)
        case "&": return .int(a & b)
        case "^": return .int(a ^ b)
        default: throw Unsupported()
        }
    }

    private func compare(_ symbol: String, _ left: PythonValue, _ right: PythonValue) throws -> Bool {
        switch symbol {
        case "==": return equality.isEqual(left, right)
        case "!=": return !equality.isEqual(left, right)
        case "is", "is not":
            // Identity is only defined for the singletons.
            let isSame: Bool
            switch (left, right) {
            case (_, .none), (_, .bool): isSame = left == right
            default: throw Unsupported()
            }
            return isSame == (symbol == "is")
        case "in", "not in":
            if case .string(let needle) = left, case .string(let text) = right {
                return text.contains(needle) == (symbol == "in")
            }
            guard let elements = right.elements else { throw Unsupported() }
            if case .string = right { throw Unsupported() }
            return elements.contains { equality.isEqual($0, left) } == (symbol == "in")
        default:
            guard let order = try Self.order(left, right) else { return false }
            switch symbol {
            case "<": return order < 0
            case ">": return order > 0
            case "<=": return order <= 0
            default: return order >= 0
            }
        }
    }

    // Negative, zero or positive; nil when unordered (NaN).
    private static func order(_ left: PythonValue, _ right: PythonValue) throws -> Int? {
        if let a = left.integer, let b = right.integer { return a < b ? -1 : a > b ? 1 : 0 }
        if let a = left.double, let b = right.double {
            return a.isNaN || b.isNaN ? nil : a < b ? -1 : a > b ? 1 : 0
        }
        switch (left, right) {
        case (.string(let a), .string(let b)), (.bytes(let a), .bytes(let b)):
            return a == b ? 0 : a.lexicographicallyPrecedes(b) ? -1 : 1
        case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)):
            for (x, y) in zip(a, b) where !PythonEquality().isEqual(x, y) { return try order(x, y) }
            return a.count - b.count
        default: throw Unsupported()
        }
    }

    private func function(
        _ name: String, _ arguments: [PythonValue], _ keywords: [String: PythonValue]
    ) throws -> PythonValue {
        guard keywords.isEmpty || name == "isclose" else { throw Unsupported() }
        let first = arguments.first
        switch (name, arguments.count) {
        case ("abs", 1):
            if let integer = first?.integer { return .int(abs(integer)) }
            if case .float(let double) = first { return .float(abs(double)) }
        case ("len", 1):
            if case .bytes(let bytes) = first { return .int(BigInt(bytes.count)) }
            // A set's size is that of its distinct elements, which only Python has counted.
            if let elements = first?.elements { return .int(BigInt(elements.count)) }
        case ("bool", 1): return .bool(first?.isTruthy ?? false)
        case ("float", 1):
            if case .string(let text) = first {
                let text = String(decoding: text, as: UTF8.self).lowercased()
                guard ["inf", "-inf", "nan", "infinity"].contains(text) else { throw Unsupported() }
                return .float(Double(text) ?? .nan)
            }
            if let double = first?.double { return .float(double) }
        case ("set", 0), ("list", 0), ("tuple", 0), ("frozenset", 0), ("set", 1), ("list", 1), ("tuple", 1),
            ("frozenset", 1):
            return try collection(name, arguments)
        case ("dict", 0): return .dict([])
        case ("sorted", 1):
            if let elements = first?.elements { return .list(try Self.sorted(elements)) }
        case ("sum", 1):
            if let elements = first?.elements {
                return try elements.reduce(.int(0)) { try binary("+", $0, $1) }
            }
        case ("isclose", 2):
            if let a = first?.double, let b = arguments[1].double {
                let relative = keywords["rel_tol"]?.double ?? 1e-9
                let absolute = keywords["abs_tol"]?.double ?? 0
                return .bool(a == b || abs(a - b) <= max(relative * max(abs(a), abs(b)), absolute))
            }
        default: break
        }
        throw Unsupported()
    }

    private func collection(_ name: String, _ arguments: [PythonValue]) throws -> PythonValue {
        // The order in which a set or dictionary of the program is walked is the program's.
        let elements = arguments.isEmpty ? [] : arguments[0].elements
        guard let elements else { throw Unsupported() }
        switch name {
        case "set": return .set(try Self.distinct(elements))
        case "frozenset": return .frozenset(try Self.distinct(elements))
        case _ where elements.count > 1 && arguments[0].isUnordered: throw Unsupported()
        case "list": return .list(elements)
        default: return .tuple(elements)
        }
    }

    private static func sorted(_ elements: [PythonValue]) throws -> [PythonValue] {
        var result = elements
        try result.sort { left, right in
            guard let order = try order(left, right) else { throw Unsupported() }
            return order < 0
        }
        return result
    }

    private func subscripted(_ base: PythonValue, _ index: PythonValue) throws -> PythonValue {
        if case .dict(let pairs) = base {
            guard let pair = pairs.last(where: { equality.isEqual($0.key, index) }) else { throw Unsupported() }
            return pair.value
        }
        guard case .int(let number) = index, let position = Int(exactly: number) else { throw Unsupported() }
        switch base {
        case .list(let items), .tuple(let items):
            let place = position < 0 ? items.count + position : position
            guard items.indices.contains(place) else { throw Unsupported() }
            return items[place]
        default: throw Unsupported()
        }
    }
}

extension PythonValue {
    /// Whether the order of its elements is Python's own affair.
    fileprivate var isUnordered: Bool {
        switch self {
        case .set, .frozenset: true
        default: false
        }
    }
}
