import Experience
import JSON
import Numbers

/// A program's tests as the verdict's details keep them: the one that failed first in the open, all in a table.
enum CodeTestView {
    private static let listed = 200
    private static let textLimit = 4000

    /// Nothing for details of another kind.
    static func section(_ details: JSONValue?) -> Markup {
        guard let details, let tests = details["tests"]?.arrayValue, details["status"]?.stringValue != nil else {
            return Markup()
        }
        var section = Markup()
        if let compile = details["compile"] {
            section.add("<h3>It does not compile</h3>\n")
            section.add(texts(compile))
            section.add(costs(compile, details["limits"]))
        } else if let number = tests.firstIndex(where: { !["pass", "not_run"].contains(status($0)) }) {
            section.add(
                "<h3 id=\"failed\">Test \(number + 1) of \(tests.count) failed: <span class=\"bad\">\(status(tests[number]))</span></h3>\n"
            )
            section.add(texts(tests[number]))
            section.add(costs(tests[number], details["limits"]))
        }
        section.add(table(tests, details))
        return section
    }

    private static func status(_ test: JSONValue) -> String { test["status"]?.stringValue ?? "unknown" }

    private static func texts(_ test: JSONValue) -> Markup {
        var view = Markup()
        if let explanation = test["explanation"]?.stringValue {
            view.add("<p>\(explanation.cut(to: textLimit))</p>\n")
        }
        let pairs = [("input", "input"), ("expected", "expected"), ("got", "got")].compactMap { key, name in
            test[key]?.stringValue.map { (name, $0) }
        }
        if !pairs.isEmpty {
            view.add("<dl class=\"pair\">")
            for (name, text) in pairs {
                view.add("<div><dt>\(name)</dt><dd><pre tabindex=\"0\">\(text.cut(to: textLimit))</pre></dd></div>")
            }
            view.add("</dl>\n")
        }
        for key in ["stdout", "stderr"] where !(key == "stdout" && test["got"] != nil) {
            guard let text = test[key]?.stringValue, !text.isEmpty else { continue }
            view.add("<h4 class=\"soft\">\(key)</h4><pre tabindex=\"0\">\(text.cut(to: textLimit))</pre>\n")
        }
        return view
    }

    // What was used beside what was allowed.
    private static func costs(_ test: JSONValue, _ limits: JSONValue?) -> Markup {
        func beside(_ key: String, _ unit: String) -> Markup? {
            guard let used = test[key]?.intValue else { return nil }
            let limit = limits?[key == "peak_mb" ? "memory_mb" : key]?.intValue
            return "\(Format.count(used)) \(unit)\(limit.map { " of \(Format.count($0))" } ?? "")"
        }
        let facts = [("processor", "cpu_ms", "ms"), ("wall time", "wall_ms", "ms"), ("memory", "peak_mb", "MB")]
            .compactMap { name, key, unit in beside(key, unit).map { (name, $0) } }
        return facts.isEmpty ? Markup() : Page.facts(facts)
    }

    private static func table(_ tests: [JSONValue], _ details: JSONValue) -> Markup {
        if tests.isEmpty { return Markup() }
        let passed = details["passed"]?.intValue ?? tests.count { status($0) == "pass" }
        let words = "\(passed) of \(details["total"]?.intValue ?? tests.count) tests passed"
        var table: Markup = "<details><summary>\(words)</summary>\n"
        let rows = tests.prefix(listed).enumerated().map { number, test -> [Markup] in
            let word = status(test)
            let sign: Markup =
                word == "pass"
                ? "<span class=\"good\">✓ pass</span>"
                : word == "not_run" ? "– not run" : "<span class=\"bad\">✗ \(word)</span>"
            return [
                "\(number + 1)", sign, figure(test["cpu_ms"]), figure(test["wall_ms"]), figure(test["peak_mb"]),
                "\((test["explanation"]?.stringValue ?? test["input"]?.stringValue ?? "").cut(to: 120))",
            ]
        }
        table.add(
            Page.table(
                tests.count > listed ? "The first \(listed) tests" : "Tests",
                head: ["test", "status", "cpu ms", "wall ms", "MB", "said"], rows: rows, words: [1, 5]))
        table.add("</details>\n")
        return table
    }

    private static func figure(_ value: JSONValue?) -> Markup {
        value?.intValue.map { "\(Format.count($0))" } ?? "\(Format.none)"
    }
}
