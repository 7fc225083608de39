import Datasets
import Experience
import Foundation
import JSON
import Testing
import Verifiers

@Suite struct RowVerificationTests {
    private static func response(_ json: String) throws -> String {
        let verification = RowVerification(
            verifier: try VerifierRegistry.standard.make("exact"), mapping: RowMapping(), jobs: 1)
        let row = try JSONRow(checking: Array("{\"response\": \(json), \"answer\": \"x\"}".utf8))
        let mapping = try RowMapping().resolved(by: row, needsAnswer: true, path: "in.jsonl", line: 7)
        return try verification.item(from: row, mapping: mapping, path: "in.jsonl", line: 7).item.completion.text
    }

    @Test(arguments: [
        (#""so 42""#, "so 42"), ("null", ""), ("42", "42"), ("true", "true"), (#""[1, 2]""#, "[1, 2]"),
        (#""{\"role\": 1}""#, #"{"role": 1}"#),
        (#"[{"role": "user", "content": "?"}, {"role": "assistant", "content": "42"}]"#, "42"),
        (
            #"[{"role": "assistant", "content": "41"}, {"role": "tool", "content": "9"}, {"role": "assistant", "content": "42"}]"#,
            "42"
        ),
        (#"[{"role": "assistant", "content": [{"type": "text", "text": "4"}, {"type": "text", "text": "2"}]}]"#, "42"),
        (#"[{"role": "assistant", "content": null, "tool_calls": []}]"#, ""), (#"[{"role": "assistant"}]"#, ""),
        (#"[{"role": "assistant", "content": "42"}, {"role": "user", "content": "thanks"}]"#, "42"),
    ])
    func completions(json: String, text: String) throws { #expect(try Self.response(json) == text) }

    @Test(arguments: [
        (#"["42"]"#, "'response' is a list that is no chat"), ("[]", "'response' is a list that is no chat"),
        (#"[{"content": "42"}]"#, "is a list that is no chat"),
        (#"[{"role": "assistant", "content": "42"}, 3]"#, "no chat"),
        (#"{"text": "42"}"#, "'response' is an object that is no chat"),
        (#"[{"role": "user", "content": "42"}]"#, "no message of the role 'assistant'"),
        (#"[{"role": "assistant", "content": 42}]"#, "'content' that is neither"),
        (#"[{"role": "assistant", "content": {"text": "42"}}]"#, "'content' that is neither"),
    ])
    func whatIsNoCompletion(json: String, words: String) {
        let error = #expect(throws: DatasetError.self) { try Self.response(json) }
        #expect(error?.description.hasPrefix("in.jsonl:7: ") == true)
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("\n") == false)
    }

    @Test func aCancelledVerificationWritesNoRows() async throws {
        let path = NSTemporaryDirectory() + "rows-\(UUID().uuidString)"
        defer { for name in [path, path + ".out"] { try? FileManager.default.removeItem(atPath: name) } }
        let row = #"{"response": "1", "answer": "1"}"# + "\n"
        try Data(String(repeating: row, count: 100).utf8).write(to: URL(fileURLWithPath: path))
        let verification = RowVerification(
            verifier: try VerifierRegistry.standard.make("exact"), mapping: RowMapping(), jobs: 2)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            let writer = try LineWriter(OutputFile(path + ".out", kind: .verdicts, force: true))
            return try await verification.run(from: RowReader(path: path), to: writer) { _ in }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(!FileManager.default.fileExists(atPath: path + ".out"))
    }
}
