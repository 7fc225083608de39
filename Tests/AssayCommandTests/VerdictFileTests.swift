import JSON
import Testing

/// `assay report` over rows with verdicts, as a process.
@Suite struct VerdictFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func row(_ response: String, _ outcome: String, _ score: Int) -> String {
        #"{"id": "a", "response": "\#(response)", "verdict": {"outcome": "\#(outcome)", "score": \#(score), "reason": "equal", "verifier": "math", "version": "7"}}"#
    }

    @Test("A row that stands there twice counts once, but for responses that are short enough to be sampled twice")
    func copiesCountOnce() async throws {
        let long = "a response that nobody samples twice, word for word"
        let path = try folder.write(
            [
                Self.row(long, "correct", 1), Self.row("7", "incorrect", 0), Self.row(long, "correct", 1),
                Self.row("7", "incorrect", 0), Self.row(long, "correct", 1),
            ].joined(separator: "\n"), to: "verdicts.jsonl")
        let result = try await AssayProcess.run(["report", path, "--json"])
        let json = try JSONValue(parsing: result.output.utf8)
        #expect(json["overall"]?["completions"]?.intValue == 3 && json["overall"]?["correct"]?.intValue == 1)
        let notes = json["notes"]?.arrayValue?.compactMap(\.stringValue) ?? []
        #expect(notes.contains { $0.hasPrefix("2 rows are copies") && $0.contains("line 3") }, "\(notes)")
    }

    @Test(
        "A response is short as long as it has fewer than 32 bytes",
        arguments: [(31, 2, nil), (32, 1, "1 row is a copy")] as [(Int, Int, String?)])
    func shortestCopy(bytes: Int, completions: Int, note: String?) async throws {
        let row = Self.row(String(repeating: "a", count: bytes), "correct", 1)
        let path = try folder.write(row + "\n" + row, to: "verdicts.jsonl")
        let result = try await AssayProcess.run(["report", path, "--json"])
        let json = try JSONValue(parsing: result.output.utf8)
        #expect(json["overall"]?["completions"]?.intValue == completions)
        let notes = (json["notes"]?.arrayValue ?? []).compactMap(\.stringValue).filter { $0.contains(" cop") }
        #expect(notes.count == (note == nil ? 0 : 1) && notes.allSatisfy { $0.hasPrefix(note ?? "") }, "\(notes)")
    }
}
