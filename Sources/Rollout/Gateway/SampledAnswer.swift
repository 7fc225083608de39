internal import Experience
internal import ToolCalls

/// A sampled turn as a client gets it.
struct SampledAnswer {
    var text: String
    var reasoning: String?
    /// What a client can be given.
    var calls: [ToolCall] = []
    /// All of them, for the record.
    var written: [ToolCall] = []

    init(_ completion: Completion, _ read: ModelTurn?) {
        text = completion.text
        guard let read else { return }
        written = read.calls
        reasoning = read.reasoning
        let given = read.calls.map { call in
            var call = call
            call.arguments = call.arguments ?? call.written
            return call
        }
        // A call without a name or without arguments is in no protocol: then the client sees what the model wrote.
        guard given.allSatisfy({ !$0.name.isEmpty && $0.arguments != nil }) else { return }
        calls = given
        if !calls.isEmpty || reasoning != nil { text = read.text.joined(separator: "\n") }
    }
}

extension Observation {
    /// What an agent's program put behind a turn.
    init(_ messages: ArraySlice<AgentMessage>, answering node: ConversationTree.Node) {
        self.init(
            results: messages.filter { $0.role == .tool }.map { message in
                let call = node.calls.first { $0.id == message.callID }
                return ToolResult(
                    to: call ?? ToolCall(id: message.callID, name: message.name, arguments: nil), message.text)
            }, messages: messages.filter { $0.role != .tool }.map(\.chat))
    }
}
