import Experience
import JSON
import Testing

@Suite struct StorePassesTests {
    let folder: TemporaryFolder
    let store: Store
    let run: Run

    /// Four samples of one prompt; the third came without token ids.
    init() async throws {
        folder = try TemporaryFolder()
        store = try Store(path: folder.file("s.sqlite"), access: .create)
        run = try await store.run(named: "r", config: [:], seed: 1, isSimulated: true)
        var sampling = SamplingParameters()
        sampling.n = 4
        try await store.addGroups(run: run, from: 0, problems: [Problem(id: "p")], sampling: sampling)
        try await store.record(
            (0..<4).map { index in
                var completion = Completion(index: index, text: "t")
                completion.tokenIDs = index == 2 ? [] : [10, Int32(index)]
                completion.logprobs = index == 2 ? [] : [-1, -1]
                return SampledCompletion(ordinal: 0, completion: completion, promptIDs: [5, 6])
            }, run: run)
    }

    private func lacking(
        _ quantity: TokenQuantity = .reference, after key: Int64 = 0, limit: Int = 9
    ) async throws -> [StoredTokens] {
        try await store.completions(lacking: quantity, run: run, after: key, limit: limit)
    }

    @Test func pagesGoOnBehindTheLastKey() async throws {
        let all = try await lacking()
        #expect(all.map(\.tokenIDs) == [[10, 0], [10, 1], [10, 3]] && all.allSatisfy { $0.promptIDs == [5, 6] })
        #expect(try await lacking(limit: 2) == Array(all.prefix(2)))
        #expect(try await lacking(after: all[1].completionID) == [all[2]])
        #expect(try await lacking(after: all[2].completionID).isEmpty)
        let counts = try await store.completionsWithoutIDs(run: run)
        #expect(counts.without == 1 && counts.all == 4)
    }

    @Test(arguments: TokenQuantity.allCases) func whatIsThereIsNotAskedForAgain(_ quantity: TokenQuantity) async throws
    {
        let all = try await lacking(quantity)
        try await store.record(quantity, [(all[0].completionID, [-0.5, -1])])
        for other in TokenQuantity.allCases {
            #expect(try await lacking(other) == (other == quantity ? Array(all.dropFirst()) : all), "\(other)")
        }
    }

    @Test func anotherRunsAreItsOwn() async throws {
        let other = try await store.run(named: "o", config: [:], seed: 1, isSimulated: true)
        #expect(try await store.completions(lacking: .reference, run: other, after: 0, limit: 9).isEmpty)
        let counts = try await store.completionsWithoutIDs(run: other)
        #expect(counts.without == 0 && counts.all == 0)
    }
}
