import Experience
import JSON
import Testing

@testable import Rollout

/// Chats with parts, tool calls and tools are sent as they were published.
@Suite struct ChatRequestTests {
    private static let messages =
        #"[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw=="}},{"type":"text","text":"x?"}]},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":"7"}]"#
    private static let tools =
        #"[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}}}}]"#

    @Test(arguments: [ServerKind.vllm, .sglang, .openai, .ollama])
    func bodies(_ server: ServerKind) throws {
        let prompt = Prompt(try JSONValue(parsing: #"{"messages":\#(Self.messages),"tools":\#(Self.tools)}"#.utf8))
        let request = SampleRequest(input: .prompt(prompt), model: "m", sampling: SamplingParameters())
        let body = try JSONValue(parsing: server.dialect(.auto).encode(request).body)
        #expect(body["messages"]?.text == Self.messages)
        #expect(body["tools"]?.text == Self.tools)
        let plain = SampleRequest(
            input: .prompt(.chat([ChatMessage(role: "user", content: "q")])), model: "m", sampling: SamplingParameters()
        )
        let without = try JSONValue(parsing: server.dialect(.auto).encode(plain).body)
        #expect(without["tools"] == nil && without["messages"]?.text == #"[{"role":"user","content":"q"}]"#)
    }
}
