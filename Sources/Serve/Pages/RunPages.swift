import Experience
import HTTPTypes
import HummingbirdCore
import JSON
import NIOCore
import Reports

/// A run's pages: its report, its samples one by one, and runs side by side. Rendered by `Reports`; served here.
struct RunPages: RouteGroup {
    let store: RunStore?
    let summaries: RunSummaries?
    let live: RunLive

    private static let exported = 2000
    /// What a page waits for the report of a large run, before it says so.
    private static let patience = Duration.seconds(3)

    var routes: [Route] {
        [
            Route(.get, "/runs/{}", scope: .read, isPage: true, query: [], handler: report),
            Route(.get, "/runs/{}/events", scope: .read, query: [], handler: events),
            Route(.get, "/runs/{}/samples", scope: .read, isPage: true, query: SampleFilter.keys, handler: samples),
            Route(.get, "/runs/{}/samples.jsonl", scope: .read, query: SampleFilter.keys, handler: export),
            Route(
                .get, "/runs/{}/samples/{}", scope: .read, isPage: true, query: SampleFilter.sampleKeys, handler: sample
            ),
            // `run` is repeated, which `checkQuery` allows no parameter to be.
            Route(.get, "/compare", scope: .read, isPage: true, handler: compare),
        ]
    }

    private var stored: RunStore {
        get throws {
            guard let store else { throw APIError.off("no run store is shown; name one with serve.store") }
            return store
        }
    }

    @Sendable private func report(_ call: Call) async throws -> Reply {
        let stored = try stored
        return try await stored.reading { store in
            let run = try await store.run(named: call.parameters[0])
            // Its numbers are links to samples.
            try await stored.samples().prepare(run)
            guard let report = try await stored.cachedReport(store, run, within: Self.patience) else {
                return Self.waiting(for: run)
            }
            return PageFrame.reply(
                html: HTMLReport.render(
                    report, navigation: PageFrame.navigation, samples: run.pagePath + "/samples",
                    live: try await live.panel(store, run)))
        }
    }

    // What is shown while the report of a large run is made.
    private static func waiting(for run: Run) -> Reply {
        var body = Page.breadcrumb([("Runs", "/"), (run.name, nil)])
        body.add(
            """
            <h1>\(run.name)</h1>
            <p role="status" data-again="2000">Its report is being made from all of its samples: load the page again in a moment.</p>
            <p><a href="\(run.pagePath)/samples">Browse the samples →</a></p>
            <script src="/assets/pages.js"></script>

            """)
        return PageFrame.reply(title: run.name, body: body)
    }

    @Sendable private func events(_ call: Call) async throws -> Reply {
        let stored = try stored
        let run = try await stored.reading { try await $0.run(named: call.parameters[0]) }
        return try live.events(of: run, isHead: call.request.method == .head)
    }

    // A filter of the address, and what it is of.
    private func browsing<Value: Sendable>(
        _ call: Call, ofSample: Bool = false, _ body: (SampleBrowser, SampleFilter, Run) async throws -> Value
    ) async throws -> Value {
        let stored = try stored
        return try await stored.reading { store in
            let run = try await store.run(named: call.parameters[0])
            let browser = SampleBrowser(
                store: store, run: run, vocabulary: stored.vocabulary(of: run), index: try stored.samples())
            do {
                let filter = try SampleFilter(query: call.queryPairs, ofSample: ofSample)
                try await browser.check(filter)
                return try await body(browser, filter, run)
            } catch let error as FilterError {
                throw APIError.badRequest(error.description)
            }
        }
    }

    @Sendable private func samples(_ call: Call) async throws -> Reply {
        try await browsing(call) { browser, filter, run in
            PageFrame.reply(
                html: try await browser.page(
                    filter, navigation: PageFrame.navigation, address: run.pagePath + "/samples"))
        }
    }

    @Sendable private func sample(_ call: Call) async throws -> Reply {
        guard let id = Int64(call.parameters[1]) else {
            throw APIError.notFound("a sample is named by its number, not '\(call.parameters[1].cut(to: 60))'")
        }
        return try await browsing(call, ofSample: true) { browser, filter, run in
            let html = try await browser.sample(
                id, filter, navigation: PageFrame.navigation, address: run.pagePath + "/samples")
            guard let html else { throw APIError.notFound("run '\(run.name)' has no sample \(id)") }
            return PageFrame.reply(html: html)
        }
    }

