import Foundation

/// C++ with cases in the manner of Catch2: the program as the files that the tests include, and a header and a `main` of ours.
enum CatchSuite {
    /// Whether tests are cases of Catch2's.
    static func fits(_ suite: TestSuite) -> Bool {
        let source = SourceText(suite.source)
        return ["TEST_CASE", "SCENARIO", "TEST_CASE_METHOD"].contains { source.has($0, before: "(") }
    }

    static func assembled(_ suite: TestSuite, program: String, secret: RunSecret, _ begun: Assembled) -> Assembled {
        var result = begun
        let name = secret.word
        let lines = suite.source.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let ours = lines.map { isCatch($0) ? "" : $0 }
        let count = cases(in: SourceText(suite.source).code)
        result.expected = (0..<count).map { "case\($0)" }
        guard count > 0 else {
            result.fault = .init(reason: "noTests", explanation: "the row's tests hold no TEST_CASE")
            return result
        }
        for file in suite.files where ["h", "hpp", "cpp", "cc", "txt", "json", "csv"].contains(ending(file.path)) {
            if file.path.contains("catch") || file.path.hasSuffix("tests-main.cpp") || file.path == "CMakeLists.txt" {
                continue
            }
            result.add(file.path, String(decoding: file.bytes, as: UTF8.self))
        }
        // The files that the tests include and that the row does not bring are the program.
        let included = lines.compactMap { isCatch($0) ? nil : quoted($0) }
        let missing = included.filter { path in !suite.files.contains { $0.path == path } }
        let solution = suite.solutionFile ?? missing.first ?? "solution.h"
        var sources = ["tests.cpp"]
        if !missing.isEmpty || !["cpp", "cc"].contains(ending(solution)) {
            for path in missing.isEmpty ? [solution] : missing { result.add(path, "#pragma once\n" + program) }
        } else {
            result.add(solution, program)
            sources.append(solution)
        }
        let macros = CatchHeader.macros + ["main"]
        let header = macros.map { "#undef \($0)" }.joined(separator: "\n") + "\n#include \"\(name).h\"\n"
        var text = ours
        text.insert(header, at: place(in: ours))
        result.add("\(name).h", CatchHeader.text(name))
        result.add("tests.cpp", text.joined(separator: "\n") + "\n" + entry(name, control: secret.control))
        let standard = CppSuite.standard(program + suite.source)
        result.build = [
            "g++ -O0 -w -s -pthread -std=\(standard) -DEXERCISM_RUN_ALL_TESTS -I. -o main \(sources.joined(separator: " "))",
            "rm -f *.cpp *.h",
        ]
        result.run = "./main"
        result.environment = ["PATH=/usr/local/bin:/usr/bin:/bin"]
        return result
    }

    private static func entry(_ name: String, control: String) -> String {
        let (head, tail) = (name.prefix(12), name.dropFirst(12))
        return """

            int main() {
                int index = 0, failed = 0;
                for (auto &one : seen_\(name)::cases()) {
                    if (!seen_\(name)::passes(one)) failed = 1;
                    else {
                        if (getenv("\(control)")) _exit(1);
                        std::string line = std::string("\(head)") + "\(tail) ran case" + std::to_string(index) + "\\n";
                        if (write(3, line.data(), line.size()) < 0) _exit(1);
                    }
                    index++;
                }
                _exit(failed);
            }

            """
    }

    // Cases that are compiled: not those behind a switch of another name, for example of benchmarks.
    private static func cases(in code: String) -> Int {
        var (count, shown) = (0, [Bool]())
        for line in code.split(whereSeparator: \.isNewline) {
            let text = line.drop { $0 == " " }
            let words = text.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
            let isSwitch = words.first == "ifdef" || words.first == "if" && words.dropFirst().first == "defined"
            if text.hasPrefix("#if") {
                shown.append(!isSwitch || words.last == "EXERCISM_RUN_ALL_TESTS")
            } else if text.hasPrefix("#el"), let last = shown.popLast() {
                shown.append(!last)
            } else if text.hasPrefix("#endif") {
                _ = shown.popLast()
            } else if ["TEST_CASE(", "SCENARIO(", "TEST_CASE_METHOD("].contains(where: text.hasPrefix),
                !shown.contains(false)
            {
                count += 1
            }
        }
        return count
    }

    // Behind the includes that stand before the first case, and behind the condition that they may stand in.
    private static func place(in lines: [String]) -> Int {
        var (depth, last, place) = (0, true, 0)
        for (index, line) in lines.enumerated() {
            let text = line.drop { $0 == " " }
            if text.hasPrefix("TEST_CASE") || text.hasPrefix("SCENARIO") { break }
            if text.hasPrefix("#if") { depth += 1 }
            if text.hasPrefix("#endif") { depth -= 1 }
            if text.hasPrefix("#include") { last = true }
            if last, depth == 0, text.hasPrefix("#") { (place, last) = (index + 1, false) }
        }
        return place
    }

    private static func ending(_ path: String) -> String { path.split(separator: ".").last.map(String.init) ?? "" }

    private static func isCatch(_ line: String) -> Bool {
        line.drop { $0 == " " }.hasPrefix("#include") && line.lowercased().contains("catch")
    }

    // The file of an #include in quotes.
    private static func quoted(_ line: String) -> String? {
        let text = line.drop { $0 == " " }
        guard text.hasPrefix("#include \"") else { return nil }
        return String(text.dropFirst("#include \"".utf8.count).prefix { $0 != "\"" })
    }
}
