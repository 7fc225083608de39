import Experience
import JSON
import Foundation
import Reports
import TestServers
import Testing

@testable import Serve

@Suite struct RunSummariesTests {
    @Test("A list of runs says how far they are, and counts again when the store has grown", .timeLimit(.minutes(2)))
    func runsAreCounted() async throws {
        let path = NSTemporaryDirectory() + "runs-\(UUID().uuidString).sqlite"
        let store = try Store(path: path, access: .create)
        let run = try await store.run(named: "r", config: [:], seed: 0, isSimulated: false)
        try await store.addGroups(
            run: run, from: 0, problems: [Problem(id: "p"), Problem(id: "q")], sampling: SamplingParameters())
        let summaries = RunSummaries(runs: try RunStore(path: path, log: AccessLog(level: .none)))
        for ordinal in 0..<2 {
            try await store.record(
                [SampledCompletion(ordinal: ordinal, completion: Completion(index: 0, text: "x"))], run: run)
            try await eventually {
                try await summaries.list(limit: 10).runs.first?.progress?.present == ordinal + 1
            }
        }
    }
}
