/// Why a verifier can judge nothing by a problem's gold answer or record.
public struct GoldFault: Sendable, Hashable {
    /// What is wrong, in one word for counts.
    public enum Kind: String, Sendable, CaseIterable {
        /// The problem has no gold.
        case absent
        /// The gold holds nothing.
        case empty
        /// Sentences in which no value is found.
        case prose
        /// A formula with words beside it that are neither its unit nor its condition.
        case wordsBesideFormula = "words_beside_formula"
        /// Several statements of which only one would be compared.
        case partlyRead = "partly_read"
        /// Signs that make no formula.
        case noFormula = "no_formula"
        /// Longer or deeper than what is compared.
        case tooLong = "too_long"
        /// Its own text, given as the answer, is not judged correct.
        case notEqualToItself = "not_equal_to_itself"
        /// What else the verifier needs of the record, such as tests, cannot be read.
        case unreadable
    }

    /// What is wrong, in one word.
    public var kind: Kind
    /// What is wrong, in one sentence for a person.
    public var reason: String

    /// A fault of a kind.
    public init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    static let empty = GoldFault(.empty, "the gold is empty")
    static let absent = GoldFault(.absent, "the problem has no answer")
}
