import Experience
import HTTPTypes
import JSON
import Numbers
import Reports

/// The pages that are the server's own: overview and playground. Both work without script as far as reading goes.
struct PageRoutes: RouteGroup {
    let live: LiveRoutes
    let pool: VerifierPool
    let runs: RunStore?

    var routes: [Route] {
        [
            Route(.get, "/", scope: .read, isPage: true, query: []) { _ in
                PageFrame.reply(title: "Overview", body: try await overview())
            },
            Route(.get, "/playground", scope: .read, isPage: true, query: []) { _ in
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
            <h2>Runs</h2>

            """
        body.add(runTable(state["runs"]?.arrayValue ?? []))
        body.add("<h2>Jobs</h2>\n")
        body.add(jobs(state["jobs"]?.arrayValue ?? []))
        body.add("<h2>Verifiers</h2>\n")
        body.add(verifiers(state["verifiers"]?.arrayValue ?? []))
        body.add("<script src=\"/assets/overview.js\"></script>\n")
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

    private func runTable(_ list: [JSONValue]) -> Markup {
        if runs == nil { return "<p class=\"soft\">None shown: start with --store FILE.</p>\n" }
        let rows = list.map { run -> [Markup] in
            let path = run["path"]?.stringValue ?? ""
            let (done, wanted) = (run["completions"]?.intValue ?? 0, run["wanted"]?.intValue ?? 0)
            let name = run["name"]?.stringValue ?? ""
            return [
                "<a href=\"\(path)\">\(name)</a>", "\(run["policy_version"]?.intValue ?? 0)",
                Self.bar("completions of \(name)", done, of: wanted, says: "\(done) of \(wanted)"),
                "<a href=\"\(path)/samples\">samples</a>",
            ]
        }
        return Page.table(
            "Runs of the store, newest first", head: ["", "policy version", "completions", "look inside"], rows: rows,
            id: "runs")
    }

    private static func bar(_ label: String, _ done: Int, of whole: Int, says words: String) -> Markup {
        "<progress value=\"\(done)\" max=\"\(max(whole, 1))\" aria-label=\"\(label)\"></progress> \(words)"
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
            <p><label for="answer">Gold answer</label><input id="answer" class="wide" value="\\frac{1}{2}"></p>
            <p><label for="tests">Tests for a program: one assert a line, or a JSON list of {"input", "output"}</label>
            <textarea id="tests" class="wide" rows="4"></textarea></p>
            <p><label for="response">Response</label>
            <textarea id="response" class="wide" rows="8">So the answer is \\boxed{0.5}.</textarea></p>
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
