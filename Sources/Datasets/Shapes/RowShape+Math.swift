/// Layouts of mathematical problems.
extension RowShape {
    // A question in one member, its answer in a second or at the end of the one where it is worked out.
    private static func problem(
        _ name: String, _ members: [String], _ signs: [Sign] = [], asks: String, answer: String? = nil,
        worked: String? = nil
    ) -> RowShape {
        RowShape(
            name, members, signs, prompt: .field(asks),
            gold: [answer.map { .field($0) }, worked.map { .worked($0) }].compactMap(\.self))
    }

    static let math: [RowShape] = [
        RowShape(
            "SciBench", ["problem_text", "answer_number"], prompt: .field("problem_text"),
            gold: [.field("answer_number")], remark: "the unit is a member of its own"),
        problem(
            "PHYBench", ["content", "answer", "tag"], asks: "content", answer: "answer", worked: "solution"),
        problem(
            "UGPhysics", ["problem", "answers", "answer_type"], asks: "problem", answer: "answers"),
        problem(
            "MegaScience, TextbookReasoning", ["question", "answer", "reference_answer"], asks: "question",
            answer: "reference_answer", worked: "answer"),
        problem(
            "LILA", ["Input", "Output Answer"], asks: "Input", answer: "Output Answer"),
        problem(
            "SingleEq, AddSub", ["sQuestion", "lSolutions"], asks: "sQuestion", answer: "lSolutions.0"),
        problem(
            "MGSM", ["question", "answer_number"], asks: "question", answer: "answer_number"),
        RowShape(
            "GSM8K", ["question", "answer"], [.holds("answer", "####")], prompt: .field("question"),
            gold: [.hashes("answer")]),
        RowShape(
            "OlympiadBench", ["question", "final_answer", "answer_type"], prompt: .joined(["context", "question"]),
            gold: [.field("final_answer"), .worked("solution.0")],
            images: ["image_1", "image_2", "image_3", "image_4", "image_5"]),
        problem(
            "OlympiadBench", ["question", "final_answer", "is_multiple_answer"], asks: "question",
            answer: "final_answer", worked: "solution.0"),
        problem(
            "DeepMath", ["question", "final_answer"], asks: "question", answer: "final_answer"),
        problem(
            "OpenR1-Math", ["problem", "answer"], [.any(["generations", "correctness_math_verify", "uuid"])],
            asks: "problem", answer: "answer", worked: "solution"),
        RowShape(
            "NuminaMath 1.5", ["problem", "answer"], [.any(["problem_is_valid", "question_type"])],
            prompt: .field("problem"), gold: [.stated("answer", not: ["proof", "notfound"])]),
        problem(
            "Big-Math-RL-Verified", ["problem", "answer"], [.any(["llama8b_solve_rate"])], asks: "problem",
            answer: "answer", worked: "solution"),
        problem(
            "OpenMathReasoning, OpenMathInstruct", ["problem", "expected_answer"], asks: "problem",
            answer: "expected_answer"),
        problem(
            "Omni-MATH", ["problem", "answer", "domain", "difficulty"], asks: "problem", answer: "answer",
            worked: "solution"),
        problem(
            "MATH-500", ["problem", "answer", "subject", "level"], asks: "problem", answer: "answer", worked: "solution"
        ),
        problem(
            "AIME, AMC", ["problem", "answer"], [.any(["url", "year", "contest"])], asks: "problem", answer: "answer",
            worked: "solution"),
        problem(
            "AIME", ["Problem", "Answer"], asks: "Problem", answer: "Answer"),
        problem(
            "AIME", ["Question", "Answer", "Year"], asks: "Question", answer: "Answer"),
        problem(
            "geometry3k", ["problem", "answer", "images"], asks: "problem", answer: "answer"),
        problem(
            "DeepScaleR", ["problem", "answer", "solution"], asks: "problem", answer: "answer", worked: "solution"),
        problem(
            "problem and answer (AceReason-Math)", ["problem", "answer"], asks: "problem", answer: "answer",
            worked: "solution"),
        problem(
            "MATH", ["problem", "solution", "level", "type"], asks: "problem", worked: "solution"),
        problem(
            "NuminaMath", ["problem", "solution", "messages"], asks: "problem", worked: "solution"),
        problem(
            "problem and solution", ["problem", "solution"], asks: "problem", worked: "solution"),
        problem(
            "s1K", ["question", "solution"], [.any(["cot_type", "thinking_trajectories", "attempt"])], asks: "question",
            worked: "solution"),
        problem(
            "LIMO", ["question", "solution", "answer"], asks: "question", answer: "answer"),
        problem(
            "MetaMathQA", ["query", "response"], [.any(["original_question", "type"])], asks: "query",
            worked: "response"),
        RowShape(
            "SVAMP", ["Body", "Question", "Answer"], prompt: .joined(["Body", "Question"]), gold: [.field("Answer")]),
        problem(
            "PRM800K", ["question.problem", "question.ground_truth_answer"], asks: "question.problem",
            answer: "question.ground_truth_answer"),
    ]
}
