import Foundation

/// Go: functions `TestX`, in a file of their own or in the program's.
enum GoSuite {
    static func assembled(_ suite: TestSuite, program: String, secret: RunSecret) -> Assembled {
        var result = Assembled(secret)
        let name = secret.word
        let (tests, names) = instrumented(suite.source, name: name)
        guard !names.isEmpty else {
            result.fault = .init(reason: "noTests", explanation: "the row's tests hold no function TestX")
            return result
        }
        result.expected = names
        var program = program
        if let prompt = suite.prompt, !SourceText(program).words.contains("func") { program = prompt + "\n" + program }
        let head = suite.prologue + "\n" + suite.source
        let package = packageName(head) ?? packageName(program) ?? "main"
        if packageName(program) == nil { program = "package \(package)\n" + program }
        let ownFile = packageName(suite.source) != nil
        for file in suite.files where !file.path.hasSuffix(".mod") {
            result.files.append(.init(name: file.path, bytes: file.bytes))
        }
        if ownFile {
            // One package, whatever the response calls its own.
            result.add("solution.go", renamed(program, to: package.replacingOccurrences(of: "_test", with: "")))
            result.add("solution_test.go", suite.prologue + "\n" + tests)
        } else if packageName(suite.prologue) != nil {
            // The tests use what the program imports: one file, with the package and the imports of the row first.
            let lines = program.split(separator: "\n", omittingEmptySubsequences: false)
            let body = lines.filter { !$0.hasPrefix("package ") }.joined(separator: "\n")
            result.add("solution_test.go", suite.prologue + "\n" + body + "\n" + tests)
        } else {
            result.add("solution_test.go", program + "\n" + tests)
        }
        result.add(
            "evidence_\(name)_test.go",
            """
            package \(package)
            import ("os"; "testing")
            func seen_\(name)(t *testing.T, test string) {
                if t.Failed() || t.Skipped() { return }
                if os.Getenv("\(secret.control)") != "" { os.Exit(1) }
                if _, err := os.NewFile(3, "").WriteString("\(name) ran " + test + "\\n"); err != nil { panic(err) }
            }

            """)
        result.build = [
            "{ [ ! -f \(GoCache.inside) ] || tar xf \(GoCache.inside); }", "go test -c -vet=off -o main .",
            "rm -f *.go",
        ]
        result.needsGoCache = head.contains("github.com/stretchr")
        result.run = "./main -test.timeout=600s"
        result.environment = [
            "GO111MODULE=off", "GOPATH=/box/work/.go:/usr/share/gocode", "GOCACHE=/box/work/.cache", "GOFLAGS=-p=2",
            "GOTOOLCHAIN=local", "CGO_ENABLED=0", "GOMAXPROCS=2",
        ]
        return result
    }

    private static func packageName(_ text: String) -> String? {
        for line in SourceText(text).code.split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == ";" })
            if words.count >= 2, words[0] == "package" { return String(words[1]) }
        }
        return nil
    }

    private static func renamed(_ program: String, to package: String) -> String {
        var lines = program.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if let index = lines.firstIndex(where: { $0.hasPrefix("package ") }) { lines[index] = "package \(package)" }
        return lines.joined(separator: "\n")
    }

    private static func instrumented(_ tests: String, name: String) -> (String, [String]) {
        var names: [String] = []
        let lines = tests.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            guard line.hasPrefix("func Test"), let open = line.firstIndex(of: "("),
                let parameter = line[open...].dropFirst().split(separator: " ").first, line.contains("*testing.T")
            else { return String(line) }
            let test = line[..<open].dropFirst("func ".utf8.count)
            if test == "TestMain" { return String(line) }
            names.append(String(test))
            return
                "func \(test)(\(parameter) *testing.T) { inner_\(test)_\(name)(\(parameter)); seen_\(name)(\(parameter), \"\(test)\") }\n"
                + "func inner_\(test)_\(name)" + line[open...]
        }
        return (lines.joined(separator: "\n"), names)
    }
}
