import Datasets
import Experience
import Foundation
import JSON
import Synchronization
import TestServers
import Testing

@testable import Verifiers

/// What a cancelled verification leaves: the verdicts that were there, and none that the cancellation made.
@Suite(.timeLimit(.minutes(2))) struct CancellationTests {
    /// Judges three items, says so, and then waits until its task is cancelled.
    private final class Hanging: Verifier {
        let name = "hanging"
        let version = "1"
        let arrived: AsyncStream<Void>
        private let arrival: AsyncStream<Void>.Continuation
        private let count = Atomic(0)

        init() { (arrived, arrival) = AsyncStream.makeStream() }

        func verify(_ item: VerificationItem) async -> Verdict {
            if count.add(1, ordering: .relaxed).newValue <= 3 { return .correct() }
            arrival.yield()
            try? await Task.sleep(for: .seconds(3600))
            return .timeout()
        }
    }

    private func cancelled<Value: Sendable>(
        _ verifier: Hanging, _ body: @escaping @Sendable () async throws -> Value
    ) async -> Result<Value, any Error> {
        let task = Task { try await body() }
        for await _ in verifier.arrived { break }
        task.cancel()
        return await task.result
    }

    @Test func rowsBeforeAreWrittenAndNoneAfter() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (rows, output) = (folder.appendingPathComponent("rows"), folder.appendingPathComponent("out"))
        let line = #"{"response": "4", "answer": "4"}"# + "\n"
        try Data(String(repeating: line, count: 40).utf8).write(to: rows)
        let verifier = Hanging()
        let noted = Mutex(0)
        let result = await cancelled(verifier) {
            let writer = try LineWriter(
                OutputFile(resumable: output.path, inputs: [], force: true, resumes: false), keeping: 0)
            return try await RowVerification(verifier: verifier, mapping: RowMapping(), jobs: 1)
                .run(from: RowReader(path: rows.path), to: writer) { rows in noted.withLock { $0 += rows.count } }
        }
        #expect(throws: CancellationError.self) { try result.get() }
        // Where the rows stand until all are there.
        let part = FileManager.default.fileExists(atPath: output.path + ".part") ? output.path + ".part" : output.path
        let written = try String(contentsOfFile: part, encoding: .utf8).split(separator: "\n")
        #expect(written.count == 3 && written.allSatisfy { $0.contains(#""outcome":"correct""#) })
        #expect(noted.withLock { $0 } == 3)
    }

    @Test func aStoreKeepsTheVerdictsThatWereThere() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try Store(path: folder.appendingPathComponent("s.sqlite").path, access: .create)
        let run = try await store.run(named: "r", config: .object([]), seed: 1, isSimulated: true)
        var sampling = SamplingParameters()
        sampling.n = 8
        let problem = Problem(id: "p", dataset: "d", prompt: .text("2+2="), answer: "4")
        try await store.addGroups(run: run, from: 0, problems: [problem], sampling: sampling)
        try await store.record(
            (0..<8).map { SampledCompletion(ordinal: 0, completion: Completion(index: $0, text: "4")) }, run: run)
        let verifier = Hanging()
        let scoring = try await store.scoring(verifier: "hanging", version: "1", options: .object([]))
        let result = await cancelled(verifier) {
            try await VerifyStage(store: store, run: run, scoring: scoring, verifier: verifier)
                .verify(retryingErrors: false, jobs: 1) { _ in }
        }
        #expect(throws: CancellationError.self) { try result.get() }
        #expect(try await store.verdictCounts(run: run, scoring: scoring).verdicts == 3)
        let left = try await store.unverified(run: run, scoring: scoring, after: 0, limit: 9, retryingErrors: false)
        #expect(left.count == 5)
    }

    /// A program may take a minute; who is cancelled does not wait for it.
    @Test func aProgramIsNotWaitedFor() async throws {
        var options = CodeOptions()
        options.limits.cpu = 30
        let verifier = CodeVerifier(options: options)
        let row = JSONRow(["format": "stdin", "tests": [["input": "", "output": "4"]]])
        let item = VerificationItem(
            problem: Problem(id: "p", fields: row), completion: Completion(text: "```python\nwhile True: pass\n```"))
        let start = ContinuousClock.now
        let task = Task { await verifier.verify([item, item]) }
        task.cancel()
        #expect(await task.value.allSatisfy { $0.reason == "cancelled" && $0.score == nil })
        #expect(await verifier.run(ProgramRequest(language: "nothing", code: "")).isFailed)
        #expect(ContinuousClock.now - start < .seconds(25))
    }

    @Test func aHandshakeIsNotWaitedFor() async throws {
        let started = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: started) }
        var options = CommandVerifier.Options(command: [
            "sh", "-c", "echo $$ > \(started.path).new; mv \(started.path).new \(started.path); sleep 3600",
        ])
        options.startTimeout = 3000
        let verifier = CommandVerifier(options)
        let task = Task {
            await verifier.verify(VerificationItem(problem: Problem(id: "p"), completion: Completion(text: "x")))
        }
        try await eventually { FileManager.default.fileExists(atPath: started.path) }
        task.cancel()
        #expect(await task.value.score == nil)
        let pid = Int32(try String(contentsOf: started, encoding: .utf8).trimmingCharacters(in: .newlines)) ?? 0
        #expect(pid > 0 && kill(pid, 0) != 0, "the worker is still there")
        await verifier.shutdown()
    }
}

extension ProgramResult {
    fileprivate var isFailed: Bool { if case .failed = self { true } else { false } }
}
