internal import Foundation
import JSON
internal import Numbers

/// A question with options: how options are written behind the question, and which letter is right.
public struct ChoiceRule: Sendable, Hashable {
    /// Where the options are.
    enum Options: Sendable, Hashable {
        /// A list of texts, or `{"text": […], "label": […]}`, or `{"A": …, "B": …}`; also as a text that holds one of these, or
        /// one with a letter before each option.
        case member(String)
        /// A member for each.
        case members([String])
        /// The right one first; they are put in an order that the question alone decides.
        case rightFirst([String])
    }

    /// What says which option is right.
    enum Gold: Sendable, Hashable {
        /// A number from 0, or a letter or label, or the text of an option.
        case member(String)
        /// A number from 1.
        case fromOne(String)
        /// The first of the options, before they were put in another order.
        case first
    }

    /// How the question is written.
    enum Style: Sendable, Hashable {
        /// "A. …" lines and "Answer:", as the evaluation of MMLU has them.
        case answer
        /// What MMLU-Pro's evaluation says before, and "Answer: Let's think step by step."
        case stepByStep
        /// What GPQA's evaluation says before and after, with "(A) …" lines.
        case gpqa
    }

    /// Members of the question, joined by blank lines.
    var question: [String]
    var options: Options
    var gold: Gold
    var style = Style.answer

    /// All members that it reads.
    var members: [String] {
        let names =
            switch options {
            case .member(let path): [path]
            case .members(let names), .rightFirst(let names): names
            }
        return question + names + (names.contains(goldPath) ? [] : [goldPath])
    }

    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")

    var goldPath: String {
        switch gold {
        case .member(let path), .fromOne(let path): path
        case .first: if case .rightFirst(let names) = options { names.first ?? "" } else { "" }
        }
    }

    var goldWords: String {
        if case .first = gold { return "'\(goldPath)', its place decided by the question alone" }
        return "'\(goldPath)'"
    }

    var words: String {
        let names =
            switch options {
            case .member(let path): "'\(path)'"
            case .members(let names), .rightFirst(let names): names.map { "'\($0)'" }.joined(separator: ", ")
            }
        let style =
            switch style {
            case .answer: "as lines \"A. …\" and \"Answer:\" behind it, as MMLU's evaluation has them"
            case .stepByStep: "as MMLU-Pro's evaluation writes it, with \"the answer is (X)\" asked for"
            case .gpqa: "as GPQA's evaluation writes it, with \"The correct answer is (X)\" asked for"
            }
        return question.map { "'\($0)'" }.joined(separator: " and ") + " with the options \(names) " + style
    }

