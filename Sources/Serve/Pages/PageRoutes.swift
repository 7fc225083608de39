import Experience
import HTTPTypes
import JSON
import Reports

/// The pages that are the server's own: overview and playground. Both work without script as far as reading goes.
struct PageRoutes: Sendable {
    let live: LiveRoutes
    let pool: VerifierPool
    let runs: RunStore?

    var routes: [Route] {
        [
            Route(.get, "/", scope: .read) { _ in
                PageFrame.reply(title: "Overview", body: try await overview())
            },
            Route(.get, "/playground", scope: .read) { _ in
                PageFrame.reply(title: "Playground", body: playground)
            },
            Route(.get, "/assets/overview.js", scope: nil) { _ in PageFrame.script(PageScripts.overview) },
            Route(.get, "/assets/playground.js", scope: nil) { _ in PageFrame.script(PageScripts.playground) },
        ]
    }

    private func overview() async throws -> Markup {
        let state = try await live.state()
        var body: Markup = """
            <h1>assay</h1>
            <dl class="cards">
            <div><dt>Up</dt><dd id="uptime">\(state["uptime_seconds"]?.intValue ?? 0) s</dd></div>
            <div><dt>Requests</dt><dd id="requests">\(state["requests"]?.intValue ?? 0)</dd></div>
            <div><dt>Requests per second</dt><dd id="rate">–</dd></div>
            <div><dt>Live</dt><dd id="live">no</dd></div>
            </dl>
            <h2>Verifiers</h2>
            <div class="scroll"><table><thead><tr><th scope="col">verifier</th><th scope="col">waiting</th>
            """
        for outcome in Outcome.allCases { body.add("<th scope=\"col\">\(outcome.rawValue)</th>") }
        body.add("</tr></thead><tbody id=\"verifiers\">\n")
        for verifier in state["verifiers"]?.arrayValue ?? [] {
            body.add("<tr><th scope=\"row\">\(verifier["name"]?.stringValue ?? "")</th>")
            body.add("<td>\(verifier["pending"]?.intValue ?? 0)</td>")
            for outcome in Outcome.allCases {
                body.add("<td>\(verifier["outcomes"]?[outcome.rawValue]?.intValue ?? 0)</td>")
            }
            body.add("</tr>\n")
        }
        body.add("</tbody></table></div>\n<h2>Jobs</h2>\n")
        body.add(jobs(state["jobs"]?.arrayValue ?? []))
        body.add("<h2>Runs</h2>\n")
        body.add(try await runList())
        body.add("<script src=\"/assets/overview.js\"></script>\n")
        return body
    }

    private func jobs(_ jobs: [JSONValue]) -> Markup {
        if live.jobs == nil { return "<p class=\"soft\">Off: start with --jobs FILE.</p>\n" }
        var table: Markup = """
            <div class="scroll"><table><thead><tr><th scope="col">job</th><th scope="col">state</th>
            <th scope="col">rows</th><th scope="col">progress</th><th scope="col">results</th></tr></thead>
            <tbody id="jobs">
            """
        for job in jobs {
            let id = job["id"]?.stringValue ?? ""
            table.add("<tr><th scope=\"row\">\(id)</th><td>\(job["state"]?.stringValue ?? "")</td>")
            table.add("<td>\(job["done"]?.intValue ?? 0)</td>")
            table.add("<td>\(Int((job["progress"]?.doubleValue ?? 0) * 100)) %</td>")
            table.add("<td><a href=\"/v1/jobs/\(id)/results\">NDJSON</a></td></tr>\n")
        }
        table.add("</tbody></table></div>\n")
        return table
    }

    private func runList() async throws -> Markup {
        guard let runs else { return "<p class=\"soft\">None shown: start with --store FILE.</p>\n" }
        var list: Markup = "<ul>\n"
        for run in try await runs.list() {
            let path = PercentEncoding.encode(run.name)
            list.add(
                "<li><a href=\"/runs/\(path)\">\(run.name)</a> · <a href=\"/runs/\(path)/samples\">samples</a></li>\n")
        }
        list.add("</ul>\n")
        return list
    }

    private var playground: Markup {
        var body: Markup = """
            <h1>Playground</h1>
            <p>Type a gold answer and a response, or a program and its tests, and see the verdict explained.</p>
            <form id="form">
            <p><label for="verifier">Verifier</label><select id="verifier">
            """
        for endpoint in pool.endpoints { body.add("<option>\(endpoint.name)</option>") }
        body.add(
            """
            </select></p>
            <p><label for="answer">Gold answer</label><input id="answer" size="60" value="\\frac{1}{2}"></p>
            <p><label for="tests">Tests for a program: one assert a line, or a JSON list of {"input", "output"}</label>
            <textarea id="tests" rows="4" cols="80"></textarea></p>
            <p><label for="response">Response</label>
            <textarea id="response" rows="8" cols="80">So the answer is \\boxed{0.5}.</textarea></p>
            <p><button>Judge</button></p>
            </form>
            <h2>Verdict</h2>
            <div id="verdict" aria-live="polite"><p class="soft">None yet. This form needs script; the same is \
            <code>POST /v1/verify</code>.</p></div>
            <script src="/assets/playground.js"></script>

            """)
        return body
    }
}
