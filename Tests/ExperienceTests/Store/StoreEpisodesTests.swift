import Experience
import GRDB
import JSON
import Testing

@Suite struct StoreEpisodesTests {
    /// An episode of two turns, the first with a call.
    static func sample() -> SampledCompletion {
        let call = ToolCall(id: "call_0_0", name: "add", arguments: ["a": 1])
        let bad = ToolCall(id: "call_0_1", name: "", arguments: nil, fault: .invalidJSON, explanation: "no JSON")
        let observation = Observation(
            results: [ToolResult(to: call, "3\u{0}"), ToolResult(to: bad, "error", outcome: .rejected)], reward: 0.5,
            stateHash: .max)
        let turns = [
            Turn(
                number: 0, action: Action(text: "so", calls: [call, bad]), observation: observation, sampledTokens: 2),
            Turn(number: 1, action: Action(text: "3"), observation: Observation(isDone: true), sampledTokens: 1),
        ]
        let stream = stream()
        var completion = Completion(text: "3")
        completion.tokenIDs = stream.ids_T
        completion.logprobs = stream.logprobs_T
        completion.mask = stream.mask_T
        completion.tokenCount = stream.sampledCount
        var sample = SampledCompletion(ordinal: 0, completion: completion, promptIDs: [1])
        sample.episode = EpisodeRecord(
            environment: "e", version: "1", stop: .done, turns: turns, segments: stream.segments,
            verdict: .correct())
        return sample
    }

    static func firstTurn() -> TokenStream {
        var stream = TokenStream()
        var first = Completion(text: "so")
        first.tokenIDs = [5, 6]
        first.logprobs = [-1, -2]
        first.weightSpans = [WeightSpan(version: 3, tokens: 0..<2)]
        _ = stream.append(sampled: first, turn: 0)
        stream.append(context: [7, 8, 9], .tool, turn: 0, text: "3")
        return stream
    }

    static func stream() -> TokenStream {
        var stream = firstTurn()
        var second = Completion(text: "3")
        second.tokenIDs = [4]
        second.logprobs = [-0.5]
        _ = stream.append(sampled: second, turn: 1)
        return stream
    }

    /// What the journal holds of one turn: its own tokens.
    static func open(attempt: Int, turn: Int) -> OpenTurn {
        let kept = firstTurn()
        return OpenTurn(
            ordinal: 0, index: 0, attempt: attempt, promptIDs: turn == 0 ? [1] : [],
            stream: turn == 0 ? kept : stream().behind(kept),
            turn: sample().episode?.turns[turn] ?? Turn(number: turn, action: Action(text: "")))
    }

    @Test func anEpisodeIsItsCompletionWithRowsBeside() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(path: folder.file("s.sqlite"), access: .create)
        let run = try await store.run(named: "r", config: [:], seed: 1, isSimulated: true)
        try await store.addGroups(run: run, from: 0, problems: FilledStore.problems, sampling: FilledStore.sampling)
        let open = Self.open(attempt: 2, turn: 0)
        try await store.record(openTurns: [open], run: run)
        let pending = try await store.pendingGroups(run: run, from: 0, limit: 1)
        #expect(pending.first?.openTurns[0] == [open])
        #expect(try await store.record([Self.sample()], run: run) == 1)
        #expect(try await store.record([Self.sample()], run: run) == 0)
        let counts = try await store.read { db in
            try ["episodes", "segments", "turns", "tool_calls", "open_turns"].map {
                try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)")
            }
        }
        #expect(counts == [1, 3, 2, 2, 0])
        let row = try await store.read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM episodes").map { row -> [Int] in
                try ["turns", "calls", "call_errors", "sampled_tokens", "context_tokens"].map {
                    try row.decode(Int.self, forColumn: $0)
                }
            }
        }
        #expect(row == [2, 2, 1, 3, 3])
        let scoring = try await store.scoring(verifier: "v", version: "1", options: [:])
        let items = try await store.unverified(run: run, scoring: scoring, after: 0, limit: 9, retryingErrors: false)
        #expect(items.first?.environmentVerdict?.outcome == .correct)
    }

    @Test func aStoreFromBeforeEpisodesIsReadAsItIs() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(path: folder.file("s.sqlite"), access: .create)
        let run = try await store.run(named: "r", config: [:], seed: 1, isSimulated: true)
        try await store.write { db in
            for table in ["tool_calls", "turns", "segments", "episodes", "open_turns"] {
                try db.execute(sql: "DROP TABLE \(table)")
            }
        }
        let found = try await store.snapshot { store in
            (try store.episodes(of: run, scoring: nil).count, try store.episode(of: 1, limit: 9, length: 9) == nil)
        }
        #expect(found == (0, true))
    }

    @Test func triesAreNotMixed() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(path: folder.file("s.sqlite"), access: .create)
        let run = try await store.run(named: "r", config: [:], seed: 1, isSimulated: true)
        try await store.addGroups(run: run, from: 0, problems: FilledStore.problems, sampling: FilledStore.sampling)
        func kept() async throws -> [[Int]] {
            let turns = try await store.pendingGroups(run: run, from: 0, limit: 1).first?.openTurns[0] ?? []
            return turns.map { [$0.attempt, $0.turn.number] }
        }
        try await store.record(openTurns: [Self.open(attempt: 1, turn: 0), Self.open(attempt: 1, turn: 1)], run: run)
        #expect(try await kept() == [[1, 0], [1, 1]])
        // A second try that died after its first turn, and one whose late turn stands behind another's first.
        try await store.record(openTurns: [Self.open(attempt: 2, turn: 0)], run: run)
        #expect(try await kept() == [[2, 0]])
        try await store.record(openTurns: [Self.open(attempt: 1, turn: 1)], run: run)
        #expect(try await kept() == [])
    }

    @Test func aStreamCutAndJoinedIsItself() {
        let whole = Self.stream()
        var beginning = TokenStream()
        beginning.append(whole.behind(TokenStream()))
        #expect(beginning == whole)
        let rest = whole.behind(whole)
        #expect(rest.count == 0 && rest.segments.isEmpty)
    }
}
