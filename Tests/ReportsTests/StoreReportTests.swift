import Experience
import JSON
import Optim
import Reports
import Testing

@Suite struct StoreReportTests {
    @Test func theSectionsCountWhatIsThere() async throws {
        let fixture = try StoreFixture()
        let run = try await fixture.run("a", right: [4, 2, 0, 1])
        let report = try await StoreReport(store: fixture.store, run: run).make()
        #expect(report.source.isSimulated)
        #expect(report.overall.completions == 16 && report.overall.scored == 15 && report.overall.correct == 7)
        #expect(report.overall.rates.truncated.count == 4 && report.overall.rates.truncated.of == 16)
        #expect(report.overall.rates.verifierError.count == 1 && report.overall.rates.verifierError.of == 16)
        let passAt1 = try #require(report.overall.passAt1.value)
        #expect(abs(passAt1 - (1 + 0.5 + 0 + 1.0 / 3) / 4) < 1e-12)
        #expect(report.overall.curve.map(\.k) == [1, 2, 3])
        #expect(report.overall.curve[2].pass.problems == 4, "one problem has three judged completions")
        let groups = try #require(report.groups)
        #expect(groups.mix.allGood == 1 && groups.mix.mixed == 2 && groups.mix.allBad == 1)
        #expect(groups.zeroVariance == 2)
        let entropy = try #require(report.entropy)
        #expect(entropy.source == .sampled && entropy.tokens == 48)
        #expect(abs(entropy.mean - 0.5) < 1e-9)
        #expect(entropy.positions.all.compactMap { $0 } == [0.5, 1, 0])
        let verifiers = try #require(report.verifiers)
        #expect(verifiers.verifiers.map(\.name) == ["strict 1", "lax 1"])
        #expect(verifiers.agreements[0].both == 15)
    }

    /// What stores hold that were filled before a number below -1000 was no log-probability: reported, without being every
    /// mean.
    @Test(arguments: [-Float.greatestFiniteMagnitude, -.infinity, .nan, -9999, .infinity])
    func numbersThatAreNoLogprobsAreLeftOut(_ number: Float) async throws {
        let fixture = try StoreFixture()
        let run = try await fixture.run("a", right: [4, 2, 0, 1])
        var completion = Completion(index: 0, text: "7")
        completion.tokenIDs = [1, 2]
        completion.logprobs = [-0.5, number]
        completion.tokenCount = 2
        var sampling = SamplingParameters()
        sampling.n = 1
        try await fixture.store.addGroups(
            run: run, from: 4, problems: [Problem(id: "last", dataset: "d")], sampling: sampling)
        try await fixture.store.record([SampledCompletion(ordinal: 4, completion: completion)], run: run)
        let scoring = try await fixture.store.scorings(run: run)[0]
        _ = try await OptimizeStage(
            store: fixture.store, run: run, scoring: scoring, options: OptimizeOptions()
        ).run()
        let report = try await StoreReport(store: fixture.store, run: run).make()
        let entropy = try #require(report.entropy)
        #expect(entropy.tokens == 48 && entropy.completions == 16 && entropy.of == 17)
        #expect(abs(entropy.mean - 0.5) < 1e-9 && report.overall.entropy?.mean == 0.5)
        #expect(entropy.warnings.map(\.rule).contains("no_logprob"))
        #expect(try !report.json().isEmpty)
        #expect(!HTMLReport.render(report).isEmpty && TerminalReport.render(report).contains("left out"))
        let page = try await SampleBrowser(store: fixture.store, run: run).page(SampleFilter())
        #expect(!page.isEmpty)
    }

