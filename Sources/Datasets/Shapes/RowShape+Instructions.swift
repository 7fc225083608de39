/// Layouts of instructions with published responses, and of calls of tools.
extension RowShape {
    static let instructions: [RowShape] = [
        RowShape(
            "xLAM function calling", ["query", "answers", "tools"], prompt: .field("query"), gold: [.field("answers")],
            tools: "tools"),
        RowShape(
            "BFCL", ["question.0", "function"], [.chat("question.0")], prompt: .field("question.0"),
            gold: [.field("ground_truth")], tools: "function"),
        RowShape(
            "Arena-Hard", ["question_id", "turns.0.content"], prompt: .field("turns.0.content"),
            remark: "states no gold; a judge can read the row"),
        RowShape(
            "MT-Bench", ["question_id", "turns.0"], prompt: .field("turns.0"), gold: [.field("reference.0")],
            remark: "the first turn is asked; later ones are not"),
        RowShape(
            "Alpaca", ["instruction", "input", "output"], prompt: .joined(["instruction", "input"]),
            gold: [.field("answer"), .field("output")]),
        RowShape(
            "Dolly", ["instruction", "context", "response"], prompt: .joined(["instruction", "context"]),
            gold: [.field("response")]),
        RowShape(
            "OpenOrca", ["system_prompt", "question", "response"], prompt: .field("question"),
            gold: [.field("response")], system: "system_prompt"),
        RowShape(
            "HelpSteer", ["prompt", "response", "helpfulness"], prompt: .field("prompt"),
            remark: "states no gold; a judge can read the row"),
        RowShape(
            "UltraFeedback", ["instruction", "completions"], prompt: .field("instruction"),
            remark: "states no gold; a judge can read the row"),
        RowShape(
            "preferences (TRL)", ["prompt", "chosen", "rejected"], prompt: .field("prompt"),
            remark: "states no gold; a judge can read the row"),
        RowShape(
            "preferences without a prompt (TRL)", ["chosen", "rejected"], [.chat("chosen")], prompt: .field("chosen"),
            remark: "states no gold; a judge can read the row"),
        RowShape(
            "prompt and completion (TRL)", ["prompt", "completion"], [.without("answer")], prompt: .field("prompt"),
            gold: [.lastTurn("completion"), .worked("completion")], tools: "tools", images: ["images", "image"]),
        RowShape(
            "prompt and completion (TRL)", ["prompt", "completion", "answer"], prompt: .field("prompt"),
            gold: [.field("answer"), .lastTurn("completion")], tools: "tools", images: ["images", "image"]),
        RowShape(
            "prompt and solution (TRL)", ["prompt", "solution"], [.without("answer")], prompt: .field("prompt"),
            gold: [.worked("solution")], tools: "tools", images: ["images", "image"]),
    ]
}
