import Foundation
import JSON
import Testing

/// `assay verify --verifier code` as its users call it: rows that hold their tests and no gold answer.
@Suite struct VerifyCodeTests {
    let folder: TemporaryFolder
    let input: String

    init() throws {
        folder = try TemporaryFolder()
        let rows = [
            #"{"id": "a", "format": "stdin", "tests": [{"input": "2\n", "output": "4\n"}], "solution": "print(int(input()) ** 2)"}"#,
            #"{"id": "b", "format": "functional", "entry_point": "f", "tests": [{"args": [2], "expected": 4}], "#
                + #""solution": "def f(x): return x"}"#,
        ]
        input = try folder.write(rows.joined(separator: "\n") + "\n", to: "in.jsonl")
    }

    private func verdicts(_ arguments: [String]) async throws -> [JSONValue] {
        let result = try await AssayProcess.run(
            ["verify", input, "--verifier", "code", "--response-field", "solution", "--quiet"] + arguments)
        #expect(result.code == 0, "\(result.errors)")
        return try result.output.split(separator: "\n").compactMap { try JSONValue(parsing: $0.utf8)["verdict"] }
    }

    /// What `assay doctor` says of the sandbox: one check, by name.
    private func sandbox() async throws -> JSONValue? {
        let result = try await AssayProcess.run(["doctor", "--json"])
        return try JSONValue(parsing: result.output.utf8)["checks"]?.arrayValue?.first {
            $0["name"]?.stringValue == "sandbox"
        }
    }

    @Test func verdictsCarryTheIsolationThatTheDoctorShows() async throws {
        let sandbox = try #require(try await sandbox())
        let verdicts = try await verdicts([])
        #expect(verdicts.count == 2)
        if sandbox["state"]?.stringValue == "ok" {
            #expect(sandbox["detail"]?.stringValue?.hasPrefix("isolation user") == true)
            #expect(verdicts.map { $0["outcome"]?.stringValue } == ["correct", "incorrect"])
            #expect(verdicts.allSatisfy { $0["details"]?["isolation"]?.stringValue == "user" })
        } else {
            // Refused, with the reason and the remedy, and no score.
            #expect(sandbox["detail"]?.stringValue?.contains("to do:") == true)
            #expect(verdicts.allSatisfy { $0["score"]?.isNull == true })
        }
    }

    @Test func withoutASandboxOnlyWhenAsked() async throws {
        let verdicts = try await verdicts(["--unsafe-no-sandbox"])
        // Without Python there is nothing to run, contained or not.
        if verdicts.first?["reason"]?.stringValue == "missingToolchain" { return }
        #expect(verdicts.map { $0["outcome"]?.stringValue } == ["correct", "incorrect"])
        #expect(verdicts.allSatisfy { $0["details"]?["isolation"]?.stringValue == "none" })
        let other = try await AssayProcess.run(["verify", input, "--verifier", "exact", "--unsafe-no-sandbox"])
        #expect(other.code == 2)
    }
}
