public import JSON

/// Rows of no published layout, by the usual names of members.
extension RowShape {
    /// The usual names of a prompt, tried in this order.
    public static let promptNames = [
        "prompt", "question", "problem", "query", "instruction", "input", "messages", "conversations", "conversation",
        "Prompt", "Question", "Problem", "Input", "problem_statement", "question_text", "user_prompt",
    ]
    /// The usual names of a gold answer, tried in this order.
    public static let answerNames = [
        "answer", "gold", "ground_truth", "expected_answer", "gold_answer", "reference", "label", "target",
    ]
    /// More of them, for rows to be sampled, where no completion can be mistaken for one.
    private static let moreAnswerNames = [
        "answers", "final_answer", "reference_answer", "correct_answer", "target_answer", "ground_truth_answer",
        "ideal", "Answer", "Final Answer", "Final answer", "expected_output", "gold_standard_solution", "golden",
        "golden_answer", "golden_answers", "ans", "output_answer", "true_answer", "answer_text", "answer_number",
    ]
    private static let solutionNames = [
        "solution", "Solution", "reference_solution", "output", "completion", "response", "Response",
    ]
    /// Members that a question is asked of, put before it.
    private static let contextNames = [
        "context", "passage", "body", "Body", "article", "story", "plot", "paragraph", "background", "premise",
        "document", "table",
    ]
    /// Prompts that ask of something.
    private static let questionNames: Set<String> = [
        "question", "Question", "query", "problem", "Problem", "question_text",
    ]

    /// A layout of the usual names that a row has; nil where it has none for a prompt.
    static func usual(in row: JSONRow) -> RowShape? {
        let prompts = promptNames.filter { name in row[name].map(isPrompt) == true }
        guard let prompt = prompts.first ?? promptNames.first(where: { row.has($0) }) else { return nil }
        let isChat = row[prompt].flatMap(Conversation.list) != nil
        // The input of an instruction is no gold, and the output of one may be.
        var golds = (answerNames + moreAnswerNames).filter { row.has($0) }.map(GoldRule.field)
        golds += solutionNames.filter { row.has($0) }.map(GoldRule.worked)
        if isChat { golds.append(.lastTurn(prompt)) }
        let gold = golds.first.map { "'\($0.path)'" } ?? "no gold"
        // A solution says the answer where the answer is left empty; a completion may be anybody's.
        let solution = ["solution", "Solution", "reference_solution"].filter { row.has($0) }.map(GoldRule.worked)
        return RowShape(
            "rows with '\(prompt)' and \(gold)", [prompt], prompt: rule(of: prompt, in: row),
            gold: Array(golds.prefix(1)) + solution, tools: row.has("tools") ? "tools" : nil)
    }

    private static func rule(of prompt: String, in row: JSONRow) -> PromptRule {
        func isText(_ name: String) -> Bool { row[name]?.stringValue?.contains { !$0.isWhitespace } == true }
        if prompt == "instruction", isText("input") { return .joined([prompt, "input"]) }
        guard questionNames.contains(prompt) else { return .field(prompt) }
        let context = contextNames.filter(isText)
        return context.isEmpty ? .field(prompt) : .joined(context + [prompt])
    }

    private static func isPrompt(_ value: JSONValue) -> Bool {
        value.stringValue?.isEmpty == false || Conversation.list(in: value) != nil
    }

    /// Members that could be meant as well as the ones that were taken: a prompt or a gold that says something else.
    func alternatives(in row: JSONRow) -> [RowNote] {
        var notes: [RowNote] = []
        if case .field(let taken) = prompt, Self.promptNames.contains(taken), let value = row[taken],
            name.hasPrefix("rows")
        {
            let other = Self.promptNames.first {
                $0 != taken && row[$0]?.stringValue?.isEmpty == false && row[$0] != value
            }
            if let other, !(taken == "instruction" && other == "input") {
                notes.append(.otherPrompt(taken, than: other))
            }
        }
        guard case .field(let taken)? = golds.first, let gold = golds.first?.gold(of: row) else { return notes }
        let other = (Self.answerNames + Self.moreAnswerNames).first { name in
            guard name != taken, let other = row.string(name), !other.isEmpty else { return false }
            return other != gold && GoldRule.field(name).gold(of: row) != gold
        }
        if let other { notes.append(.otherGold(taken, than: other)) }
        return notes
    }
}
