import Experience
import Foundation
import JSON
import Testing
import Verifiers

/// python/assay/verifier.py: the reward functions people have, unchanged.
@Suite(.serialized, .enabled(if: PythonWorker.isAvailable, "python3 is not on this machine"))
struct PythonDecoratorTests {
    private static func judge(_ function: String, _ responses: [String]) async throws -> [Verdict] {
        let path = NSTemporaryDirectory() + "assay-decorated-\(UUID().uuidString).py"
        defer { try? FileManager.default.removeItem(atPath: path) }
        // The module is loaded by its path: the package around it may need what is not installed here.
        let module = #filePath.components(separatedBy: "/Tests/")[0] + "/python/assay/verifier.py"
        let script = """
            import importlib.util, sys
            spec = importlib.util.spec_from_file_location("verifier_module", "\(module)")
            loaded = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(loaded)
            verifier = loaded.verifier
            \(function)

            """
        try script.write(toFile: path, atomically: true, encoding: .utf8)
        var options = CommandVerifier.Options(command: ["python3", path])
        options.workers = 1
        let verifier = CommandVerifier(options)
        let record = JSONRow(["data_source": "sums", "level": 3])
        let verdicts = await verifier.verify(
            responses.map {
                VerificationItem(
                    problem: Problem(id: $0, answer: "42", fields: record), completion: Completion(text: $0))
            })
        await verifier.shutdown()
        return verdicts
    }

    @Test func plain() async throws {
        let verdicts = try await Self.judge(
            """
            @verifier
            def same(response, answer, level):
                print("a stray print")
                if response == "bad": raise KeyError("x")
                if response == "skip": return None
                return response == answer and level == 3
            """, ["42", "41", "bad", "skip"])
        #expect(verdicts.map(\.outcome) == [.correct, .incorrect, .verifierError, .verifierError])
        #expect(verdicts[2].explanation == "KeyError: 'x'" && verdicts[3].reason == "noScore")
    }

    @Test func verl() async throws {
        let verdicts = try await Self.judge(
            """
            @verifier
            async def compute_score(data_source, solution_str, ground_truth, extra_info=None):
                right = solution_str == ground_truth and data_source == "sums"
                return {"score": 1.0 if right else -1.0, "acc": right, "pred": solution_str}
            """, ["42", "41"])
        #expect(verdicts.map(\.score) == [1, -1] && verdicts.map(\.outcome) == [.correct, .incorrect])
        #expect(verdicts[1].extracted == "41")
    }

    @Test func trl() async throws {
        let verdicts = try await Self.judge(
            """
            @verifier
            def reward(prompts, completions, completion_ids=None, answer=None, **columns):
                if "spoil" in completions: raise RuntimeError("whole batch")
                return [1.0 if c == a else 0.0 for c, a in zip(completions, answer)]
            """, ["42", "41", "spoil"])
        #expect(verdicts.map(\.outcome) == [.correct, .incorrect, .verifierError])
    }
}
