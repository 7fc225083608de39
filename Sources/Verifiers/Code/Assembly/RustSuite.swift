import Foundation

/// Rust: a `main` of assertions, or functions marked `#[test]`; the library's own macros, whatever the program calls so.
enum RustSuite {
    private static let macros = [
        "assert_eq", "assert_ne", "assert", "debug_assert", "debug_assert_eq", "debug_assert_ne", "panic", "vec",
        "format",
        "matches", "println", "print", "eprintln", "unreachable", "todo", "unimplemented", "write", "writeln",
    ]

    /// Types of literals: no program has a reason to compare a type of its own with them.
    private static let literals =
        ["i", "u"].flatMap { sign in ["8", "16", "32", "64", "128", "size"].map { sign + $0 } }
        + ["f32", "f64", "bool", "char", "str", "&str", "String", "&'staticstr"]

    static func assembled(_ suite: TestSuite, program: String, secret: RunSecret) -> Assembled {
        var result = Assembled(secret)
        let name = secret.word
        let (program, joined) = JoinedSource.of(suite, program: program)
        let source = SourceText(program)
        if macros.contains(where: { source.has("macro_rules!", $0) }) {
            result.tampering = "it defines a macro of the library that tests use"
        }
        if ["include_str!", "include_bytes!", "include!"].contains(where: { source.has($0, before: "(", "[", "{") }) {
            result.tampering = "it reads the text that it is compiled with"
        }
        if source.has("mod", "std") || source.has("mod", "core") {
            result.tampering = "it defines a module of the library's name"
        }
        let dense = source.code.filter { !$0.isWhitespace }
        if dense.contains("->bool{true}") && source.has("fn", "eq") {
            result.tampering = "its operator of equality is a constant"
        }
        if dense.contains("PartialEq<"), !suite.source.contains("PartialEq"),
            suite.prompt?.contains("PartialEq") != true
        {
            result.doubt = "it says itself what is equal to the tests' values"
        }
        if Self.literals.contains(where: { dense.contains("PartialEq<\($0)>for") }) {
            result.tampering = "it says itself what is equal to the tests' literals"
        }
        var tests = qualified(joined)
        let isHarness = tests.contains("#[test]")
        if isHarness {
            (tests, result.expected) = instrumented(tests, name: name)
            guard !result.expected.isEmpty else {
                result.fault = .init(reason: "noTests", explanation: "the row's tests hold no function marked #[test]")
                return result
            }
        } else {
            guard SourceText(tests).has("fn", "main") else {
                result.fault = .init(reason: "unreadableTests", explanation: "the tests have no main function")
                return result
            }
            tests = tests.replacingOccurrences(of: "fn main(", with: "fn main_\(name)(")
            tests += "\nfn main() { main_\(name)(); seen_\(name)(\"done\", \"\"); }\n"
        }
        let evidence = """

            #[allow(dead_code)]
            pub fn seen_\(name)(what: &str, test: &str) {
                use ::std::io::Write;
                use ::std::os::unix::io::FromRawFd;
                if ::std::env::var_os("\(secret.control)").is_some() { ::std::process::exit(1) }
                let mut channel = ::std::mem::ManuallyDrop::new(unsafe { ::std::fs::File::from_raw_fd(3) });
                let line = ::std::format!("{} {} {}\\n", "\(name)", what, test);
                if channel.write_all(line.as_bytes()).is_err() { ::std::process::abort() }
            }

            """
        if let file = suite.testFile, file.hasSuffix(".rs"), file.hasPrefix("tests/") {
            return crate(suite, program: program, tests: tests + evidence, result)
        }
        result.add("main.rs", suite.prologue + program + "\n" + tests + evidence)
        let mode = isHarness ? "--test " : ""
        result.build = ["rustc --edition 2021 -A warnings -C debuginfo=0 \(mode)-o main main.rs", "rm -f main.rs"]
        result.run = isHarness ? "./main --include-ignored --test-threads=1" : "./main"
        return result
    }

