import Experience
import Foundation
import JSON
import Testing
import Verifiers

/// Third-party data beside the checkout; absent in a bare clone.
enum Shared {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared")

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    static func rows(_ path: String) throws -> [JSONValue] {
        let bytes = [UInt8](try Data(contentsOf: root.appending(path: path)))
        return try bytes.split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: Array($0)) }
    }
}

@Suite struct GSM8KTests {
    static let path = "data/gsm8k_model_solutions.jsonl"

    @Test(.enabled(if: Shared.exists(path), "../shared is absent"))
    func publishedVerdictsReproduce() async throws {
        var right: [String: Int] = [:]
        let verifier = MathVerifier()
        for row in try Shared.rows(Self.path) {
            let problem = Problem(id: row["problem_id"]?.stringValue ?? "", answer: row["answer"]?.stringValue)
            let completion = Completion(text: row["response"]?.stringValue ?? "")
            let verdict = await verifier.verify(VerificationItem(problem: problem, completion: completion))
            #expect((verdict.outcome == .correct) == (row["peer_correct"]?.boolValue ?? false), "\(problem.id)")
            if verdict.outcome == .correct { right[row["model"]?.stringValue ?? "", default: 0] += 1 }
        }
        #expect(
            right == [
                "6b_finetuning": 286, "6b_verification": 515, "175b_finetuning": 458, "175b_verification": 742,
            ])
    }
}
