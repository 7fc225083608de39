import JSON
import Testing

/// `assay verifier audit` as a process.
@Suite struct VerifierAuditTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let rows = """
        {"id": "1", "response": "\\\\boxed{0.5}", "answer": "1/2", "label": true, "category": "fractions"}
        {"id": "2", "response": "\\\\boxed{7}", "answer": "7", "label": true, "category": "numbers"}
        {"id": "3", "response": "\\\\boxed{8}", "answer": "7", "label": false, "category": "numbers"}
        {"id": "4", "response": "\\\\boxed{9}", "answer": "9", "label": false, "category": "numbers"}
        """

    @Test func twoVerifiersOnTheSameRows() async throws {
        let path = try folder.write(Self.rows, to: "labelled.jsonl")
        let result = try await AssayProcess.run(["verifier", "audit", "math", path, "--against", "exact", "--json"])
        #expect(result.code == 0, "\(result.errors)")
        let runs = try JSONValue(parsing: result.output.utf8).arrayValue ?? []
        try #require(runs.count == 2)
        #expect(runs[0]["verifier"]?.stringValue == "math" && runs[1]["verifier"]?.stringValue == "exact")
        #expect(runs[0]["true_positives"]?.intValue == 2 && runs[0]["false_negatives"]?.intValue == 0)
        #expect(runs[0]["false_positives"]?.intValue == 1 && runs[0]["true_negatives"]?.intValue == 1)
        #expect(runs[0]["misjudged"]?.arrayValue?.map(\.stringValue) == ["4"])
        #expect(runs[0]["categories"]?["fractions"]?["true_positives"]?.intValue == 1)
        // The first has nothing to agree with.
        #expect(runs[0]["agreement_with_first"] == nil)
        #expect(runs[1]["agreement_with_first"]?["both"]?.intValue == 4)
        #expect(runs[1]["agreement_with_first"]?["agreed"]?.intValue == 1, "\(runs[1].text)")
    }
}
