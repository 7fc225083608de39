/// What was done to a row that its publisher did not write down: counted and named.
public enum RowNote: Sendable, Hashable {
    /// The chat ended with the assistant's answer, which is not sent.
    case answerTurn
    /// The row's own system message gave way to the configured one.
    case otherSystem
    /// A member of messages that no chat route knows was left out.
    case foreignMember(String)
    /// A member that would be sent was left out, as a template makes a text.
    case notInTemplate(String)
    /// Tools were put in the form that chat routes take.
    case wrappedTools
    /// The row is of another layout than the file's first.
    case otherShape(String)
    /// The gold was taken from the first member, and the second one says something else.
    case otherGold(String, than: String)
    /// The prompt was taken from the first member, and the second one could be meant as well.
    case otherPrompt(String, than: String)

    /// The row's id is that of an earlier row with another prompt, and was made another.
    case repeatedID

    /// In words; `count` rows are concerned.
    public func words(_ count: Int) -> String {
        let rows = count == 1 ? "1 row" : "\(count) rows"
        switch self {
        case .answerTurn: return "\(rows): the last assistant turn was left out of the prompt"
        case .otherSystem: return "\(rows): the row's system message was replaced by the configured one"
        case .foreignMember(let name): return "\(rows): '\(name)' of messages was left out"
        case .notInTemplate(let name): return "\(rows): '\(name)' was left out: the template makes a text"
        case .wrappedTools: return "\(rows): tools were put in the form {type, function}"
        case .repeatedID: return "\(rows): the id is an earlier row's, and got the line behind it (id_field chooses)"
        case .otherShape(let name): return "\(rows): read as \(name)"
        case .otherGold(let taken, let other):
            return "\(rows): the gold is '\(taken)', and '\(other)' says something else (answer_field chooses)"
        case .otherPrompt(let taken, let other):
            return "\(rows): the prompt is '\(taken)', and '\(other)' is there as well (prompt_field chooses)"
        }
    }
}
