/// Layouts of multiple choice: the options go behind the question, the gold is a letter.
extension RowShape {
    private static let remark = "the gold is a letter: the verifier 'choice', or 'math'"

    /// Rows that have what `rule` names, where no other `members` are said.
    private static func choice(
        _ name: String, _ rule: ChoiceRule, members: [String]? = nil, signs: [Sign] = [],
        images: [String] = RowShape.usualImages
    ) -> RowShape {
        RowShape(
            name, members ?? rule.members, signs, prompt: .choice(rule), gold: [.letter(rule)], images: images,
            remark: remark)
    }

    private static func rule(
        _ question: String..., options: String, gold: String, style: ChoiceRule.Style = .answer
    ) -> ChoiceRule {
        ChoiceRule(question: question, options: .member(options), gold: .member(gold), style: style)
    }

    static let choices: [RowShape] = [
        RowShape(
            "MathVista", ["query", "answer", "decoded_image"], prompt: .field("query"), gold: [.field("answer")],
            images: ["decoded_image"], remark: "'query' holds the choices, and asks as MathVista's evaluation does"),
        choice(
            "MMLU-Pro", rule("question", options: "options", gold: "answer", style: .stepByStep),
            members: ["question", "options", "answer", "answer_index"], signs: [.list("options")]),
        choice(
            "GPQA",
            ChoiceRule(
                question: ["Question"],
                options: .rightFirst([
                    "Correct Answer", "Incorrect Answer 1", "Incorrect Answer 2", "Incorrect Answer 3",
                ]),
                gold: .first, style: .gpqa), members: ["Question", "Correct Answer", "Incorrect Answer 1"]),
        choice(
            "ScienceQA", rule("hint", "question", options: "choices", gold: "answer"), signs: [.list("choices")],
            images: ["image"]),
        choice(
            "MMLU", rule("question", options: "choices", gold: "answer"),
            signs: [.list("choices")], images: ["image"]),
        choice("ARC, CommonsenseQA", rule("question", options: "choices", gold: "answerKey")),
        choice("OpenBookQA", rule("question_stem", options: "choices", gold: "answerKey")),
        choice("RACE", rule("article", "question", options: "options", gold: "answer")),
        choice("MedQA", rule("question", options: "options", gold: "answer_idx")),
        choice(
            "MedMCQA",
            ChoiceRule(question: ["question"], options: .members(["opa", "opb", "opc", "opd"]), gold: .member("cop"))),
        choice("AQuA-RAT", rule("question", options: "options", gold: "correct")),
        choice("MathQA", rule("Problem", options: "options", gold: "correct")),
        choice(
            "SuperGPQA", rule("question", options: "options", gold: "answer_letter"),
            members: ["question", "options", "answer", "answer_letter"]),
        choice(
            "CMMLU",
            ChoiceRule(question: ["Question"], options: .members(["A", "B", "C", "D"]), gold: .member("Answer"))),
        choice(
            "C-Eval",
            ChoiceRule(question: ["question"], options: .members(["A", "B", "C", "D"]), gold: .member("answer"))),
        choice("MuSR", rule("narrative", "question", options: "choices", gold: "answer_index")),
        choice("PIQA", ChoiceRule(question: ["goal"], options: .members(["sol1", "sol2"]), gold: .member("label"))),
        choice(
            "Social IQa",
            ChoiceRule(
                question: ["context", "question"], options: .members(["answerA", "answerB", "answerC"]),
                gold: .fromOne("label"))),
        choice("HellaSwag", rule("ctx", options: "endings", gold: "label")),
        choice(
            "SciQ",
            ChoiceRule(
                question: ["support", "question"],
                options: .rightFirst(["correct_answer", "distractor1", "distractor2", "distractor3"]), gold: .first),
            members: ["question", "correct_answer", "distractor1", "distractor2", "distractor3"]),
        choice("LogiQA", rule("context", "query", options: "options", gold: "correct_option")),
        choice("LSAT (AGIEval)", rule("passage", "question", options: "options", gold: "label")),
        choice(
            "WinoGrande",
            ChoiceRule(question: ["sentence"], options: .members(["option1", "option2"]), gold: .fromOne("answer"))),
        choice(
            "MMMU", rule("question", options: "options", gold: "answer"),
            members: ["question", "options", "answer", "question_type", "image_1"],
            signs: [.begins("question_type", ["multiple-choice"])],
            images: ["image_1", "image_2", "image_3", "image_4", "image_5", "image_6", "image_7"]),
        choice(
            "AI2D and questions with 'options'", rule("question", options: "options", gold: "answer"),
            signs: [.list("options")],
            images: ["image", "images"]),
        choice(
            "questions with an object of 'options'", rule("question", options: "options", gold: "answer"),
            signs: [.object("options")],
            images: ["image", "images"]),
    ]
}
