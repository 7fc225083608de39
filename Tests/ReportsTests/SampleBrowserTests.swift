import Experience
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
            ([("outcome", "nonsense"), ("page", "-4")], 16),
        ]
        for (query, count) in cases {
            let page = try await browser.page(SampleFilter(query: query))
            #expect(page.contains("\(count) samples"), "\(query)")
        }
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
        let page = try await SampleBrowser(store: fixture.store, run: run).page(filter)
        #expect(page.contains("page 2 of 2") && page.contains("rel=\"prev\"") && !page.contains("rel=\"next\""))
    }
}
