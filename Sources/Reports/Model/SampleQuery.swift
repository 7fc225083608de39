public import Experience

/// A query line: `outcome:incorrect reason:different tokens>500 text:"therefore" -model:base`, all of which a sample must fit.
///
/// A term is a field, how its value is met (`:` equals, `~` holds, `<` `<=` `>` `>=` compare numbers) and a value, quoted where it
/// has spaces; a bare `none` asks for no value, a `-` before it turns a term round, and a word alone is searched in texts.
public enum SampleQuery {
    private static let longest = 2000
    private static let most = 20

    /// The terms of a line. Throws `FilterError` for what is none, with the nearest.
    public static func parse(_ line: String) throws -> [SampleClause] {
        guard line.utf8.count <= longest else {
            throw FilterError(description: "the query is longer than \(longest) bytes")
        }
        var rest = Substring(line)
        var clauses: [SampleClause] = []
        while true {
            rest = rest.drop(while: \.isWhitespace)
            if rest.isEmpty { return clauses }
            guard clauses.count < most else { throw FilterError(description: "a query has \(most) terms at most") }
            clauses.append(try term(&rest))
        }
    }

    private static func term(_ rest: inout Substring) throws -> SampleClause {
        var isNegated = false
        if rest.first == "-", rest.dropFirst().first?.isWhitespace == false {
            isNegated = true
            rest.removeFirst()
        }
        let name = rest.prefix { $0.isLetter || $0 == "_" }
        let after = rest[name.endIndex...]
        guard !name.isEmpty, let (relation, length) = relation(after) else {
            return SampleClause(.text, .contains, try value(&rest).text, isNegated: isNegated)
        }
        guard let field = SampleClause.Field(rawValue: String(name)) else {
            throw FilterError(
                description: "no field '\(String(name).cut(to: 60))'"
                    + String(name).hint(among: SampleClause.Field.allCases.map(\.rawValue))
                    + "; quote a text that has a sign in it")
        }
        rest = after.dropFirst(length)
        let (text, isQuoted) = try value(&rest)
        return try clause(field, relation, text, isQuoted: isQuoted, isNegated: isNegated)
    }

    private static func relation(_ text: Substring) -> (SampleClause.Relation, Int)? {
        if text.hasPrefix("<=") { return (.atMost, 2) }
        if text.hasPrefix(">=") { return (.atLeast, 2) }
        switch text.first {
        case "<": return (.less, 1)
        case ">": return (.more, 1)
        case ":", "=": return (.equals, 1)
        case "~": return (.contains, 1)
        default: return nil
        }
    }

    private static func value(_ rest: inout Substring) throws -> (text: String, isQuoted: Bool) {
        guard rest.first == "\"" else {
            let word = rest.prefix { !$0.isWhitespace }
            rest = rest[word.endIndex...]
            return (String(word), false)
        }
        rest.removeFirst()
        var text = ""
        while let character = rest.popFirst() {
            switch character {
            case "\"": return (text, true)
            case "\\" where rest.first == "\"" || rest.first == "\\": text.append(rest.removeFirst())
            default: text.append(character)
            }
        }
        throw FilterError(description: "a quote is not closed in the query")
    }

    private static func clause(
        _ field: SampleClause.Field, _ relation: SampleClause.Relation, _ text: String, isQuoted: Bool, isNegated: Bool
    ) throws -> SampleClause {
        let name = field.rawValue
        if text == "none", !isQuoted { return SampleClause(field, .equals, nil, isNegated: isNegated) }
        if text.isEmpty, !isQuoted { throw FilterError(description: "'\(name)' has no value in the query") }
        let isComparison = ![.equals, .contains].contains(relation)
        if field.isNumber {
            guard let number = Double(text), number.isFinite, relation != .contains else {
                throw FilterError(description: "'\(name)' is compared with a number, not '\(text.cut(to: 60))'")
            }
        } else if isComparison {
            throw FilterError(description: "'\(name)' is a text: it has ':' or '~', not '\(relation.rawValue)'")
        }
        switch field {
        case .outcome: try check(name, text, Outcome.allCases.map(\.rawValue), relation)
        case .finish: try check(name, text, FinishReason.allCases.map(\.rawValue), relation)
        case .mix: try check(name, text, ["all_right", "mixed", "all_wrong", "unscored"], relation)
        case .disputed: try check(name, text, ["yes", "no"], .equals)
        default: break
        }
        return SampleClause(field, field == .text ? .contains : relation, text, isNegated: isNegated)
    }

    private static func check(
        _ name: String, _ text: String, _ known: [String], _ relation: SampleClause.Relation
    ) throws {
        if relation == .contains || known.contains(text) { return }
        throw FilterError(description: "no \(name) '\(text.cut(to: 60))'" + text.hint(among: known))
    }

    /// The line that gives these terms.
    public static func line(_ clauses: [SampleClause]) -> String { clauses.map(\.term).joined(separator: " ") }
}

extension SampleClause {
    fileprivate var term: String {
        let sign = isNegated ? "-" : ""
        guard let value else { return "\(sign)\(field.rawValue):none" }
        let isPlain =
            value != "none" && !value.isEmpty && value.first != "\"" && value.allSatisfy { !$0.isWhitespace }
        let shown =
            isPlain ? value : "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        return "\(sign)\(field.rawValue)\(field == .text ? ":" : relation.rawValue)\(shown)"
    }
}
