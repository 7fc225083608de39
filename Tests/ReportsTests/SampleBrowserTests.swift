import Experience
import Foundation
import JSON
import Reports
import Testing

@Suite struct SampleBrowserTests {
    @Test func filtersChooseSamples() async throws {
        let fixture = try StoreFixture()
        let run = try await fixture.run("a", right: [0, 2, 0, 1])
        let browser = SampleBrowser(store: fixture.store, run: run)
        let cases: [([(key: String, value: String)], Int)] = [
            ([], 16), ([("outcome", "correct")], 3), ([("outcome", "verifierError")], 1), ([("finish", "length")], 4),
            ([("group", "1")], 4), ([("disputed", "1")], 4), ([("text", "answer 2")], 4), ([("dataset", "no")], 0),
            ([("outcome", ""), ("page", "")], 16),
        ]
        for (query, count) in cases {
            let page = try await browser.page(SampleFilter(query: query))
            #expect(page.contains("\(count) sample"), "\(query)")
        }
        let error = await #expect(throws: FilterError.self) {
            try await browser.check(SampleFilter(address: "dataset=no"))
        }
        #expect(error?.description.contains("no dataset 'no'") == true)
    }

    @Test(arguments: [
        ("outcme=correct", "no filter 'outcme'; did you mean 'outcome'?"),
        ("outcome=corect", "no outcome 'corect'; did you mean 'correct'?"), ("finish=stopp", "did you mean 'stop'?"),
        ("shade=entropi", "did you mean 'entropy'?"), ("page=-4", "whole number"), ("group=x", "whole number"),
        ("completion=99999999999999999999", "whole number"), ("disputed=2", "1 or 0"), ("outcome", "key=value"),
        ("q=tokens>x", "with a number"), ("q=tokns>5", "did you mean 'tokens'?"),
        ("q=outcome:corect", "did you mean 'correct'?"),
        ("q=\"open", "not closed"), ("q=reason>5", "is a text"), ("q=reason:", "no value"),
        ("sort=-tokns", "did you mean 'tokens'?"),
        ("text=%zz", "percent-encoding"), ("page=1&page=2", "given twice"), ("shade=entropy&xyzzy=1", "known: outcome"),
    ])
    func whatIsNoFilterIsRefused(_ address: String, _ message: String) throws {
        let error = #expect(throws: FilterError.self) { _ = try SampleFilter(address: address) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func anAddressIsDecoded() throws {
        var filter = SampleFilter()
        (filter.text, filter.outcome, filter.page) = ("a&b=c é", .noAnswer, 3)
        #expect(try SampleFilter(address: String(filter.query.dropFirst())) == filter)
        #expect(try SampleFilter(address: "text=a+b").text == "a b" && SampleFilter(address: "") == SampleFilter())
    }

    @Test func tokensAreTextWhereTheTokenizerIsKnown() async throws {
        let fixture = try StoreFixture()
        let run = try await fixture.run("a", right: [1])
        let path = fixture.folder + "/tokenizer.json"
        let json: JSONValue = [
            "model": ["vocab": ["<b>": 1, "ĠWait": 2, "Ċ": 3]], "decoder": ["type": "ByteLevel"],
        ]
        try Data(json.bytes).write(to: URL(fileURLWithPath: path))
        var filter = SampleFilter()
        filter.completion = 1
        let ids = try await SampleBrowser(store: fixture.store, run: run).page(filter)
        #expect(ids.contains(">1 sample<") && ids.contains("Token ids shaded by"))
        let texts = try await SampleBrowser(store: fixture.store, run: run, vocabulary: Vocabulary(path: path))
            .page(filter)
        #expect(texts.contains(">&lt;b&gt;</mark>") && texts.contains("> Wait</mark>") && texts.contains(">⏎\n</mark>"))
        #expect(texts.contains("Completion shaded by"))
    }

    @Test func aFilterSurvivesItsAddress() {
        var filter = SampleFilter()
        filter.text = "a&b=c é"
        filter.outcome = .noAnswer
        filter.page = 3
        #expect(filter.query == "?outcome=noAnswer&text=a%26b%3Dc%20%C3%A9&page=3")
    }

    @Test func pagesAreLinked() async throws {
        let fixture = try StoreFixture()
        let run = try await fixture.run("a", right: [0, 2, 0, 1, 2, 3, 4])
        var filter = SampleFilter()
        filter.page = 1
        let browser = SampleBrowser(store: fixture.store, run: run)
        // A file has nothing to turn to.
        let file = try await browser.page(filter)
        #expect(file.contains("page 2 of 2") && !file.contains("rel=\"prev\"") && !file.contains("<form"))
        let more = try await fixture.run("b", right: Array(repeating: 1, count: 30))
        let page = try await SampleBrowser(store: fixture.store, run: more).page(filter, address: "/runs/b/samples")
        #expect(page.contains("page 2 of 2") && page.contains("rel=\"prev\"") && !page.contains("rel=\"next\""))
    }

    @Test func aPageThatThereIsNotIsNoEmptyFilter() async throws {
        let fixture = try StoreFixture()
        let run = try await fixture.run("a", right: [0, 2, 0, 1])
        var filter = SampleFilter()
        filter.page = 900
        let browser = SampleBrowser(store: fixture.store, run: run)
        let page = try await browser.page(filter, address: "/runs/a/samples")
        #expect(page.contains("There is no page 901") && page.contains("rel=\"prev\"") && page.contains("16 samples"))
        filter.outcome = .timeout
        #expect(try await browser.page(filter, address: "/runs/a/samples").contains("No sample fits"))
    }

    @Test func thePoliciesOfASampleAreNamedUpToTwenty() async throws {
        let fixture = try StoreFixture()
        let run = try await fixture.store.run(named: "a", config: [:], seed: 1, isSimulated: false)
        var sampling = SamplingParameters()
        sampling.n = 2
        let problem = Problem(id: "p", dataset: "d", prompt: .text("Why?"), answer: "1")
        try await fixture.store.addGroups(run: run, from: 0, problems: [problem], sampling: sampling)
        try await fixture.store.record(
            [20, 21].enumerated().map { index, count in
                var completion = Completion(index: index, text: "so")
                completion.tokenIDs = Array(repeating: 1, count: count)
                completion.logprobs = Array(repeating: -1, count: count)
                completion.tokenCount = count
                completion.weightSpans = (0..<count).map { WeightSpan(version: $0, tokens: $0..<$0 + 1) }
                return SampledCompletion(ordinal: 0, completion: completion)
            }, run: run)
        let versions = (0..<20).map(String.init).joined(separator: ", ")
        for id in [1, 2] as [Int64] {
            let page = try await SampleBrowser(store: fixture.store, run: run)
                .sample(id, SampleFilter(), navigation: "", address: "/runs/a/samples")
            #expect(page?.contains("<code>\(versions)</code>") == true)
        }
    }

    /// An answer stands at the end of a long text, which is shown by its ends.
    @Test func theAnswerOfALongTextIsMarked() async throws {
        let fixture = try StoreFixture()
        let run = try await fixture.store.run(named: "long", config: [:], seed: 1, isSimulated: false)
        var sampling = SamplingParameters()
        sampling.n = 2
        let problem = Problem(id: "p", dataset: "d", prompt: .text("Why?"), answer: "4711")
        try await fixture.store.addGroups(run: run, from: 0, problems: [problem], sampling: sampling)
        let texts = [String(repeating: "so ", count: 300_000), String(repeating: "é", count: 60_000)]
        try await fixture.store.record(
            texts.enumerated().map { index, text in
                SampledCompletion(
                    ordinal: 0, completion: Completion(index: index, text: "Begin. " + text + "\\boxed{4711}"))
            }, run: run)
        let scoring = try await fixture.store.scoring(verifier: "math", version: "1", options: [:])
        try await fixture.store.record(
            [(1, .correct(extracted: "4711")), (2, .correct(extracted: "4711"))], scoring: scoring)
        let browser = SampleBrowser(store: fixture.store, run: run)
        for (id, left) in [(1, true), (2, false)] as [(Int64, Bool)] {
            let page = try await browser.sample(id, SampleFilter(), navigation: "", address: "/runs/long/samples")
            let html = page ?? ""
            #expect(html.contains("Begin.") && html.contains("<mark class=\"answer\" id=\"answer\">4711</mark>"))
            #expect(html.contains("bytes are left out here") == left)
            #expect(html.contains("samples.jsonl?completion=\(id)"))
            #expect(html.utf8.count < 1_000_000)
        }
    }
}
