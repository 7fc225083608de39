import JSON
import Testing

/// `assay verifier redteam` as a process, over problems of a file.
@Suite struct VerifierRedTeamTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let good = #"{"question": "How many?", "answer": "7", "wrong": ["8", "9"]}"#

    private func attack(_ verifier: String, _ problems: String, _ more: String...) async throws -> AssayProcess.Result {
        let path = try folder.write(problems, to: "problems.jsonl")
        return try await AssayProcess.run(["verifier", "redteam", verifier, "--problems", path] + more)
    }

    @Test func theProblemsOfAFileAreTheOnesAttacked() async throws {
        let once = try await attack("exact", Self.good, "--json")
        let twice = try await attack("exact", Self.good + "\n" + Self.good, "--json")
        #expect(once.code == 0 && twice.code == 0, "\(once.errors)\(twice.errors)")
        func tried(_ result: AssayProcess.Result) throws -> [Int] {
            try JSONValue(parsing: result.output.utf8).arrayValue?.compactMap { $0["tried"]?.intValue } ?? []
        }
        let counts = try tried(once)
        #expect(!counts.isEmpty && counts.allSatisfy { $0 > 0 })
        #expect(try tried(twice) == counts.map { 2 * $0 })
    }

    @Test func problemsThatTheVerifierPaysForNoneOfAreRefused() async throws {
        let result = try await attack("choice", Self.good)
        #expect(result.code == 2 && result.errors.contains("'choice' pays for none of "), "\(result)")
        #expect(result.errors.contains("problems.jsonl; name problems"), "\(result.errors)")
    }

    @Test(arguments: [
        #"{"question": "How many?", "answer": "7", "wrong": ["8"]}"#, #"{"answer": "7", "wrong": ["8", "9"]}"#,
        #"{"question": "How many?", "wrong": ["8", "9"]}"#, "{",
    ])
    func aRowThatIsNoProblemHasItsLine(row: String) async throws {
        let result = try await attack("exact", Self.good + "\n" + row)
        #expect(result.code == 2 && result.errors.contains("problems.jsonl:2: "), "\(result)")
    }
}
