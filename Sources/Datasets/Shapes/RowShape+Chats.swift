/// Layouts of conversations. The last assistant turn is the answer, and is never sent.
extension RowShape {
    /// Where a conversation's gold is: a member of its own before the last turn.
    private static func golds(_ path: String) -> [GoldRule] {
        answerNames.map(GoldRule.field) + [.lastTurn(path)]
    }

    private static func chat(_ name: String, _ path: String, _ members: [String], system: String? = nil) -> RowShape {
        RowShape(
            name, [path] + members, [.chat(path), .without("prompt")], prompt: .field(path), gold: golds(path),
            system: system, tools: "tools", images: ["images", "image"])
    }

    static let chats: [RowShape] = [
        chat("conversations with tools (APIGen, Hermes)", "conversations", ["tools"], system: "system"),
        chat(
            "conversations with a system message (ToolACE, OpenThoughts)", "conversations", ["system"], system: "system"
        ),
        chat("ShareGPT, OpenHermes conversations", "conversations", []),
        chat("messages with tools", "messages", ["tools"]),
        chat("messages (SFT)", "messages", []),
        chat("conversation (LMSYS, WildChat)", "conversation", []),
    ]
}
