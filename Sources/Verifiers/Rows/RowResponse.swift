import Datasets
import JSON

/// The completion in a row: a text, or chat messages that end with it.
enum RowResponse {
    /// The text to judge. `stated` is the member's text as `JSONRow.strings` gives it: a string's own, the JSON of the rest.
    ///
    /// Of a list of {role, content} the last assistant message counts; null, and a message without content, are a completion
    /// without text, in which the verifier finds no answer. Throws `DatasetError` for any other list or object.
    static func text(
        _ stated: String?, named name: String?, in row: JSONRow, path: String, line: Int
    ) throws -> String {
        guard let stated else { return "" }
        // A string may begin like that too; what is neither list nor object is never parsed again.
        guard let name, let first = stated.utf8.first, first == UInt8(ascii: "[") || first == UInt8(ascii: "{"),
            let value = row.value(at: name), value.stringValue == nil
        else { return stated }
        guard let messages = value.arrayValue, !messages.isEmpty,
            messages.allSatisfy({ $0["role"]?.stringValue != nil })
        else {
            let kind = value.arrayValue == nil ? "an object" : "a list"
            throw DatasetError(
                path: path, line: line,
                message:
                    "'\(name)' is \(kind) that is no chat: expected a text, or messages [{\"role\": …, \"content\": …}]; "
                    + "of several completions each needs a row of its own")
        }
        guard let last = messages.last(where: { $0["role"]?.stringValue == "assistant" }) else {
            throw DatasetError(
                path: path, line: line, message: "the chat in '\(name)' has no message of the role 'assistant' to judge"
            )
        }
        guard let text = content(of: last) else {
            throw DatasetError(
                path: path, line: line,
                message:
                    "the last assistant message in '\(name)' has a 'content' that is neither a text nor a list of parts"
            )
        }
        return text
    }

    /// A text, the texts of its parts one after the other, or "" where there is none; nil for anything else.
    private static func content(of message: JSONValue) -> String? {
        guard let content = message["content"], !content.isNull else { return "" }
        if let text = content.stringValue { return text }
        return content.arrayValue?.map { $0.stringValue ?? $0["text"]?.stringValue ?? "" }.joined()
    }
}
