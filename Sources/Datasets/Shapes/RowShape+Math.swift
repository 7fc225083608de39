/// Layouts of mathematical problems.
extension RowShape {
    static let math: [RowShape] = [
        RowShape(
            "SciBench", ["problem_text", "answer_number"], prompt: .field("problem_text"),
            gold: [.field("answer_number")], remark: "the unit is a member of its own"),
        RowShape(
            "PHYBench", ["content", "answer", "tag"], prompt: .field("content"),
            gold: [.field("answer"), .worked("solution")]),
        RowShape(
            "UGPhysics", ["problem", "answers", "answer_type"], prompt: .field("problem"), gold: [.field("answers")]),
        RowShape(
            "MegaScience, TextbookReasoning", ["question", "answer", "reference_answer"], prompt: .field("question"),
            gold: [.field("reference_answer"), .worked("answer")]),
        RowShape(
            "LILA", ["Input", "Output Answer"], prompt: .field("Input"), gold: [.field("Output Answer")]),
        RowShape(
            "SingleEq, AddSub", ["sQuestion", "lSolutions"], prompt: .field("sQuestion"),
            gold: [.field("lSolutions.0")]),
        RowShape(
            "MGSM", ["question", "answer_number"], prompt: .field("question"), gold: [.field("answer_number")]),
        RowShape(
            "GSM8K", ["question", "answer"], [.holds("answer", "####")], prompt: .field("question"),
            gold: [.hashes("answer")]),
        RowShape(
            "OlympiadBench", ["question", "final_answer", "answer_type"], prompt: .joined(["context", "question"]),
            gold: [.field("final_answer"), .worked("solution.0")],
            images: ["image_1", "image_2", "image_3", "image_4", "image_5"]),
        RowShape(
            "OlympiadBench", ["question", "final_answer", "is_multiple_answer"], prompt: .field("question"),
            gold: [.field("final_answer"), .worked("solution.0")]),
        RowShape(
            "DeepMath", ["question", "final_answer"], prompt: .field("question"), gold: [.field("final_answer")]),
        RowShape(
            "OpenR1-Math", ["problem", "answer"], [.any(["generations", "correctness_math_verify", "uuid"])],
            prompt: .field("problem"), gold: [.field("answer"), .worked("solution")]),
        RowShape(
            "NuminaMath 1.5", ["problem", "answer"], [.any(["problem_is_valid", "question_type"])],
            prompt: .field("problem"), gold: [.stated("answer", not: ["proof", "notfound"])]),
        RowShape(
            "Big-Math-RL-Verified", ["problem", "answer"], [.any(["llama8b_solve_rate"])], prompt: .field("problem"),
            gold: [.field("answer"), .worked("solution")]),
        RowShape(
            "OpenMathReasoning, OpenMathInstruct", ["problem", "expected_answer"], prompt: .field("problem"),
            gold: [.field("expected_answer")]),
        RowShape(
            "Omni-MATH", ["problem", "answer", "domain", "difficulty"], prompt: .field("problem"),
            gold: [.field("answer"), .worked("solution")]),
        RowShape(
            "MATH-500", ["problem", "answer", "subject", "level"], prompt: .field("problem"),
            gold: [.field("answer"), .worked("solution")]),
        RowShape(
            "AIME, AMC", ["problem", "answer"], [.any(["url", "year", "contest"])], prompt: .field("problem"),
            gold: [.field("answer"), .worked("solution")]),
        RowShape("AIME", ["Problem", "Answer"], prompt: .field("Problem"), gold: [.field("Answer")]),
        RowShape("AIME", ["Question", "Answer", "Year"], prompt: .field("Question"), gold: [.field("Answer")]),
        RowShape(
            "geometry3k", ["problem", "answer", "images"], prompt: .field("problem"), gold: [.field("answer")]),
        RowShape(
            "DeepScaleR", ["problem", "answer", "solution"], prompt: .field("problem"),
            gold: [.field("answer"), .worked("solution")]),
        RowShape(
            "problem and answer (AceReason-Math)", ["problem", "answer"], prompt: .field("problem"),
            gold: [.field("answer"), .worked("solution")]),
        RowShape(
            "MATH", ["problem", "solution", "level", "type"], prompt: .field("problem"), gold: [.worked("solution")]),
        RowShape(
            "NuminaMath", ["problem", "solution", "messages"], prompt: .field("problem"), gold: [.worked("solution")]),
        RowShape(
            "problem and solution", ["problem", "solution"], prompt: .field("problem"), gold: [.worked("solution")]),
        RowShape(
            "s1K", ["question", "solution"], [.any(["cot_type", "thinking_trajectories", "attempt"])],
            prompt: .field("question"), gold: [.worked("solution")]),
        RowShape(
            "LIMO", ["question", "solution", "answer"], prompt: .field("question"), gold: [.field("answer")]),
        RowShape(
            "MetaMathQA", ["query", "response"], [.any(["original_question", "type"])], prompt: .field("query"),
            gold: [.worked("response")]),
        RowShape(
            "SVAMP", ["Body", "Question", "Answer"], prompt: .joined(["Body", "Question"]), gold: [.field("Answer")]),
        RowShape(
            "PRM800K", ["question.problem", "question.ground_truth_answer"], prompt: .field("question.problem"),
            gold: [.field("question.ground_truth_answer")]),
    ]
}
