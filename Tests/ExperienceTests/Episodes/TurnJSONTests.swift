import Experience
import JSON
import Testing

/// Turns and observations as the journal keeps them.
@Suite struct TurnJSONTests {
    private static let observation = Observation(
        results: [
            ToolResult(to: ToolCall(id: "call_0", name: "search", arguments: [:]), "found", outcome: .ok)
        ], messages: [ChatMessage(role: "user", content: "go on")], reward: 0.5, progress: 0.25, isDone: true,
        stateHash: 255)

    @Test func whatIsKeptIsReadAgain() {
        #expect(Observation(Self.observation.json) == Self.observation)
        #expect(Observation(Observation().json) == Observation())
    }

    @Test(arguments: ["id", "name", "text", "outcome"])
    func aResultThatLacksAMemberIsNoObservation(member: String) throws {
        let text = Self.observation.json.text.replacing("\"\(member)\":", with: "\"other\":")
        #expect(Observation(try JSONValue(parsing: text.utf8)) == nil)
    }
}
