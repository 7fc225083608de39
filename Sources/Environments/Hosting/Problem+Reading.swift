import Experience
import JSON
import Numbers

extension Problem {
    /// Its messages; none where it has no prompt.
    var messages: [ChatMessage] {
        switch prompt {
        case .chat(let chat): chat.messages
        case .text(let text): text.isEmpty ? [] : [ChatMessage(role: "user", content: text)]
        }
    }

    /// Its messages with a rule of the environment before them, inside the system message where there is one.
    func messages(under rule: String) -> [ChatMessage] {
        if rule.isEmpty { return messages }
        var messages = messages
        if messages.first?.role == "system" {
            messages[0] = ChatMessage(role: "system", content: messages[0].content + "\n\n" + rule)
        } else {
            messages.insert(ChatMessage(role: "system", content: rule), at: 0)
        }
        return messages
    }

    /// An integer of its record, `value` where there is none; another value than the range has is a fault of the row.
    func int(_ key: String, default value: Int, in range: ClosedRange<Int>) throws(EnvironmentError) -> Int {
        guard let given = fields[key], !given.isNull else { return value }
        guard case .number(let number) = given, let found = number.canonical.intValue, range.contains(found) else {
            throw fault(key, "an integer from \(range.lowerBound) to \(range.upperBound)", given)
        }
        return found
    }

    /// A text of its record; nil where there is none.
    func text(_ key: String) throws(EnvironmentError) -> String? {
        guard let given = fields[key], !given.isNull else { return nil }
        guard let text = given.stringValue else { throw fault(key, "a text", given) }
        return text
    }

    /// Texts of its record, from a list or from one text; nil where there are none.
    func texts(_ key: String) throws(EnvironmentError) -> [String]? {
        guard let given = fields[key], !given.isNull else { return nil }
        if let text = given.stringValue { return [text] }
        guard let list = given.arrayValue else { throw fault(key, "a list of texts", given) }
        var texts: [String] = []
        for element in list {
            guard let text = element.stringValue else { throw fault(key, "a list of texts", given) }
            texts.append(text)
        }
        return texts
    }

    /// A word of its record among those of an enumeration.
    func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ key: String, default value: Value
    ) throws(EnvironmentError) -> Value {
        guard let text = try text(key) else { return value }
        guard let found = Value(rawValue: text) else {
            let known = Value.allCases.map(\.rawValue)
            throw EnvironmentError(
                .start, "problem '\(id.cut(to: 80))': '\(key)' is '\(text.cut(to: 40))'" + text.hint(among: known))
        }
        return found
    }

    /// That a member of the record is another than it must be.
    func fault(_ key: String, _ expected: String, _ given: JSONValue) -> EnvironmentError {
        EnvironmentError(
            .start, "problem '\(id.cut(to: 80))': '\(key)' must be \(expected), not \(given.text.cut(to: 80))")
    }
}

extension Verdict {
    /// The same with another score, as far as it has one.
    func scored(_ score: Double) -> Verdict {
        let changed: Verdict
        switch outcome {
        case .correct: changed = .correct(score: score, reason: reason, extracted: extracted, explanation: explanation)
        case .incorrect:
            changed = .incorrect(score: score, reason: reason, extracted: extracted, explanation: explanation)
        case .noAnswer: changed = .noAnswer(score: score, reason: reason, explanation: explanation)
        case .timeout, .verifierError: return self
        }
        var verdict = changed
        verdict.components = components
        verdict.details = details
        verdict.milliseconds = milliseconds
        return verdict
    }
}
