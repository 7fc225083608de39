import Experience
import HTTPTypes
import JSON
import Numbers
import Reports

/// The first page: the runs of the store, then what the server does. It is read without script, which keeps it moving.
struct PageRoutes: RouteGroup {
    let live: LiveRoutes
    let pool: VerifierPool
    let summaries: RunSummaries?

    var routes: [Route] {
        [
            Route(.get, "/", scope: .read, isPage: true, query: ["sort", "page", "name"]) { call in
                let page = RunsView.Page(
                    order: call.query("sort") ?? "date", number: try call.query("page", in: 0...1_000_000) ?? 0,
                    name: call.query("name") ?? "")
                return PageFrame.reply(title: "Runs", body: try await overview(page))
            },
            Route(.get, "/assets/overview.js", scope: nil) { _ in PageFrame.script(PageScripts.overview) },
            Route(.get, "/assets/pages.js", scope: nil) { _ in PageFrame.script(PageScripts.pages) },
            Route(.get, "/assets/run.js", scope: nil) { _ in PageFrame.script(PageScripts.run) },
        ]
    }

    private func overview(_ page: RunsView.Page) async throws -> Markup {
        let order = page.order
        let name = order.hasPrefix("-") ? String(order.dropFirst()) : order
        guard RunsView.orders.contains(name) else {
            throw APIError.badRequest("no order '\(name.cut(to: 60))'" + name.hint(among: RunsView.orders))
        }
        let state = try await live.state()
        var body: Markup = "<h1>Runs</h1>\n"
        if let summaries {
            let size = RunsView.Page.size
            let found = try await summaries.list(limit: size, offset: page.number * size, named: page.name)
            body.add(RunsView.section(found.runs, of: found.total, page))
        } else {
            body.add("<p class=\"soft\">None shown: start with --store FILE.</p>\n")
        }
        body.add(
            """
            <h2>Server</h2>
            <dl class="cards">
            <div><dt>Up</dt><dd id="uptime">\(state["uptime_seconds"]?.intValue ?? 0) s</dd></div>
            <div><dt>Requests</dt><dd id="requests">\(state["requests"]?.intValue ?? 0)</dd></div>
            <div><dt>Requests per second</dt><dd id="rate">–</dd></div>
            <div><dt>Live</dt><dd id="live">no</dd></div>
            </dl>
            <div class="columns"><div><h3>Jobs</h3>

            """)
        body.add(jobs(state["jobs"]?.arrayValue ?? []))
        body.add("</div><div><h3>Verifiers</h3>\n")
        body.add(verifiers(state["verifiers"]?.arrayValue ?? []))
        body.add(
            "</div></div>\n<script src=\"/assets/overview.js\"></script>\n<script src=\"/assets/pages.js\"></script>\n")
        return body
    }

    private func verifiers(_ verifiers: [JSONValue]) -> Markup {
        let rows = verifiers.map { verifier -> [Markup] in
            ["\(verifier["name"]?.stringValue ?? "")", "\(verifier["pending"]?.intValue ?? 0)"]
                + Outcome.allCases.map { "\(verifier["outcomes"]?[$0.rawValue]?.intValue ?? 0)" }
        }
        return Page.table(
            "Verdicts since the start", head: ["", "waiting"] + Outcome.allCases.map(\.rawValue), rows: rows,
            id: "verifiers")
    }

    private func jobs(_ jobs: [JSONValue]) -> Markup {
        if live.jobs == nil { return "<p class=\"soft\">Off: start with --jobs FILE.</p>\n" }
        let rows = jobs.map { job -> [Markup] in
            let id = job["id"]?.stringValue ?? ""
            let progress = Int(clamping: (job["progress"]?.doubleValue ?? 0) * 100, to: 0...100, .down)
            return [
                "\(id)", "\(job["state"]?.stringValue ?? "")", "\(job["done"]?.intValue ?? 0)",
                Self.bar("progress of \(id)", progress, of: 100, says: "\(progress) %"),
                "<a href=\"/v1/jobs/\(id)/results\">NDJSON</a>",
            ]
        }
        return Page.table(
            "Jobs, newest first", head: ["", "state", "rows", "progress", "results"], rows: rows, id: "jobs")
    }

    private static func bar(_ label: String, _ done: Int, of whole: Int, says words: String) -> Markup {
        "<progress value=\"\(done)\" max=\"\(max(whole, 1))\" aria-label=\"\(label)\"></progress> \(words)"
    }
}
