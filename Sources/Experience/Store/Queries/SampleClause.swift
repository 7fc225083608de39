import GRDB

/// One condition on a sample, as a query line says it: `outcome:incorrect`, `tokens>500`, `-model:"a b"`.
public struct SampleClause: Sendable, Hashable {
    /// What of a sample is asked for.
    public enum Field: String, Sendable, CaseIterable {
        case outcome, reason, problem, dataset, level, domain, model, finish, extracted, gold, unusable
        /// How the scores of its group are: `all_right`, `mixed`, `all_wrong` or `unscored`.
        case mix
        case tokens, entropy, advantage, score, ms, index, group, completion, version
        /// The share of its group's judged samples that are right.
        case rate
        /// Whether two scorings disagree: `yes` or `no`.
        case disputed
        /// The completion's text, its reasoning, its prompt and its problem's name.
        case text

        /// Whether its values are numbers.
        public var isNumber: Bool {
            switch self {
            case .tokens, .entropy, .advantage, .score, .ms, .index, .group, .completion, .version, .rate: true
            default: false
            }
        }
    }

    /// How the sample's value meets the clause's.
    public enum Relation: String, Sendable, CaseIterable {
        case less = "<"
        case atMost = "<="
        case more = ">"
        case atLeast = ">="
        case equals = ":"
        /// Holds it as a part.
        case contains = "~"
    }

    /// What is asked for.
    public var field: Field
    /// How it is to meet the value.
    public var relation: Relation
    /// nil asks for samples that have no value of the field.
    public var value: String?
    /// Whether samples are wanted of which the rest is not so.
    public var isNegated: Bool

    /// A clause; of a field of numbers the value is one, else no sample fits.
    public init(_ field: Field, _ relation: Relation = .equals, _ value: String?, isNegated: Bool = false) {
        self.field = field
        self.relation = relation
        self.value = value
        self.isNegated = isNegated
    }

    /// Texts in the narrow table are kept up to this many characters.
    static let textLimit = 200

    /// The condition on a row of the narrow table; of a text see `SampleIndex`.
    var condition: (sql: String, arguments: StatementArguments) {
        let column = "s.\"\(field.rawValue)\""
        let (sql, arguments): (String, StatementArguments)
        switch (value, relation) {
        case (nil, _): (sql, arguments) = ("\(column) IS NULL", [])
        case (let value?, _) where field == .disputed:
            (sql, arguments) = ("\(column) = ?", [value == "yes" ? 1 : 0])
        case (let value?, .contains):
            (sql, arguments) = ("instr(\(column), ?) > 0", [value])
        case (let value?, _):
            let sign = relation == .equals ? "=" : relation.rawValue
            if field.isNumber {
                (sql, arguments) = ("\(column) \(sign) ?", [Double(value)])
            } else {
                (sql, arguments) = ("\(column) \(sign) ?", [String(value.prefix(Self.textLimit))])
            }
        }
        return (isNegated ? "coalesce(NOT (\(sql)), 1)" : sql, arguments)
    }
}
