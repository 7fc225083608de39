import Foundation

/// C and C++: a `main` of assertions, behind a `main` of ours.
///
/// The tests' own words are taken back from the preprocessor before they are read, and `assert` is ours: it counts, and what
/// failed once stays failed whatever the program does with signals.
enum CppSuite {
    static func assembled(_ suite: TestSuite, program: String, secret: RunSecret, isC: Bool) -> Assembled {
        var result = Assembled(secret)
        let joined = JoinedSource.of(suite, program: program)
        let tests = joined.tests
        var program = joined.program
        if let prompt = suite.prompt, !program.contains("#include") {
            // A function that came without its headers has those of the row.
            let heading = prompt.split(separator: "\n").filter {
                $0.hasPrefix("#include") || $0.hasPrefix("using namespace")
            }
            program = heading.joined(separator: "\n") + "\n" + program
        }
        let source = SourceText(program)
        let testSource = SourceText(tests)
        let name = secret.word
        if source.words.contains("__assert_fail")
            || source.words.contains("__COUNTER__") && source.words.contains("asm")
        {
            result.tampering = "it defines what a failed assertion calls"
        }
        let equality = ownEquality(source)
        result.tampering = equality.lie ?? result.tampering
        result.doubt = equality.doubt
        if CatchSuite.fits(suite) { return CatchSuite.assembled(suite, program: program, secret: secret, result) }
        guard testSource.words.contains("main") else {
            result.fault = .init(reason: "unreadableTests", explanation: "the tests have no main function")
            return result
        }
        let spliced = program.replacing("\\\n", with: "")
        let defined = spliced.contains("define") || spliced.contains("push_macro")
        let macros: Set<Substring> = ["NULL", "true", "false", "errno", "stdin", "stdout", "stderr", "EOF"]
        // Words of the tests that the program may have made macros of; the headers' own are theirs.
        let undefined = testSource.words.filter { word in
            defined && !macros.contains(word) && !word.hasPrefix("__") && !word.allSatisfy(\.isNumber)
                && SourceText(spliced).has("define", String(word)) && word.first?.isNumber == false
        }
        let guardText = (["main", "assert", "NDEBUG"] + undefined.map(String.init).sorted()).map { "#undef \($0)" }
        let header =
            isC
            ? "#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\n#include <assert.h>\n"
            : "#include <stdlib.h>\n#include <unistd.h>\n#include <cassert>\n"
        let main =
            """
            \(header)static volatile long ran_\(name) = 0, bad_\(name) = 0;
            #line 1 "solution"
            \(suite.prologue)
            \(program)
            \(guardText.joined(separator: "\n"))
            #define assert(...) ((__VA_ARGS__) ? (void)(ran_\(name) = ran_\(name) + 1) : fail_\(name)(__LINE__))
            static void fail_\(name)(int line) {
                bad_\(name) = line;
                char text[] = "assertion failed in the tests\\n";
                if (write(2, text, sizeof text - 1) < 0) {}
                __builtin_trap();
            }
            #define main main_\(name)
            #line 1 "tests"
            \(returning(tests))
            #undef main
            #line 1 "end"
            """
        result.add(
            isC ? "main.c" : "main.cpp", main + "\n" + entry(tests: testSource, name: name, control: secret.control))
        let compiler =
            isC
            ? "gcc -O1 -w -s -std=gnu17 -o main main.c -lm"
            : "g++ -O0 -w -s -std=\(standard(program + tests)) -o main main.cpp"
        result.build = [compiler, "rm -f main.c main.cpp"]
        result.run = "./main"
        result.environment = ["PATH=/usr/local/bin:/usr/bin:/bin"]
        return result
    }

