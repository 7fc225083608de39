import Experience
import HTTPTypes
import HummingbirdCore
import JSON
import Reports
import Verifiers

/// A form for every verifier: a gold answer and a response, or a whole row as JSON. The verdict's address gives it again.
struct PlaygroundRoutes: RouteGroup {
    let pool: VerifierPool
    let options: ServeOptions

    private static let keys = ["verifier", "answer", "tests", "response", "row"]
    private static let seconds = 30.0

    var routes: [Route] { [Route(.get, "/playground", scope: .read, isPage: true, query: Self.keys, handler: page)] }

    @Sendable private func page(_ call: Call) async throws -> Reply {
        let usual = pool.endpoints.contains { $0.name == "math" } ? "math" : nil
        let endpoint = try pool.endpoint(call.query("verifier") ?? usual)
        var body = Page.breadcrumb([("Runs", "/"), ("Playground", nil)])
        body.add("<h1>Playground</h1>\n<ul class=\"chips\" aria-label=\"Verifiers\">")
        for other in pool.endpoints {
            let current: Markup = other.name == endpoint.name ? " aria-current=\"page\"" : ""
            body.add(
                "<li><a href=\"/playground?verifier=\(PercentEncoding.encode(other.name))\"\(current)>\(other.name)</a></li>"
            )
        }
        body.add("</ul>\n<div class=\"columns\"><div>\n")
        body.add(form(endpoint, call))
        body.add("</div><div id=\"verdict\" aria-live=\"polite\">\n")
        body.add(try await verdict(endpoint, call))
        body.add("</div></div>\n<script src=\"/assets/pages.js\"></script>\n")
        return PageFrame.reply(title: "Playground", body: body)
    }

    private func form(_ endpoint: VerifierEndpoint, _ call: Call) -> Markup {
        let kind = endpoint.verifier.name
        let example = Self.example(kind)
        let isFilled = call.query("response") != nil || call.query("row") != nil
        func value(_ key: String, _ usual: String) -> String { call.query(key) ?? (isFilled ? "" : usual) }
        var form: Markup = """
            <form id="form" method="get"><input type="hidden" name="verifier" value="\(endpoint.name)">
            <p class="soft">\(endpoint.name): \(kind) \(endpoint.verifier.version)</p>

            """
        if kind == "code" || kind == "route" {
            form.add(
                """
                <p><label for="tests">Tests: one assert a line, or a JSON list of {"input", "output"}</label>
                <textarea id="tests" name="tests" class="wide" rows="4">\(value("tests", kind == "code" ? "assert add(1, 2) == 3" : ""))</textarea></p>

                """)
        }
        if endpoint.verifier.needsAnswer || kind == "route" {
            form.add(
                """
                <p><label for="answer">Gold answer</label>
                <input id="answer" name="answer" class="wide" value="\(value("answer", example.answer))"></p>

                """)
        }
        form.add(
            """
            <p><label for="response">Response</label>
            <textarea id="response" name="response" class="wide" rows="8">\(value("response", example.response))</textarea></p>
            <p><label for="row">Other members of the row, or all of it, as a JSON object</label>
            <textarea id="row" name="row" class="wide" rows="4">\(call.query("row") ?? "")</textarea></p>
            <p><button>Judge</button></p></form>

            """)
        return form
    }

    private static func example(_ kind: String) -> (answer: String, response: String) {
        switch kind {
        case "code": ("", "```python\ndef add(a, b):\n    return a + b\n```")
        case "choice": ("B", "The answer is B.")
        case "exact": ("Paris", "Paris")
        default: ("\\frac{1}{2}", "So the answer is \\boxed{0.5}.")
        }
    }

    private func verdict(_ endpoint: VerifierEndpoint, _ call: Call) async throws -> Markup {
        guard call.query("response") != nil || call.query("row") != nil else {
            return "<p class=\"soft\">No verdict yet. The same is <code>POST /v1/verify</code>.</p>\n"
        }
        guard call.principal.may(.verify) else { return "<p class=\"flag\">This token does not allow 'verify'.</p>\n" }
        // A link on another site fills the form and runs nothing.
        if let site = call.request.headers[.secFetchSite], site != "same-origin", site != "none" {
            return "<p class=\"soft\">Filled in by a link: press Judge.</p>\n"
        }
        let request: VerifyRequest
        do {
            request = try VerifyRequest(try item(call).bytes)
        } catch let error as APIError {
            return "<p class=\"flag\">\(error.message)</p>\n"
        } catch let error as JSONError {
            return "<p class=\"flag\">the row is no JSON: \("\(error)")</p>\n"
        }
        guard let item = request.items.first else { return "<p class=\"flag\">There is nothing to judge.</p>\n" }
        let deadline = call.start + .seconds(min(Self.seconds, options.deadlineSeconds))
        let verdict = try await endpoint.verify(item, for: call.principal.share, deadline: deadline)
        return VerdictView.section(
            StoredVerdict(
                verifier: "\(endpoint.name) \(endpoint.verifier.version)", outcome: verdict.outcome.rawValue,
                score: verdict.score, reason: verdict.reason, extracted: verdict.extracted,
                explanation: verdict.explanation,
                components: verdict.components.isEmpty ? nil : Verdict.json(verdict.components),
                details: verdict.details, milliseconds: verdict.milliseconds, options: .object([])),
            gold: item.problem.answer)
    }

    // The form's fields over the members of its row.
    private func item(_ call: Call) throws -> JSONValue {
        var members: [JSONValue.Member] = []
        func set(_ key: String, _ value: JSONValue) {
            members.removeAll { $0.key == key }
            members.append(.init(key, value))
        }
        if let row = call.query("row"), !row.isEmpty {
            guard case .object(let own) = try JSONValue(parsing: row.utf8) else {
                throw APIError.badRequest("the row must be a JSON object")
            }
            if own.contains(where: { $0.key == "items" }) { throw APIError.badRequest("one row is judged here") }
            members = own
        }
        if let response = call.query("response"), !response.isEmpty { set("response", .string(response)) }
        if let answer = call.query("answer"), !answer.isEmpty { set("answer", .string(answer)) }
        if let tests = call.query("tests"), !tests.allSatisfy(\.isWhitespace) {
            if tests.drop(while: \.isWhitespace).first == "[" {
                set("tests", try JSONValue(parsing: tests.utf8))
            } else {
                let lines = tests.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
                set("tests", .array(lines.map { .string(String($0)) }))
            }
        }
        members.removeAll { $0.key == "verifier" }
        return .object(members)
    }
}
