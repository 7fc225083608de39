import Experience
import JSON
import Reports
import Testing

@Suite struct EpisodeReportTests {
    /// An episode of two turns: one token, two of a tool's result, one token.
    private static func sample(index: Int, stop: EpisodeStop) -> SampledCompletion {
        var stream = TokenStream()
        for turn in 0...1 {
            var completion = Completion(text: "so")
            completion.tokenIDs = [5]
            completion.logprobs = [turn == 0 ? -1 : -3]
            _ = stream.append(sampled: completion, turn: turn)
            if turn == 0 { stream.append(context: [7, 8], .tool, turn: 0, text: "3") }
        }
        let call = ToolCall(id: "a", name: "add", arguments: ["a": 1])
        let bad = ToolCall(id: "b", name: "add", arguments: nil, fault: .invalidJSON, explanation: "no JSON")
        let turns = [
            Turn(
                number: 0, action: Action(text: "so", calls: [call, bad]),
                observation: Observation(
                    results: [ToolResult(to: call, "3"), ToolResult(to: bad, "error", outcome: .rejected)], reward: 0.5),
                sampledTokens: 1, sampledMilliseconds: 1000, environmentMilliseconds: 500),
            Turn(number: 1, action: Action(text: "so"), sampledTokens: 1, sampledMilliseconds: 1000),
        ]
        var completion = Completion(index: index, text: "so")
        completion.tokenIDs = stream.ids_T
        completion.logprobs = stream.logprobs_T
        completion.mask = stream.mask_T
        completion.tokenCount = stream.sampledCount
        var sample = SampledCompletion(ordinal: 0, completion: completion, promptIDs: [1])
        sample.episode = EpisodeRecord(
            environment: "e", version: "1", stop: stop, turns: turns, segments: stream.segments, verdict: nil)
        return sample
    }

    @Test func environmentsAreCountedAndContextIsNoEntropy() async throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        let run = try await store.run(named: "a", config: [:], seed: 1, isSimulated: true)
        var sampling = SamplingParameters()
        sampling.n = 2
        try await store.addGroups(run: run, from: 0, problems: [Problem(id: "p", answer: "1")], sampling: sampling)
        try await store.record([Self.sample(index: 0, stop: .done), Self.sample(index: 1, stop: .turns)], run: run)
        let scoring = try await store.scoring(verifier: "v", version: "1", options: [:])
        let items = try await store.unverified(run: run, scoring: scoring, after: 0, limit: 9, retryingErrors: false)
        try await store.record(
            items.map { ($0.id, $0.completion.index == 0 ? .correct() : .incorrect(extracted: "2")) }, scoring: scoring)
        let report = try await StoreReport(store: store, run: run).make()
        let environment = try #require(report.episodes?.environments.first)
        #expect(environment.episodes == 2 && environment.success == Rate(count: 1, of: 2))
        #expect(environment.stops == ["done": 1, "turns": 1])
        #expect(environment.meanTurns == 2 && environment.calls == 4 && environment.callErrors == 2)
        #expect(environment.sampledTokens == 4 && environment.contextTokens == 4)
        #expect(environment.meanModelSeconds == 2 && environment.meanEnvironmentSeconds == 0.5)
        let tool = try #require(environment.tools.first)
        #expect(tool.name == "add" && tool.calls == 4 && tool.faults == ["invalid_json": 2])
        #expect(environment.turns.map(\.entropy) == [1, 3] && environment.turns.map(\.meanTokens) == [1, 1])
        // Only what was sampled is the policy's.
        #expect(report.entropy?.tokens == 4 && report.entropy?.mean == 2)
        #expect(TerminalReport.render(report).contains("tool add: 4 calls, of them invalid_json 2"))
        #expect(HTMLReport.render(report).contains("How episodes ended"))
        let browser = SampleBrowser(store: store, run: run)
        let page = try #require(
            try await browser.sample(items[0].id, SampleFilter(), navigation: Markup(), address: "/runs/a/samples"))
        #expect(page.contains("Its 2 turns") && page.contains("<span class=\"bad\">invalid_json</span>"))
        #expect(page.contains("<mark class=\"n2\"><span class=\"soft\">[policy 1]</span>so</mark>"))
        let start = try #require(page.firstRange(of: "Its 2 turns")).upperBound
        let end = try #require(page[start...].firstRange(of: "</section>")).lowerBound
        let trace = page[start..<end]
        for tag in ["dl", "dt", "dd", "div", "pre", "span", "mark", "details", "summary"] {
            let count = trace.ranges(of: "<\(tag)").count
            #expect(count > 0 && trace.ranges(of: "</\(tag)>").count == count, "\(tag)")
        }
    }
}
