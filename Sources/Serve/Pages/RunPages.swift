import Experience
import HTTPTypes
import Reports

/// A run's pages: its report, its samples, and two runs side by side. Rendered by `Reports`; served here.
struct RunPages: RouteGroup {
    let store: RunStore?

    var routes: [Route] {
        [
            Route(.get, "/runs/{}", scope: .read, isPage: true, query: []) { call in
                let stored = try stored
                return try await stored.reading { store in
                    let run = try await store.run(named: call.parameters[0])
                    let report = try await stored.report(store, run).make()
                    return PageFrame.reply(
                        html: HTMLReport.render(
                            report, navigation: PageFrame.navigation, samples: run.pagePath + "/samples"))
                }
            },
            Route(.get, "/runs/{}/samples", scope: .read, isPage: true, query: SampleFilter.keys) { call in
                let stored = try stored
                return try await stored.reading { store in
                    let run = try await store.run(named: call.parameters[0])
                    let browser = SampleBrowser(store: store, run: run, vocabulary: stored.vocabulary(of: run))
                    do {
                        let filter = try SampleFilter(query: call.queryPairs)
                        try await browser.check(filter)
                        return PageFrame.reply(
                            html: try await browser.page(filter, navigation: PageFrame.navigation))
                    } catch let error as FilterError {
                        throw APIError.badRequest(error.description)
                    }
                }
            },
            Route(.get, "/compare", scope: .read, isPage: true, query: ["first", "second"], handler: compare),
        ]
    }

    private var stored: RunStore {
        get throws {
            guard let store else { throw APIError.off("no run store is shown; name one with serve.store") }
            return store
        }
    }

    // `?first=RUN&second=RUN`; without them, a form.
    @Sendable private func compare(_ call: Call) async throws -> Reply {
        let stored = try stored
        guard let first = call.query("first"), let second = call.query("second") else {
            if !call.query.isEmpty { throw APIError.badRequest("a comparison needs both 'first' and 'second'") }
            let names = try await stored.list().map(\.name)
            var body: Markup = "<h1>Compare two runs</h1>\n<form class=\"filter\">\n"
            for side in ["first", "second"] {
                body.add("<p><label for=\"\(side)\">\(side)</label><select id=\"\(side)\" name=\"\(side)\">")
                for name in names { body.add("<option>\(name)</option>") }
                body.add("</select></p>\n")
            }
            body.add("<p><button>Compare</button></p>\n</form>\n")
            return PageFrame.reply(title: "Compare", body: body)
        }
        return try await stored.reading { store in
            func side(_ name: String) async throws -> ComparisonSide {
                try await StoreReport(store: store, run: try await store.run(named: name)).side()
            }
            do {
                let comparison = try Comparison.make(try await side(first), try await side(second))
                return PageFrame.reply(html: HTMLComparison.render(comparison, navigation: PageFrame.navigation))
            } catch let error as ComparisonError {
                throw APIError(status: .unprocessableContent, code: "not_comparable", message: error.description)
            }
        }
    }
}