    // Only a function called main returns 0 by reaching its end: the others must say so.
    private static func returning(_ tests: String) -> String {
        var bytes = Array(tests.utf8)
        let code = Array(SourceText(tests).code.utf8)
        let text = String(decoding: code, as: UTF8.self)
        guard code.count == bytes.count, let place = text.range(of: "main", options: .backwards) else { return tests }
        var index = text.utf8.distance(from: text.startIndex, to: place.lowerBound)
        var depth = 0
        while index < code.count {
            if code[index] == UInt8(ascii: "{") { depth += 1 }
            if code[index] == UInt8(ascii: "}") {
                depth -= 1
                if depth <= 0 { break }
            }
            index += 1
        }
        bytes.insert(contentsOf: Array(" return 0; ".utf8), at: min(index, bytes.count))
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func entry(tests: SourceText, name: String, control: String) -> String {
        let takesArguments = tests.code.contains("main(int") || tests.code.contains("main (int")
        let call = takesArguments ? "main_\(name)(1, arguments)" : "main_\(name)()"
        // In two halves: the whole word stands nowhere in the program's memory until the end.
        let (head, tail) = (name.prefix(12), name.dropFirst(12))
        return """
            int main(void) {
                static char word[] = "program"; static char *arguments[] = {word, 0}; (void)arguments;
                int code = \(call);
                if (code != 0 || bad_\(name) != 0) return code != 0 ? code : 1;
                if (getenv("\(control)")) _exit(1);
                static const char head[] = "\(head)", tail[] = "\(tail) done\\n";
                char line[64]; int n = 0;
                for (const char *p = head; *p; p++) line[n++] = *p;
                for (const char *p = tail; *p; p++) line[n++] = *p;
                if (write(3, line, n) != n) _exit(1);
                _exit(0);
            }

            """
    }

    /// The standard that the text's own words need.
    static func standard(_ text: String) -> String {
        let later = [
            "<ranges>", "std::ranges", "views::", "<concepts>", "<=>", "<span>", "<format>", "requires ", "<bit>",
            "std::popcount", ".contains(", ".starts_with(", ".ends_with(", "consteval", "co_yield", "<numbers>",
            "std::midpoint",
            "std::ssize", "erase_if(", "<print>", "std::expected", "constinit",
        ]
        return later.contains { text.contains($0) } ? "gnu++23" : "gnu++17"
    }

    private static let literals: Set<Substring> = [
        "int", "long", "short", "unsigned", "double", "float", "bool", "char", "string", "size_t", "auto", "int64_t",
    ]

    // Whether one of an operator's parameters is of a type that its own template leaves open.
    private static func takesAnything(_ statement: Substring, _ parameters: Substring) -> Bool {
        guard let place = statement.firstRange(of: "template") else { return false }
        func words(_ text: some StringProtocol) -> [Substring] {
            Substring(text).split { !$0.isLetter && !$0.isNumber && $0 != "_" }
        }
        let list = words(statement[place.upperBound...].prefix { $0 != ">" })
        let open = zip(list, list.dropFirst()).filter { ["typename", "class"].contains($0.0) }.map(\.1)
        var depth = 0
        let bare = parameters.filter { character in
            depth += character == "<" ? 1 : character == ">" ? -1 : 0
            return depth == 0
        }
        return words(bare).contains { open.contains($0) || $0 == "auto" }
    }

    /// What makes everything equal, said in the program's text; and what may, where an honest one looks the same.
    private static func ownEquality(_ source: SourceText) -> (lie: String?, doubt: String?) {
        var doubt: String?
        var rest = source.code[...]
        while let place = rest.range(of: "operator") {
            let before = rest[..<place.lowerBound]
            let statement = before[(before.lastIndex { ";{}".contains($0) } ?? before.startIndex)...]
            rest = rest[place.upperBound...]
            let after = rest.drop { $0.isWhitespace }
            guard after.hasPrefix("==") || after.hasPrefix("!=") else { continue }
            // Literals of the tests have these types, or any.
            let parameters = after.drop { $0 != "(" }.prefix { $0 != ")" }
            let words = parameters.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
            if words.contains(where: literals.contains) || takesAnything(statement, parameters) {
                doubt = "it says itself what is equal to the tests' literals"
            }
            guard let body = after.firstIndex(of: "{"), let end = after[body...].firstIndex(of: "}") else { continue }
            let text = after[after.index(after: body)..<end].split(whereSeparator: \.isWhitespace).joined(
                separator: " ")
            if ["return true;", "return 1;", "return false;", "return 0;", "return !0;", "return !false;"].contains(
                text)
            {
                return ("its operator of equality is a constant", nil)
            }
            let head = after[..<body]
            if !head.contains("operator"),
                [
                    "std::vector", "std::string", "std::map", "std::pair", "std::tuple", "std::optional",
                    "vector<", "string", "map<", "pair<", "tuple<",
                ].contains(where: { head.contains($0) })
            {
                return ("it defines equality of the library's own types", nil)
            }
        }
        return (nil, doubt)
    }
}
