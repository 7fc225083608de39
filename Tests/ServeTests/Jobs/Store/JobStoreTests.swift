import Experience
import Foundation
import Testing
import Verifiers

@testable import Serve

@Suite struct JobStoreTests {
    @Test("Of two who judged the same rows one keeps them")
    func progressIsFenced() async throws {
        let store = try JobStore(path: NSTemporaryDirectory() + "jobs-\(UUID().uuidString).sqlite")
        let job = Job(
            id: "job_1", state: .queued, verifier: "exact", version: "1", path: "/rows", isSpooled: false,
            mapping: RowMapping(), inputBytes: 100, createdAt: 1)
        _ = try await store.add(job, key: nil, request: "r")
        let taken = try #require(try await store.takeNext())
        let kept = try await store.record(
            Array("a\n".utf8), count: 1, outcomes: [.correct: 1], inputOffset: 10, of: taken)
        #expect(kept?.done == 1)
        // The same chunk again, by one who took the job before.
        #expect(
            try await store.record(Array("b\n".utf8), count: 1, outcomes: [.correct: 1], inputOffset: 10, of: taken)
                == nil)
        #expect(try await store.results("job_1", fromByte: 0) == Array("a\n".utf8))
        #expect(try await store.job("job_1")?.done == 1)
        try await store.finish("job_1", .cancelled)
        let late = try #require(kept)
        #expect(try await store.record(Array("c\n".utf8), count: 1, outcomes: [:], inputOffset: 20, of: late) == nil)
    }

    @Test("Results are found by byte and by item, in whichever chunk they are")
    func resultsOfSeveralChunks() async throws {
        let store = try JobStore(path: NSTemporaryDirectory() + "jobs-\(UUID().uuidString).sqlite")
        let job = Job(
            id: "job_1", state: .queued, verifier: "exact", version: "1", path: "/rows", isSpooled: false,
            mapping: RowMapping(), inputBytes: 100, createdAt: 1)
        _ = try await store.add(job, key: nil, request: "r")
        var taken = try #require(try await store.takeNext())
        #expect(taken.done == 0)
        for (lines, count, end) in [("a\nbc\n", 2, 10), ("def\n", 1, 20), ("g\nh\n", 2, 30)] {
            let kept = try await store.record(
                Array(lines.utf8), count: count, outcomes: [:], inputOffset: end, of: taken)
            taken = try #require(kept)
        }
        for (byte, rest) in [
            (0, "a\nbc\n"), (3, "c\n"), (4, "\n"), (5, "def\n"), (8, "\n"), (9, "g\nh\n"), (12, "\n"), (13, ""),
            (99, ""),
        ] {
            let found = try await store.results("job_1", fromByte: byte)
            #expect(String(decoding: found, as: UTF8.self) == rest, "\(byte)")
        }
        for (item, byte) in [0, 2, 5, 9, 11, 13, 13].enumerated() {
            #expect(try await store.byteOffset("job_1", ofItem: item) == byte, "\(item)")
        }
    }

    @Test("What holds no jobs is refused in words", arguments: ["my notes\n", nil])
    func otherFiles(contents: String?) throws {
        let path = contents == nil ? "/dev/null" : NSTemporaryDirectory() + "notes-\(UUID().uuidString).txt"
        if let contents { try Data(contents.utf8).write(to: URL(fileURLWithPath: path)) }
        let error = #expect(throws: ConfigProblem.self) { _ = try JobStore(path: path) }
        #expect(error?.message.hasPrefix("'\(path)' is no") == true, "\(error as Any)")
        if contents != nil {
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == contents.map { Data($0.utf8) })
        }
    }
}
