public import Experience
import JSON

/// Countdown: an expression of + - * / over the given numbers, each used exactly once (or at most once), that makes the
/// target. The record has `numbers` (or `nums`) and `target`, or the answer is the target. Arithmetic is exact.
public struct CountdownVerifier: Verifier {
    /// The registered name.
    public let name = "countdown"
    /// Raised when a verdict could change.
    public let version = "2"
    /// The record has what is needed.
    public var needsAnswer: Bool { false }
    private let mustUseAll: Bool

    /// With `mustUseAll` every number must occur.
    public init(mustUseAll: Bool = true) { self.mustUseAll = mustUseAll }

    /// Adds it as "countdown".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "countdown", summary: "an expression over the record's 'numbers' that makes its 'target'",
            options: [("use_all", "whether every number must be used (true)")]
        ) { options in
            CountdownVerifier(mustUseAll: try OptionsReader(options).bool("use_all", default: true))
        }
    }

    /// Judges one completion; see the type for the rules.
    public func verify(_ item: VerificationItem) async -> Verdict {
        let fields = item.problem.fields
        guard let numbers = (fields["numbers"] ?? fields["nums"])?.arrayValue?.compactMap(\.intValue),
            !numbers.isEmpty, numbers.count <= 64,
            let target = fields["target"]?.intValue ?? item.problem.answer.flatMap({ Int($0) })
        else { return .missing("'numbers' and 'target'") }
        guard let text = SettledText.of(item.completion.text), !text.isEmpty else { return .noAnswer() }
        var expression = text[...]
        // "3 * 4 = 12" states its own result; only the left side is the answer.
        if let equals = expression.firstIndex(of: "=") { expression = expression[..<equals] }
        var parser = ArithmeticParser(Array(expression.utf8.prefix(1000)))
        guard let value = parser.parse() else {
            return .incorrect(reason: "notAnExpression", extracted: String(expression.suffix(200)))
        }
        let used = parser.used.sorted()
        let extracted = String(expression).trimmed
        var left = numbers
        for number in used {
            guard let place = left.firstIndex(of: number) else {
                return .incorrect(reason: "wrongNumbers", extracted: extracted)
            }
            left.remove(at: place)
        }
        if mustUseAll, !left.isEmpty { return .incorrect(reason: "wrongNumbers", extracted: extracted) }
        return value == Rational(target) ? .correct(extracted: extracted) : .incorrect(extracted: extracted)
    }
}

/// A recursive-descent parser of whole numbers, + - * / (also × ÷ − and \times \div) and parentheses.
struct ArithmeticParser {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    /// The numbers that occur.
    private(set) var used: [Int] = []

    init(_ source: [UInt8]) {
        var text = String(decoding: source, as: UTF8.self)
        for (from, to) in [
            ("×", "*"), ("÷", "/"), ("−", "-"), ("\\times", "*"), ("\\div", "/"), ("\\cdot", "*"), ("$", ""),
        ] {
            text = text.split(separator: from, omittingEmptySubsequences: false).joined(separator: to)
        }
        bytes = text.utf8.filter { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
    }

    /// The whole text's value; nil when it is no expression, or divides by zero.
    mutating func parse() -> Rational? {
        guard let value = sum(), position == bytes.count else { return nil }
        return value
    }

    private mutating func sum() -> Rational? {
        var value = product()
        while let left = value, let symbol = next(of: "+-") {
            value = product().map { symbol == UInt8(ascii: "+") ? left + $0 : left - $0 }
        }
        return value
    }

    private mutating func product() -> Rational? {
        var value = atom()
        while let left = value, let symbol = next(of: "*/") {
            value = atom().flatMap { symbol == UInt8(ascii: "*") ? left * $0 : left / $0 }
        }
        return value
    }

    private mutating func atom() -> Rational? {
        if next(of: "(") != nil {
            depth += 1
            defer { depth -= 1 }
            guard depth < 100, let value = sum(), next(of: ")") != nil else { return nil }
            return value
        }
        let start = position
        while position < bytes.count, (48...57).contains(bytes[position]) { position += 1 }
        guard position > start, let number = Int(String(decoding: bytes[start..<position], as: UTF8.self)) else {
            return nil
        }
        used.append(number)
        return Rational(number)
    }

    private mutating func next(of symbols: StaticString) -> UInt8? {
        guard position < bytes.count, symbols.description.utf8.contains(bytes[position]) else { return nil }
        position += 1
        return bytes[position - 1]
    }
}