    // A library and a file of tests beside it, as cargo has them.
    private static func crate(_ suite: TestSuite, program: String, tests: String, _ begun: Assembled) -> Assembled {
        var result = begun
        for file in suite.files { result.files.append(.init(name: file.path, bytes: file.bytes)) }
        let manifest =
            suite.files.first { $0.path == "Cargo.toml" }.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
        let named = manifest.split(separator: "\n").first { $0.hasPrefix("name") }?.split(separator: "\"").dropFirst()
            .first
        let used = tests.split(separator: "\n").first { $0.hasPrefix("use ") }?.dropFirst(4).prefix {
            $0.isLetter || $0.isNumber || $0 == "_"
        }
        let crate = (named ?? used ?? "solution").replacingOccurrences(of: "-", with: "_")
        let edition = ["2015", "2018", "2024"].first { manifest.contains("edition = \"\($0)\"") } ?? "2021"
        result.add("src/lib.rs", program)
        result.add("tests/tests.rs", tests.replacingOccurrences(of: "crate::seen_", with: "crate::seen_"))
        result.build = [
            "rustc --edition \(edition) -A warnings --crate-type lib --crate-name \(crate) -o lib\(crate).rlib src/lib.rs",
            "rustc --edition \(edition) -A warnings --test -o main tests/tests.rs --extern \(crate)=lib\(crate).rlib -L .",
            "rm -rf src tests",
        ]
        result.run = "./main --include-ignored --test-threads=1"
        return result
    }

    private static func qualified(_ tests: String) -> String {
        var text = tests
        for macro in macros {
            var out = ""
            var rest = text[...]
            while let place = rest.range(of: macro + "!") {
                let before = (out + rest[..<place.lowerBound]).last
                out += rest[..<place.lowerBound]
                let isPart = before.map { $0.isLetter || $0.isNumber || $0 == "_" || $0 == ":" } ?? false
                out += (isPart ? "" : "::std::") + macro + "!"
                rest = rest[place.upperBound...]
            }
            text = out + rest
        }
        return text
    }

    // Each test calls the function that it was, and is seen when that has returned.
    private static func instrumented(_ tests: String, name: String) -> (String, [String]) {
        var out: [String] = []
        var names: [String] = []
        var isTest = false
        var (mustPanic, isOff) = (false, false)
        for line in tests.split(separator: "\n", omittingEmptySubsequences: false) {
            let text = line.drop { $0 == " " || $0 == "\t" }
            // The same assertions, only shown in colours: ours are the library's.
            if text.hasPrefix("use pretty_assertions") { continue }
            if text.hasPrefix("#[test]") { isTest = true }
            if text.hasPrefix("#[should_panic") { mustPanic = true }
            // What a feature switches on is off.
            if text.hasPrefix("#[cfg(feature") { isOff = true }
            guard isTest, let start = text.range(of: "fn "), text.hasPrefix("fn ") || text.hasPrefix("pub fn ") else {
                out.append(String(line))
                continue
            }
            let test = text[start.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            isTest = false
            if isOff {
                (isOff, mustPanic) = (false, false)
                out.append(String(line))
                continue
            }
            names.append(String(test))
            let signature = text[start.upperBound...].dropFirst(test.count)
            if signature.contains("->") {
                out.append(String(line) + " crate::seen_\(name)(\"ran\", \"\(test)\");")
            } else if mustPanic {
                out.append(
                    "fn \(test)() { if let Err(e) = ::std::panic::catch_unwind(|| inner_\(test)_\(name)()) { crate::seen_\(name)(\"ran\", \"\(test)\"); ::std::panic::resume_unwind(e) } }"
                )
                out.append("fn inner_\(test)_\(name)" + signature)
            } else {
                out.append("fn \(test)() { inner_\(test)_\(name)(); crate::seen_\(name)(\"ran\", \"\(test)\"); }")
                out.append("fn inner_\(test)_\(name)" + signature)
            }
            mustPanic = false
        }
        return (out.joined(separator: "\n"), names)
    }
}
