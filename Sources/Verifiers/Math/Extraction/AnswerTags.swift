/// Elements that hold an answer, as prompts and vendors ask for them.
enum AnswerTags {
    /// Opening and closing marks, the likely ones first; a stop string often leaves no closing one.
    static let all: [(open: StaticString, close: StaticString)] = [
        ("<answer>", "</answer>"), ("<final_answer>", "</final_answer>"), ("<result>", "</result>"),
        ("<solution>", "</solution>"), ("[ANSWER]", "[/ANSWER]"), ("<|begin_of_box|>", "<|"),
        ("<｜begin▁of▁answer｜>", "<｜"), ("<|begin_of_answer|>", "<|"),
    ]
}
