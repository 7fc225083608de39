extension Expression {
    /// Whether it is one plain variable.
    var isVariable: Bool {
        if case .symbol(let name) = self { return !name.isEmpty && !name.hasPrefix("∠") }
        return false
    }

    /// Whether it names something: a variable, a function's value, a segment or angle, words, a tuple of
    /// variables, a quotient or ratio of capitals.
    var isLabel: Bool {
        switch self {
        case .symbol, .apply: true
        // "Area = 17", but not "not x = 17".
        case .text: isStatedText
        case .call(.conjugate, let parts), .call(.abs, let parts): parts.allSatisfy(\.isGeometric)
        case .call(.argument, _), .call(.max, _), .call(.min, _), .call(.determinant, _): false
        case .group(_, let parts, _), .matrix(_, let parts): parts.allSatisfy(\.isVariable)
        case .ratio(let parts) where parts.allSatisfy(\.isVariable): true
        case .power(let base, .minusOne): base.isGeometric
        // \operatorname{rank} A, \text{Var}(X).
        case .product(let parts) where parts.first?.isStatedText == true:
            parts.dropFirst().allSatisfy { !$0.contains { $0.literal != nil } }
        case .product(let parts), .ratio(let parts): parts.allSatisfy(\.isGeometric)
        case .constant(.euler): false
        default: false
        }
    }

    private var isStatedText: Bool {
        guard case .text(let words) = self else { return false }
        return !words.split(separator: " ").contains {
            HedgeWords.isDenial(String($0)) || HedgeWords.isBound(String($0))
        }
    }

    // Points and lengths carry capitals: AB, \frac{NO}{BO}, S_{ABC} : S.
    private var isGeometric: Bool {
        switch self {
        case .symbol(let name): Ascii.isUpper(name.utf8.first ?? 0)
        case .product(let parts): parts.allSatisfy(\.isGeometric)
        case .power(let base, .minusOne): base.isGeometric
        case .call(.conjugate, let parts): parts.allSatisfy(\.isGeometric)
        default: false
        }
    }
}
