/// Layouts of questions with answers, some with a text or a picture to answer from.
extension RowShape {
    static let questions: [RowShape] = [
        RowShape(
            "HLE", ["question", "answer", "answer_type", "image"], prompt: .field("question"), gold: [.field("answer")],
            images: ["image"], remark: "options of a multiple choice are in the question, its gold is a letter"),
        RowShape(
            "BoolQ", ["question", "passage", "answer"], [.truth("answer")], prompt: .joined(["passage", "question"]),
            gold: [.truth("answer")]),
        RowShape(
            "StrategyQA", ["question", "answer"], [.truth("answer")], prompt: .field("question"),
            gold: [.truth("answer")]),
        RowShape(
            "TruthfulQA", ["question", "best_answer", "correct_answers"], prompt: .field("question"),
            gold: [.field("correct_answers")], remark: "several golds, any of which is right"),
        RowShape(
            "LongBench", ["context", "input", "answers"], prompt: .joined(["context", "input"]),
            gold: [.field("answers")],
            remark: "several golds, any of which is right"),
        RowShape(
            "TriviaQA", ["question", "answer.aliases"], prompt: .field("question"),
            gold: [.field("answer.aliases"), .field("answer.value")],
            remark: "several golds, any of which is right"),
        RowShape(
            "SQuAD", ["context", "question", "answers.text"], prompt: .joined(["context", "question"]),
            gold: [.field("answers.text")], remark: "several golds, any of which is right"),
        RowShape(
            "DROP", ["passage", "question", "answers_spans.spans"], prompt: .joined(["passage", "question"]),
            gold: [.field("answers_spans.spans")]),
        RowShape(
            "ChartQA", ["image", "query", "label"], prompt: .field("query"), gold: [.field("label")], images: ["image"]),
        RowShape(
            "VQA", ["image", "question", "multiple_choice_answer"], prompt: .field("question"),
            gold: [.field("multiple_choice_answer")], images: ["image"]),
        RowShape(
            "TextVQA, DocVQA", ["image", "question", "answers"], prompt: .field("question"), gold: [.field("answers")],
            images: ["image"], remark: "several golds, any of which is right"),
        RowShape(
            "questions with images", ["question", "answer"], [.any(["image", "images"])], prompt: .field("question"),
            gold: [.field("answer")], images: ["image", "images"]),
        RowShape(
            "PopQA", ["question", "possible_answers"], prompt: .field("question"), gold: [.field("possible_answers")],
            remark: "several golds, any of which is right"),
        RowShape(
            "Search-R1 corpora", ["question", "golden_answers"], prompt: .field("question"),
            gold: [.field("golden_answers")],
            remark: "several golds, any of which is right"),
        RowShape("BBH", ["input", "target"], prompt: .field("input"), gold: [.field("target")]),
    ]
}