    @Test func theVerifierIsChosenByNameAndTyposAreNamed() async throws {
        let fixture = try StoreFixture()
        let run = try await fixture.run("a", right: [1, 2])
        var options = StoreReport.Options()
        options.verifier = "strict"
        let report = try await StoreReport(store: fixture.store, run: run, options: options).make()
        #expect(report.source.verifier == "strict 1" && report.overall.correct == 6)
        options.verifier = "strct"
        let error = await #expect(throws: StoreError.self) {
            try await StoreReport(store: fixture.store, run: run, options: options).make()
        }
        #expect(error?.message.contains("did you mean 'strict'") == true)
    }

    @Test func verifiersOfOneNameAreToldApartByTheirOptions() async throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        let run = try await fixture.run("a", right: [1, 2])
        let scoring = try await store.scoring(verifier: "strict", version: "1", options: ["x": 1])
        let items = try await store.unverified(run: run, scoring: scoring, after: 0, limit: 9, retryingErrors: false)
        try await store.record(items.map { ($0.id, .correct(extracted: "1")) }, scoring: scoring)
        let verifiers = try await StoreReport(store: store, run: run).make().verifiers?.verifiers
        #expect(verifiers?.map(\.name) == ["strict 1 {}", "lax 1", #"strict 1 {"x":1}"#])
    }

    @Test func aClusterThatNoRecordHasIsNamed() async throws {
        let fixture = try StoreFixture()
        let run = try await fixture.run("a", right: [1, 2])
        var options = StoreReport.Options()
        options.cluster = "passage"
        let report = StoreReport(store: fixture.store, run: run, options: options)
        let refusals: [@Sendable () async throws -> Void] = [
            { _ = try await report.make() }, { _ = try await StoreReport.make([report, report]) },
            { _ = try await report.side() },
        ]
        for refusal in refusals {
            let error = await #expect(throws: StoreError.self) { try await refusal() }
            #expect(error?.message.contains("no completion of run 'a' has a value of 'passage'") == true)
        }
    }

    @Test func severalRunsAreOneReportRunByRun() async throws {
        let fixture = try StoreFixture()
        let base = try await fixture.run("base", right: [0, 1, 0, 1])
        let tuned = try await fixture.run("tuned", right: [4, 2, 4, 2])
        let each = try await [base, tuned].asyncMap {
            try await StoreReport(store: fixture.store, run: $0).make().overall
        }
        let both = try await StoreReport.make([base, tuned].map { StoreReport(store: fixture.store, run: $0) })
        #expect(both.breakdowns.first?.by == "run")
        let slices = both.breakdowns.first?.slices ?? []
        #expect(slices.map(\.label) == ["base", "tuned"])
        #expect(slices.map(\.curve) == each.map(\.curve) && slices.map(\.rates) == each.map(\.rates))
        #expect(both.overall.completions == 32 && both.overall.problems == 8)
        #expect(both.entropy == nil && both.groups == nil)
        // One model, one configuration: the runs are seeds.
        let seeds = try #require(both.seeds)
        #expect(seeds.runs == ["base", "tuned"] && seeds.passAt1.problems == 4)
        for (mean, alone) in zip(seeds.passAt1.means, each) { #expect(abs(mean - (alone.passAt1.value ?? -1)) < 1e-12) }
        #expect(TerminalReport.render(both).contains("2 seeds on 4 problems"))
        #expect(HTMLReport.render(both).contains("Groups by their scores"))
        let one = try await StoreReport.make([StoreReport(store: fixture.store, run: base)])
        #expect(one.source.run == "base" && one.entropy != nil)
    }

    @Test func groupsAreCountedSliceBySlice() async throws {
        let fixture = try StoreFixture()
        let run = try await fixture.run("a", right: [4, 2, 0, 1])
        let groups = try #require(try await StoreReport(store: fixture.store, run: run).make().overall.groups)
        #expect(groups.allGood == 1 && groups.mixed == 2 && groups.allBad == 1 && groups.unscored == 0)
        #expect(groups.zeroVariance == 2 && groups.scored == 4)
    }

    @Test func aServedReportLeadsToItsSamples() async throws {
        let fixture = try StoreFixture()
        let run = try await fixture.run("a", right: [4, 2, 0, 1])
        let report = try await StoreReport(store: fixture.store, run: run).make()
        let served = HTMLReport.render(report, samples: "/runs/a/samples")
        #expect(served.contains("href=\"/runs/a/samples?q=outcome%3AverifierError\""))
        #expect(served.contains("href=\"/runs/a/samples?q=finish%3Alength\""))
        #expect(served.contains("href=\"/runs/a/samples/1\"") && served.contains("/runs/a/samples?sort=-tokens"))
        #expect(served.contains("/runs/a/samples?q=mix%3Amixed") && served.contains("/runs/a/samples?q=rate%3E%3D"))
        // Sixteen cells, and the facts of the run.
        #expect(served.matches(of: #/class="cell (correct|incorrect|verifierError)"/#).count >= 16)
        #expect(!HTMLReport.render(report).contains("href=\"/runs"))
    }

    @Test func theTerminalShowsGroupsEntropyAndVerifiers() async throws {
        let fixture = try StoreFixture()
        let run = try await fixture.run("a", right: [4, 2, 0, 1])
        let text = TerminalReport.render(try await StoreReport(store: fixture.store, run: run).make())
        for word in ["groups", "no signal", "entropy  ", "forking tokens", "strict 1 and lax 1 agree on"] {
            #expect(text.contains(word), "\(word)")
        }
    }

    @Test func anEmptyRunIsAReportToo() async throws {
        let fixture = try StoreFixture()
        let run = try await fixture.store.run(named: "empty", config: [:], seed: 1, isSimulated: false)
        let report = try await StoreReport(store: fixture.store, run: run).make()
        #expect(report.overall.completions == 0 && report.overall.passAt1.value == nil)
        #expect(!HTMLReport.render(report).isEmpty && !TerminalReport.render(report).isEmpty)
    }

    @Test func jsonIsStableAndSaysNull() async throws {
        let fixture = try StoreFixture()
        let run = try await fixture.store.run(named: "empty", config: [:], seed: 1, isSimulated: false)
        var report = try await StoreReport(store: fixture.store, run: run).make()
        report.source.createdAt = 0
        let json = try JSONValue(parsing: try report.json())
        #expect(json["schema"] == "assay.report" && json["version"] == 1)
        #expect(json["overall"]?["mean_score"]?["value"] == .null)
        #expect(json["overall"]?["mean_score"]?["reason"] == "noData")
        #expect(try report.json() == report.json())
    }

    @Test func hostileTextStaysText() async throws {
        let fixture = try StoreFixture()
        let run = try await fixture.run("a", right: [4, 2, 0, 1], dataset: StoreFixture.hostile)
        let report = try await StoreReport(store: fixture.store, run: run).make()
        var filter = SampleFilter()
        filter.text = "<script>"
        let pages = [
            HTMLReport.render(report), try await SampleBrowser(store: fixture.store, run: run).page(filter),
        ]
        for page in pages {
            #expect(page.contains("&lt;script&gt;"))
            #expect(!page.contains("<script") && !page.contains("<img") && !page.contains("\u{1b}"))
        }
        let terminal = TerminalReport.render(report)
        #expect(!terminal.contains("\u{1b}") && !terminal.contains("\u{202e}"))
        #expect(CSVReport.render(report).split(separator: "\n").allSatisfy { $0.filter { $0 == "," }.count >= 7 })
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
