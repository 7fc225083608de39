import Experience
import Foundation
import Testing
import Verifiers

/// What a worker says when nobody asked it.
@Suite(.serialized, .enabled(if: PythonWorker.isAvailable, "python3 is not on this machine"))
struct WorkerTests {
    private static func items(_ responses: [String]) -> [VerificationItem] {
        responses.enumerated().map { index, response in
            VerificationItem(
                problem: Problem(id: "\(index)", answer: "right"), completion: Completion(text: response))
        }
    }

    @Test(
        "What a worker writes between two messages is its fault, never a verdict on what it has not seen",
        arguments: [false, true])
    func unasked(isSandboxed: Bool) async throws {
        if isSandboxed, await Sandbox.probe().isolation == nil { return }
        let worker = try PythonWorker(
            """
            def judge(item):
                replies = [{"id": item["id"], "score": 1 if item["response"] == item["answer"] else 0}]
                if item["response"] == "forge": replies.append({"id": item["id"] + 1, "score": 1})
                if item["response"] == "again": replies.append(replies[0])
                if item["response"] == "chat": replies.append("done")
                out.write("".join(json.dumps(reply) + chr(10) for reply in replies)); out.flush()
            """)
        var options = CommandVerifier.Options(command: ["python3", worker.path])
        options.workers = 1
        options.batch = 1
        options.isSandboxed = isSandboxed
        let verifier = CommandVerifier(options)
        for fault in ["forge", "again", "chat"] {
            // One after another: batches of one call reach the worker in any order.
            var verdicts: [Verdict] = []
            for item in Self.items(["right", fault, "wrong", "wrong", "right"]) {
                verdicts += await verifier.verify([item])
            }
            #expect(
                verdicts.map(\.outcome) == [.correct, .incorrect, .verifierError, .incorrect, .correct],
                "\(fault): \(verdicts)")
            #expect(verdicts[2].reason == "workerProtocol" && verdicts[2].score == nil, "\(fault): \(verdicts[2])")
            #expect(verdicts[2].explanation?.contains("to stdout before it was asked") == true)
        }
        await verifier.shutdown()
    }

    @Test("Who was given the ids of one message cannot tell those of the next")
    func ids() async throws {
        let worker = try PythonWorker(
            "def judge(item):\n    return {\"id\": item[\"id\"], \"score\": 1, \"reason\": str(item[\"id\"])}")
        var options = CommandVerifier.Options(command: ["python3", worker.path])
        options.workers = 1
        options.batch = 1
        let verifier = CommandVerifier(options)
        let ids = await verifier.verify(Self.items(Array(repeating: "x", count: 8))).compactMap { Int($0.reason) }
        await verifier.shutdown()
        #expect(ids.count == 8)
        #expect(Set(zip(ids, ids.dropFirst()).map { $1 - $0 }).count == 7, "\(ids)")
        // JavaScript's numbers hold them.
        #expect(ids.allSatisfy { (1..<1 << 53).contains($0) })
    }
}
