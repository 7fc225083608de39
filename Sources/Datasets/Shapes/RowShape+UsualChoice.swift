import JSON

/// Questions with options of no published layout, by the usual names of members.
extension RowShape {
    private static let questionNames = [
        "question", "Question", "problem", "prompt", "query", "question_text", "stem", "ctx", "startphrase", "Problem",
    ]
    private static let contextNames = [
        "context", "passage", "article", "flores_passage", "support", "narrative", "story", "premise", "body", "text",
    ]
    private static let listNames = ["choices", "options", "endings", "Options", "answer_choices", "candidates"]
    private static let memberNames: [[String]] =
        ["option_", "choice_", "answer_", "option", "choice", "answer", "ending", "ans", "op", "sol", "mc_answer", ""]
        .flatMap { prefix in
            [
                ["a", "b", "c", "d", "e"], ["A", "B", "C", "D", "E"], ["0", "1", "2", "3", "4"],
                ["1", "2", "3", "4", "5"],
            ]
            .map { $0.map { prefix + $0 } }
        }
    private static let goldNames = [
        "answer", "answerKey", "answer_index", "answer_idx", "answer_letter", "correct_option", "correct_answer",
        "correct", "gold_index", "label", "target", "gold", "Answer", "ground_truth", "correct_choice", "correct_ans",
    ]
    /// Golds that count from one.
    private static let fromOneNames = ["correct_answer_num", "correct_answer_number"]

    /// The layout of a question with two options or more; nil of a row without.
    static func usualChoice(in row: JSONRow, _ keys: Set<String>) -> RowShape? {
        guard let question = questionNames.first(where: { keys.contains($0) && row[$0]?.stringValue?.isEmpty == false })
        else { return nil }
        var gold = goldNames.first { keys.contains($0) }.map(ChoiceRule.Gold.member)
        if let number = fromOneNames.first(where: keys.contains) { gold = .fromOne(number) }
        guard let gold else { return nil }
        let context = contextNames.filter {
            keys.contains($0) && row[$0]?.stringValue?.isEmpty == false && $0 != question
        }
        var options: (rule: ChoiceRule.Options, name: String)?
        if let name = listNames.first(where: { keys.contains($0) }) {
            options = (.member(name), "'\(name)'")
        } else if let names = memberNames.lazy.map({ $0.prefix(while: keys.contains) }).first(where: { $0.count > 1 }) {
            options = (.members(Array(names)), "'\(names[0])' and so on")
        }
        guard let options else { return nil }
        let rule = ChoiceRule(question: context + [question], options: options.rule, gold: gold)
        // Letters alone are the options of a picture.
        guard let texts = try? rule.optionTexts(of: row), texts.count > 1, texts.contains(where: { $0.count > 1 })
        else {
            return nil
        }
        return RowShape(
            "questions with options in \(options.name), the right one in '\(rule.goldPath)'", [question],
            prompt: .choice(rule), gold: [.letter(rule)],
            remark: "the gold is a letter: the verifier 'choice', or 'math'")
    }
}
