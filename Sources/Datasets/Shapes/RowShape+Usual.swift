import JSON

/// Rows of no published layout, by the usual names of members.
extension RowShape {
    /// The usual names of a prompt, tried in this order.
    ///
    /// Another case and other signs between words are the same name: `GroundTruth`, `ground-truth`.
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
        "answer_value", "gt", "gt_answer", "groundtruth", "standard_answer", "final_ans", "expected", "targets",
        "答案", "标准答案", "参考答案",
    ]
    private static let solutionNames = [
        "solution", "reference_solution", "gold_solution", "solutions", "output", "completion", "response",
    ]
    /// Names that say little alone, and are a prompt beside one of a gold.
    private static let vaguePromptNames = ["content", "task", "text", "inputs", "problem_text", "问题", "题目", "user"]
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
        let members = Members(row)
        let answers = members.all(answerNames + moreAnswerNames)
        var prompts = members.all(promptNames)
        if !answers.isEmpty {
            prompts += members.all(vaguePromptNames)
        } else if row.has("assistant") {
            prompts += members.all(["user"])
        }
        guard let prompt = prompts.first(where: { row[$0].map(isPrompt) == true }) ?? prompts.first else { return nil }
        let isChat = row[prompt].flatMap(Conversation.list) != nil
        // The input of an instruction is no gold, and the output of one may be.
        var golds = answers.map(GoldRule.field)
        golds += members.all(solutionNames + ["assistant"]).map { name in
            .worked(row[name]?.arrayValue == nil ? name : name + ".0")
        }
        if isChat { golds.append(.lastTurn(prompt)) }
        let gold = golds.first.map { "'\($0.path)'" } ?? "no gold"
        // A solution says the answer where the answer is left empty; a completion may be anybody's.
        let solution = members.all(["solution", "reference_solution"]).map(GoldRule.worked)
        return RowShape(
            "rows with '\(prompt)' and \(gold)", [prompt], prompt: rule(of: prompt, in: row),
            gold: Array(golds.prefix(1)) + solution, tools: row.has("tools") ? "tools" : nil)
    }

    /// The members of a row by their names, whatever their case and the signs between their words.
    private struct Members {
        private var keys: [String: String] = [:]

        init(_ row: JSONRow) {
            for key in row.keys.reversed() { keys[Self.plain(key)] = key }
            for key in row.keys { keys[key] = key }
        }

        /// The row's names of these, each once, in their order.
        func all(_ names: [String]) -> [String] {
            var found: [String] = []
            for name in names {
                if let key = keys[name] ?? keys[Self.plain(name)], !found.contains(key) { found.append(key) }
            }
            return found
        }

        private static func plain(_ name: String) -> String {
            name.lowercased().filter { $0.isLetter || $0.isNumber }
        }
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