    /// The question as it is sent, and the right letter; nil where the row does not say it. Throws `ShapeError`.
    func question(of row: JSONRow) throws -> (text: String, gold: String?) {
        let texts = question.compactMap { row.string(at: $0) }.filter { !$0.isEmpty }
        guard let last = question.last, row.string(at: last)?.isEmpty == false else {
            throw ShapeError("no question in \"\(question.last ?? "")\"")
        }
        let (texts_O, labels_O) = try options(of: row)
        if texts_O.isEmpty || texts_O.count > Self.letters.count {
            throw ShapeError("\(texts_O.count) options; a letter is had by 1 to \(Self.letters.count)")
        }
        let question = texts.joined(separator: "\n\n")
        var order = Array(texts_O.indices)
        if case .rightFirst = options {
            // FNV-1a of the question: the same order in every run and on every machine.
            var random = SplitMix64(
                state: question.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
            order.shuffle(using: &random)
        }
        let right = place(in: row, texts_O, labels_O).flatMap { order.firstIndex(of: $0) }
        return (written(question, order.map { texts_O[$0] }), right.map { String(Self.letters[$0]) })
    }

    private func written(_ question: String, _ options: [String]) -> String {
        let lines = zip(Self.letters, options).map { letter, text in
            style == .gpqa ? "(\(letter)) \(text)" : "\(letter). \(text)"
        }.joined(separator: "\n")
        switch style {
        case .answer: return "\(question)\n\(lines)\nAnswer:"
        case .stepByStep:
            return """
                The following is a multiple choice question. Think step by step and then finish your answer with \
                "the answer is (X)" where X is the correct letter choice.

                Question:
                \(question)
                Options:
                \(lines)
                Answer: Let's think step by step.
                """
        case .gpqa:
            return """
                What is the correct answer to this question: \(question)

                Choices:
                \(lines)

                Format your response as follows: "The correct answer is (insert answer here)"
                """
        }
    }

    /// The options as they are written. Throws `ShapeError`.
    func optionTexts(of row: JSONRow) throws -> [String] { try options(of: row).texts }

    private func options(of row: JSONRow) throws -> (texts: [String], labels: [String]) {
        switch options {
        case .members(let names), .rightFirst(let names):
            let texts = names.compactMap { row.string(at: $0) }
            if texts.count < names.count { throw ShapeError("an option of \(names.joined(separator: ", ")) is absent") }
            return (texts.map(Self.trimmed), [])
        case .member(let path):
            guard var value = row.value(at: path) else { throw ShapeError.absent(path, row) }
            if let text = value.stringValue {
                if let texts = LetteredOptions(in: text)?.texts { return (texts, []) }
                value = JSONValue.embedded(in: text) ?? Self.pythonList(text) ?? value
            }
            if let list = value.arrayValue { return Self.unlabelled(list) }
            if let texts = value["text"]?.arrayValue {
                return (Self.unlabelled(texts).texts, value["label"]?.arrayValue?.compactMap(\.stringValue) ?? [])
            }
            guard let members = value.objectValue, !members.isEmpty else {
                throw ShapeError("\"\(path)\" is neither a list of options nor an object of them")
            }
            let given = members.filter { !$0.value.isNull }
            return (given.map { Self.trimmed($0.value.stringValue ?? $0.value.text) }, given.map(\.key))
        }
    }

    /// Texts without letters that stand before them already: "A)21" and "B. x", all in order. Objects state theirs.
    private static func unlabelled(_ list: [JSONValue]) -> (texts: [String], labels: [String]) {
        let texts = list.map { option in
            trimmed(
                option.stringValue
                    ?? ["text", "content", "value"].lazy.compactMap { option[$0]?.stringValue }.first ?? option.text)
        }
        let labels = list.compactMap { ($0["label"] ?? $0["key"] ?? $0["letter"])?.stringValue }
        if labels.count == texts.count { return (texts, labels) }
        guard texts.count > 1, texts.count <= letters.count else { return (texts, []) }
        let bare = texts.map { $0.hasPrefix("(") ? $0.dropFirst() : $0[...] }
        let isLettered = zip(letters, bare).allSatisfy { letter, text in
            text.count > 1 && text.first == letter && ").:".contains(text.dropFirst().prefix(1))
        }
        return (isLettered ? bare.map { trimmed(String($0.dropFirst(2))) } : texts, [])
    }

    /// `['a', "b"]`, as some tables state options: the list, where no text holds a quote of its own.
    private static func pythonList(_ text: String) -> JSONValue? {
        let body = trimmed(text)
        guard body.hasPrefix("['"), body.hasSuffix("']"), !body.contains("\"") else { return nil }
        let inner = body.dropFirst(2).dropLast(2)
        // numpy leaves the commas out.
        let separator = ["', '", "'\n '", "' '"].first { inner.contains($0) } ?? "', '"
        let parts = String(inner).components(separatedBy: separator)
        return parts.contains { $0.contains("', ") } ? nil : .array(parts.map(JSONValue.string))
    }

    private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }

    /// The place of the right option; nil where none is named.
    private func place(in row: JSONRow, _ texts: [String], _ labels: [String]) -> Int? {
        let path: String
        switch gold {
        case .first: return 0
        case .fromOne(let from):
            guard let number = row.string(at: from).flatMap({ Int($0) }) else { return nil }
            return texts.indices.contains(number &- 1) ? number &- 1 : nil
        case .member(let member): path = member
        }
        guard let value = row.value(at: path), !value.isNull else { return nil }
        // A number is a place, a text a label, a letter, the option itself or a number at last.
        if let number = value.doubleValue {
            return Int(exactly: number).flatMap { texts.indices.contains($0) ? $0 : nil }
        }
        let stated = Self.trimmed(value.stringValue ?? value.text)
        if let place = labels.firstIndex(of: stated) { return place }
        let bare = stated.trimmingCharacters(in: CharacterSet(charactersIn: "().: "))
        if bare.count == 1, let letter = bare.uppercased().first, let place = Self.letters.firstIndex(of: letter) {
            return texts.indices.contains(place) ? place : nil
        }
        if let place = texts.firstIndex(of: stated) { return place }
        // "B. the option" and "(B) the option".
        let lettered = bare.first.flatMap { Self.letters.firstIndex(of: $0) }
        if let place = lettered, texts.indices.contains(place), ").:".contains(bare.dropFirst().prefix(1)),
            Self.trimmed(String(bare.dropFirst(2))) == texts[place]
        {
            return place
        }
        guard let number = Int(bare.hasSuffix(".0") ? String(bare.dropLast(2)) : bare) else { return nil }
        return texts.indices.contains(number) ? number : nil
    }
}