    // What is filtered, line by line as it is read.
    @Sendable private func export(_ call: Call) async throws -> Reply {
        let first = try await browsing(call) { browser, filter, run in
            try await browser.lines(filter, limit: Self.exported, offset: 0)
        }
        return Reply(
            contentType: "application/x-ndjson",
            headers: [
                (.contentDisposition, "attachment; filename=\"samples.jsonl\""), (.xContentTypeOptions, "nosniff"),
            ],
            body: .stream { writer in
                var (lines, offset) = (first, 0)
                while !lines.isEmpty {
                    for line in lines { try await writer.write(ByteBuffer(bytes: line)) }
                    offset += lines.count
                    if lines.count < Self.exported { break }
                    let start = offset
                    lines = try await browsing(call) { browser, filter, run in
                        try await browser.lines(filter, limit: Self.exported, offset: start)
                    }
                }
            })
    }

    // MARK: Compare

    // `?run=RUN&run=RUN…`, or `first` and `second`; with one run the choice of another, without any a form.
    @Sendable private func compare(_ call: Call) async throws -> Reply {
        let stored = try stored
        let pairs = call.queryPairs
        let known = ["run", "first", "second", "problem"]
        for (key, _) in pairs where !known.contains(key) {
            throw APIError.badRequest("no query parameter '\(key.cut(to: 100))'" + key.hint(among: known))
        }
        guard pairs.count == call.query.split(separator: "&").count else {
            throw APIError.badRequest("the query is not valid percent-encoding")
        }
        let (first, second) = (call.query("first"), call.query("second"))
        if (first == nil) != (second == nil) {
            throw APIError.badRequest("a comparison needs both 'first' and 'second'")
        }
        let names = [first, second].compactMap { $0 } + pairs.filter { $0.key == "run" }.map(\.value)
        if names.count < 2 { return try await choice(names.first) }
        if names.count > 8 { throw APIError.badRequest("eight runs at most are compared, not \(names.count)") }
        let base = "/compare?" + names.map { "run=\(PercentEncoding.encode($0))" }.joined(separator: "&")
        return try await stored.reading { store in
            var runs: [Run] = []
            for name in names { runs.append(try await store.run(named: name)) }
            if let problem = call.query("problem") {
                let sides = runs.map {
                    ProblemSideBySide.Side(store: store, run: $0, samples: $0.pagePath + "/samples")
                }
                let html = try await ProblemSideBySide.render(
                    sides, problem: problem, comparison: base, navigation: PageFrame.navigation)
                guard let html else { throw APIError.notFound("no run has a problem '\(problem.cut(to: 100))'") }
                return PageFrame.reply(html: html)
            }
            return try await compare(runs, store, links: CompareLinks(base: base))
        }
    }

    private func compare(_ runs: [Run], _ store: Store, links: CompareLinks) async throws -> Reply {
        do {
            var sides: [ComparisonSide] = []
            for run in runs { sides.append(try await StoreReport(store: store, run: run).side()) }
            let comparisons = try sides.dropFirst().map { try Comparison.make(sides[0], $0) }
            if comparisons.count == 1 {
                return PageFrame.reply(
                    html: HTMLComparison.render(comparisons[0], navigation: PageFrame.navigation, links: links))
            }
            return PageFrame.reply(
                html: HTMLSeveral.render(
                    comparisons, settings: SettingDifference.all(runs.map(\.config)), navigation: PageFrame.navigation,
                    links: links))
        } catch let error as ComparisonError {
            throw APIError(status: .unprocessableContent, code: "not_comparable", message: error.description)
        }
    }

    private func choice(_ name: String?) async throws -> Reply {
        let (listings, total) = try await summaries?.list(limit: RunsView.Page.size) ?? ([], 0)
        var crumbs: [(name: String, address: String?)] = [("Runs", "/"), ("Compare", name == nil ? nil : "/compare")]
        if let name { crumbs.append((name, nil)) }
        var body = Page.breadcrumb(crumbs)
        if let name {
            _ = try await stored.reading { try await $0.run(named: name) }
            body.add(RunsView.choices(for: name, among: listings, of: total))
        } else {
            body.add("<h1>Compare runs</h1>\n<p>Tick two to eight runs.</p>\n")
            body.add(RunsView.section(listings, of: total, RunsView.Page()))
        }
        body.add("<script src=\"/assets/pages.js\"></script>\n")
        return PageFrame.reply(title: "Compare", body: body)
    }
}

extension HTTPField.Name {
    static let contentDisposition = HTTPField.Name.known("Content-Disposition")
}
