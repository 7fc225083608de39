/// Layouts of multiple choice: the options go behind the question, the gold is a letter.
extension RowShape {
    private static let remark = "the gold is a letter: the verifier 'choice', or 'math'"

    private static func choice(
        _ name: String, _ members: [String], _ rule: ChoiceRule, signs: [Sign] = [],
        images: [String] = RowShape.usualImages
    ) -> RowShape {
        RowShape(
            name, members, signs, prompt: .choice(rule), gold: [.letter(rule)], images: images, remark: remark)
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
            "MMLU-Pro", ["question", "options", "answer", "answer_index"],
            rule("question", options: "options", gold: "answer", style: .stepByStep), signs: [.list("options")]),
        choice(
            "GPQA", ["Question", "Correct Answer", "Incorrect Answer 1"],
            ChoiceRule(
                question: ["Question"],
                options: .rightFirst([
                    "Correct Answer", "Incorrect Answer 1", "Incorrect Answer 2", "Incorrect Answer 3",
                ]),
                gold: .first, style: .gpqa)),
        choice(
            "ScienceQA", ["question", "choices", "answer", "hint"],
            rule("hint", "question", options: "choices", gold: "answer"), signs: [.list("choices")], images: ["image"]),
        choice(
            "MMLU", ["question", "choices", "answer"], rule("question", options: "choices", gold: "answer"),
            signs: [.list("choices")], images: ["image"]),
        choice(
            "ARC, CommonsenseQA", ["question", "choices", "answerKey"],
            rule("question", options: "choices", gold: "answerKey")),
        choice(
            "OpenBookQA", ["question_stem", "choices", "answerKey"],
            rule("question_stem", options: "choices", gold: "answerKey")),
        choice(
            "RACE", ["article", "question", "options", "answer"],
            rule("article", "question", options: "options", gold: "answer")),
        choice(
            "MedQA", ["question", "options", "answer_idx"], rule("question", options: "options", gold: "answer_idx")),
        choice(
            "MedMCQA", ["question", "opa", "opb", "opc", "opd", "cop"],
            ChoiceRule(question: ["question"], options: .members(["opa", "opb", "opc", "opd"]), gold: .member("cop"))),
        choice("AQuA-RAT", ["question", "options", "correct"], rule("question", options: "options", gold: "correct")),
        choice("MathQA", ["Problem", "options", "correct"], rule("Problem", options: "options", gold: "correct")),
        choice(
            "SuperGPQA", ["question", "options", "answer", "answer_letter"],
            rule("question", options: "options", gold: "answer_letter")),
        choice(
            "CMMLU", ["Question", "A", "B", "C", "D", "Answer"],
            ChoiceRule(question: ["Question"], options: .members(["A", "B", "C", "D"]), gold: .member("Answer"))),
        choice(
            "C-Eval", ["question", "A", "B", "C", "D", "answer"],
            ChoiceRule(question: ["question"], options: .members(["A", "B", "C", "D"]), gold: .member("answer"))),
        choice(
            "MuSR", ["narrative", "question", "choices", "answer_index"],
            rule("narrative", "question", options: "choices", gold: "answer_index")),
        choice(
            "PIQA", ["goal", "sol1", "sol2", "label"],
            ChoiceRule(question: ["goal"], options: .members(["sol1", "sol2"]), gold: .member("label"))),
        choice(
            "Social IQa", ["context", "question", "answerA", "answerB", "answerC", "label"],
            ChoiceRule(
                question: ["context", "question"], options: .members(["answerA", "answerB", "answerC"]),
                gold: .fromOne("label"))),
        choice("HellaSwag", ["ctx", "endings", "label"], rule("ctx", options: "endings", gold: "label")),
        choice(
            "SciQ", ["question", "correct_answer", "distractor1", "distractor2", "distractor3"],
            ChoiceRule(
                question: ["support", "question"],
                options: .rightFirst(["correct_answer", "distractor1", "distractor2", "distractor3"]), gold: .first)),
        choice(
            "LogiQA", ["context", "query", "options", "correct_option"],
            rule("context", "query", options: "options", gold: "correct_option")),
        choice(
            "LSAT (AGIEval)", ["passage", "question", "options", "label"],
            rule("passage", "question", options: "options", gold: "label")),
        choice(
            "WinoGrande", ["sentence", "option1", "option2", "answer"],
            ChoiceRule(question: ["sentence"], options: .members(["option1", "option2"]), gold: .fromOne("answer"))),
        choice(
            "MMMU", ["question", "options", "answer", "question_type", "image_1"],
            rule("question", options: "options", gold: "answer"),
            signs: [.begins("question_type", ["multiple-choice"])],
            images: ["image_1", "image_2", "image_3", "image_4", "image_5", "image_6", "image_7"]),
        choice(
            "AI2D and questions with 'options'", ["question", "options", "answer"],
            rule("question", options: "options", gold: "answer"), signs: [.list("options")],
            images: ["image", "images"]),
        choice(
            "questions with an object of 'options'", ["question", "options", "answer"],
            rule("question", options: "options", gold: "answer"), signs: [.object("options")],
            images: ["image", "images"]),
    ]
}
