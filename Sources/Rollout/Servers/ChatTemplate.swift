/// What names and texts tell of chat templates, where no server does.
public enum ChatTemplate {
    /// Words of a model's name that say it was trained on dialogues.
    private static let dialogue: Set<String> = [
        "instruct", "it", "chat", "sft", "dpo", "rlhf", "rlvr", "assistant", "thinking", "reasoning", "hermes",
        "zephyr",
        "vicuna", "tulu", "coder",
    ]
    /// Beginnings of names whose models are trained on dialogues unless they are called base.
    private static let families = [
        "qwen3", "qwq", "gpt-oss", "gpt-4", "gpt-5", "phi-4", "glm-4.5", "glm-4.6", "deepseek-r1", "deepseek-v3",
        "kimi-k2", "minimax-m2", "magistral", "claude", "gemini",
    ]
    private static let bases: Set<String> = ["base", "pt", "pretrain", "pretrained"]
    /// How templates mark turns.
    private static let marks = [
        "<|im_start|>", "<|start_header_id|>", "<|start|>", "<|user|>", "<|turn", "<start_of_turn>", "[INST]",
        "<｜User｜>", "<|endofprompt|>", "### Instruction:", "<|start_of_role|>", "<|START_OF_TURN_TOKEN|>", "<seed:bos>",
        "]~b]",
    ]

    /// Whether a model's name says that it was trained on dialogues: `Qwen2.5-7B-Instruct`, `gemma-3-4b-it`, not `…-Base`.
    public static func isExpected(by model: String) -> Bool {
        let name = (model.split(separator: "/").last.map(String.init) ?? model).lowercased()
        let words = Set(name.split { !$0.isLetter && !$0.isNumber }.map(String.init))
        if !words.isDisjoint(with: bases) { return false }
        return !words.isDisjoint(with: dialogue) || families.contains { name.hasPrefix($0) }
    }

    /// Whether a text has a template's marks already.
    public static func isApplied(in text: String) -> Bool { marks.contains { text.contains($0) } }
}
