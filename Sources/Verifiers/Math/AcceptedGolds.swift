import Experience
import JSON

/// Several golds in one answer, a JSON list of texts: what inspect_ai's `target` and OlympiadBench's `final_answer` hold.
struct AcceptedGolds {
    /// The texts, in order.
    let golds: [String]

    /// Most golds that one answer may list.
    static let most = 32

    /// Nil for one gold, which is nearly every one: a list begins with a bracket and a quote.
    init?(_ answer: String, _ options: MathOptions) {
        guard Self.mayBeList(answer.utf8), let list = (try? JSONValue(parsing: answer.utf8))?.arrayValue,
            list.count <= Self.most
        else { return nil }
        var golds: [String] = []
        for element in list {
            switch element {
            case .string(let text): golds.append(text)
            case .number(let number): golds.append(number.text)
            default: return nil
            }
        }
        self.golds = options.answers == .all ? [golds.joined(separator: ", ")] : golds
    }

    private static func mayBeList(_ bytes: String.UTF8View) -> Bool {
        guard bytes.first == UInt8(ascii: "[") else { return false }
        return bytes.dropFirst().first { !Ascii.isSpace($0) } == UInt8(ascii: "\"")
    }

    /// The grade by the gold that is met, else by the first that can be read; the rule says which, and which cannot.
    func grade(_ grade: (String) -> MathGrade) -> MathGrade {
        if golds.count == 1 { return grade(golds[0]) }
        var first: MathGrade?
        var unreadable: [(place: Int, grade: MathGrade)] = []
        for (place, gold) in golds.enumerated() {
            var result = grade(gold)
            if result.isCorrect {
                result.rule += "; gold \(place + 1) of \(golds.count), '\(gold.cut(to: 60))'" + named(unreadable)
                return result
            }
            if result.isGoldAtFault { unreadable.append((place, result)) } else { first = first ?? result }
        }
        guard var result = first else {
            return unreadable.first?.grade
                ?? .unread(GoldFault(.empty, "the list of golds is empty"))
        }
        result.rule += "; none of \(golds.count) golds" + named(unreadable)
        return result
    }

    private func named(_ unreadable: [(place: Int, grade: MathGrade)]) -> String {
        unreadable.map { "; gold \($0.place + 1), '\(golds[$0.place].cut(to: 60))', cannot be read: \($0.grade.rule)" }
            .joined()
    }
}
