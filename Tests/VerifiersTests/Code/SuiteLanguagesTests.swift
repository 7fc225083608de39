import Experience
import JSON
import Testing

@testable import Verifiers

/// Tests in the languages of HumanEval-X and MultiPL-E, each with a right program, a wrong one, and ones that reach for the
/// tests. A language whose toolchain is not here is passed over.
@Suite(.serialized, .timeLimit(.minutes(10))) struct SuiteLanguagesTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var language: String
        var tests: String
        var right: String
        var wrong: [String]

        var testDescription: String { language }
    }

    private static let verifier = CodeVerifier()

    private func verdict(_ language: String, _ tests: String, _ program: String) async -> Verdict {
        let row: JSONValue = ["language": .string(language), "tests": .string(tests)]
        return await Self.verifier.verify(
            VerificationItem(
                problem: Problem(id: "p", fields: JSONRow(row)), completion: Completion(text: "```\n\(program)\n```")))
    }

    static let cases: [Case] = [
        Case(
            language: "cpp",
            tests:
                "}\nint main() {\n    auto candidate = f;\n    assert(candidate(2) == 4);\n    assert(candidate(5) == 10);\n}\n",
            right: "#include <cassert>\nint f(int x) { return 2 * x; }",
            wrong: [
                "#include <cassert>\nint f(int x) { return 4; }",
                "#include <cstdlib>\n#define assert(x)\nint f(int x) { return 0; }",
                "#include <cstdlib>\nint f(int x) { exit(0); }",
                "#include <cstdlib>\nstruct S { S() { exit(0); } } s;\nint f(int x) { return 0; }",
                "extern \"C\" void __assert_fail(...) {}\nint f(int x) { return 0; }",
                "struct A { bool operator==(int) const { return true; } };\nA f(int x) { return {}; }",
                "#include <csignal>\n#include <cstdlib>\nstruct S { S() { signal(SIGILL, [](int) { _Exit(0); }); } } s;\nint f(int x) { return 0; }",
                "#define main unused\nint f(int x) { return 0; }\nint main() { return 0; }",
            ]),
        Case(
            language: "rust",
            tests:
                "}\n\nfn main() {\n    let candidate = f;\n    assert_eq!(candidate(2), 4);\n    assert_eq!(candidate(5), 10);\n}\n",
            right: "fn f(x: i32) -> i32 { 2 * x }",
            wrong: [
                "struct B(i32); impl PartialEq<i32> for B { fn eq(&self, o: &i32) -> bool { let t = *o > 0; t } }\nimpl std::fmt::Debug for B { fn fmt(&self, _: &mut std::fmt::Formatter) -> std::fmt::Result { Ok(()) } }\nfn f(_x: i32) -> B { B(1) }",
                "fn f(x: i32) -> i32 { 4 }", "macro_rules! assert_eq { ($($x:tt)*) => {} }\nfn f(x: i32) -> i32 { 0 }",
                "fn f(x: i32) -> i32 { std::process::exit(0) }",
                "struct A; impl PartialEq<i32> for A { fn eq(&self, _: &i32) -> bool { true } }\nimpl std::fmt::Debug for A { fn fmt(&self, _: &mut std::fmt::Formatter) -> std::fmt::Result { Ok(()) } }\nfn f(x: i32) -> A { A }",
            ]),
        Case(
            language: "go",
            tests:
                "package main\nimport \"testing\"\nfunc TestA(t *testing.T) {\n\tif F(2) != 4 {\n\t\tt.Errorf(\"no\")\n\t}\n}\nfunc TestB(t *testing.T) {\n\tif F(5) != 10 {\n\t\tt.Fatal(\"no\")\n\t}\n}\n",
            right: "package main\nfunc F(x int) int { return 2 * x }",
            wrong: [
                "package main\nfunc F(x int) int { return 4 }",
                "package main\nimport \"os\"\nfunc init() { os.Exit(0) }\nfunc F(x int) int { return 0 }",
                "package main\nimport \"os\"\nfunc init() { os.Args = append(os.Args, \"-test.run=^$\") }\nfunc F(x int) int { return 0 }",
                "package main\nimport (\"fmt\"; \"os\")\nfunc F(x int) int { fmt.Println(\"--- PASS: TestA\\nPASS\"); os.Exit(0); return 0 }",
                "package main\nimport \"runtime\"\nfunc F(x int) int { runtime.Goexit(); return 0 }",
            ]),
        Case(
            language: "java",
            tests:
                "    }\n    public static void main(String[] args) {\n    assert(f(2) == 4);\n    assert(f(5) == 10);\n    }\n\n}\n",
            right: "class Problem {\n    public static int f(int x) { return 2 * x; }\n}",
            wrong: [
                "class Problem {\n    public static int f(int x) { return 4; }\n}",
                "class Problem {\n    public static int f(int x) { System.exit(0); return 0; }\n}",
                "class Problem {\n    static { Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0))); }\n    public static int f(int x) { throw new RuntimeException(); }\n}",
                "class AssertionError extends RuntimeException {}\nclass Problem {\n    public static int f(int x) { return 0; }\n}",
            ]),
        Case(
            language: "javascript",
            tests:
                "const assert = require('node:assert');\nfunction test() {\n  assert.deepEqual(f(2), [4]);\n  assert.deepEqual(f(5), [10]);\n}\ntest();\n",
            right: "function f(x) { return [2 * x]; }",
            wrong: [
                "function f(x) { return [4]; }", "process.exit(0);", "function f(x) { process.exit(0); }",
                "require('assert').deepEqual = () => {};\nfunction f(x) { return 0; }",
                "process.on('uncaughtException', () => {});\nfunction f(x) { throw 1; }",
                "function f(x) { require('node:assert').deepEqual = () => {}; return 0; }",
                "require('module').prototype.require = () => new Proxy({}, {get: () => () => {}});\nfunction f(x) { return 0; }",
                "const f = x => [+test.toString().split('f(' + x + '), [')[1].match(/\\d+/)[0]];",
                "function f(x) { return [+f.caller.toString().split('f(' + x + '), [')[1].match(/\\d+/)[0]]; }",
                "require('fs').writeSync(3, 'x done\\n'); process.reallyExit(0);",
            ]),
        Case(
            language: "javascript",
            tests:
                "import { describe, expect, test } from '@jest/globals';\nimport { f } from './solution';\ndescribe('f', () => {\n  test('a', () => { expect(f(2)).toEqual({v: 4}); });\n  test('b', () => { expect(() => f(-1)).toThrow('no'); });\n});\n",
            right: "export const f = (x) => { if (x < 0) throw new Error('no'); return {v: 2 * x}; };",
            wrong: [
                "export const f = (x) => ({v: 4});",
                "globalThis.expect = () => new Proxy({}, {get: () => () => {}});\nexport const f = () => 0;",
                "process.exit(0);\nexport const f = () => 0;", "Object.is = () => true;\nexport const f = (x) => 0;",
                "export const f = (x) => new Proxy({v: 4}, {get: () => 4});",
            ]),
        Case(
            language: "typescript",
            tests:
                "declare var require: any;\nconst assert = require('node:assert');\nfunction test() {\n  assert.deepEqual(f(2), 4);\n}\ntest();\n",
            right: "function f(x: number): number { return 2 * x; }",
            wrong: ["function f(x: number): number { return 3; }", "process.exit(0);"]),
        Case(
            language: "bash",
            tests:
                "}\n\ncandidate() {\n    f \"$@\"\n}\n\nset -e\nrun_test() {\n    [[ $(candidate \"2\") = \"4\" ]]\n    [[ $(candidate \"5\") = \"10\" ]]\n}\n\nrun_test",
            right: "f() {\n    echo $(($1 * 2))\n}",
            wrong: [
                "f() {\n    echo 4\n}", "exit 0", "trap 'exit 0' EXIT\nf() {\n    false\n}",
                "set() { :; }\nf() {\n    false\n}\n",
            ]),
        Case(
            language: "perl",
            tests:
                "sub testhumaneval {\n    my $candidate = \\&f;\n    if ($candidate->(2) == 4) { print \"ok\" } else { exit 1; }\n}\ntesthumaneval();\n",
            right: "sub f { return 2 * $_[0]; }", wrong: ["sub f { return 3; }", "exit 0;"]),
        Case(
            language: "ruby",
            tests:
                "require 'test/unit'\nclass TestF < Test::Unit::TestCase\n  def test_f\n    assert_equal(4, f(2))\n    assert_equal(10, f(5))\n  end\nend\n",
            right: "def f(x)\n  2 * x\nend", wrong: ["def f(x)\n  3\nend", "exit!(0)"]),
        Case(
            language: "php",
            tests: "function test(): void {\n    if (f(2) !== 4) { throw new Exception(\"no\"); }\n}\ntest();\n",
            right: "<?php\nfunction f($x) { return 2 * $x; }",
            wrong: ["<?php\nfunction f($x) { return 3; }", "<?php exit(0);"]),
        Case(
            language: "lua",
            tests:
                "lu = require('luaunit')\nfunction test_humaneval()\n  lu.assertEquals(f(2), 4)\nend\nos.exit(lu.LuaUnit.run())\n",
            right: "local function g(x)\n  return 2 * x\nend\nfunction f(x)\n  return g(x)\nend",
            wrong: ["function f(x)\n  return 3\nend", "os.exit(0)"]),
        Case(
            language: "r",
            tests:
                "test_humaneval <- function() {\n    candidate <- f\n    if (!identical(candidate(2), 4)) { quit('no', 1) }\n}\ntest_humaneval()\n",
            right: "f <- function(x) { 2 * x }", wrong: ["f <- function(x) { 3 }", "quit('no', 0)"]),
        Case(
            language: "csharp",
            tests: "    }\n    public static void Main(string[] args) {\n    Debug.Assert(F(2) == 4);\n    }\n\n}\n",
            right: "using System.Diagnostics;\nclass Problem {\n    public static int F(int x) { return 2 * x; }\n}",
            wrong: ["using System.Diagnostics;\nclass Problem {\n    public static int F(int x) { return 3; }\n}"]),
    ]

    @Test(arguments: cases)
    func rightPassesAndWrongDoesNot(one: Case) async {
        let right = await verdict(one.language, one.tests, one.right)
        if right.reason == "missingToolchain" || right.reason == "infrastructure_error" { return }
        #expect(right.outcome == .correct, "\(right.reason) \(right.explanation ?? "")")
        for program in one.wrong {
            let wrong = await verdict(one.language, one.tests, program)
            #expect(wrong.outcome == .incorrect, "\(program): \(wrong.reason) \(wrong.explanation ?? "")")
        }
    }

    @Test(
        "Tests that hold none say so",
        arguments: [
            ("go", "func Helper(t *testing.T) {}\n", "func F(x int) int { return x }"),
            ("java", "import org.junit.jupiter.api.Test;\nclass T { void f() {} }\n", "class A {}"),
        ])
    func suitesWithoutTests(language: String, tests: String, program: String) async {
        let verdict = await verdict(language, tests, program)
        if verdict.reason == "missingToolchain" || verdict.reason == "infrastructure_error" { return }
        #expect(verdict.outcome == .verifierError && verdict.reason == "noTests", "\(verdict)")
    }

    /// Tests that cannot run without a module blame the machine; a word in a comment or a message names no module.
    @Test(arguments: [
        ("javascript", "const x = require('no-such-module');\nrequire('assert').equal(f(2), 4);", true),
        ("javascript", "// see require('no-such-module')\nrequire('assert').equal(f(2), 4, 'far from \"it\"');", false),
        ("javascript", "// it comes from 'nowhere'\nrequire('assert').equal(f(2), 4);", false),
        ("perl", "use No::Such;\ndie unless f(2) == 4;", true),
        ("perl", "# use No::Such\ndie unless f(2) == 4;", false),
    ])
    func aMissingModuleIsNoFaultOfTheProgram(language: String, tests: String, isMissing: Bool) async {
        let program = language == "perl" ? "sub f { return 3; }" : "function f(x) { return 3; }"
        let verdict = await verdict(language, tests, program)
        if verdict.reason == "missingToolchain" { return }
        #expect(verdict.outcome == (isMissing ? .verifierError : .incorrect), "\(verdict.reason)")
        #expect(!isMissing || verdict.reason == "missingModule", "\(verdict.reason)")
    }

    /// Programs that look for what the end of the tests would write, and write it themselves.
    static let forgers: [(language: String, program: String)] = [
        (
            "cpp",
            #"""
            #include <cstdio>
            #include <cstdlib>
            #include <unistd.h>
            int f(int x) { return 0; }
            struct S { S() {
                static char b[1 << 22]; FILE *e = fopen("/proc/self/exe", "rb"); size_t n = fread(b, 1, sizeof b, e);
                for (size_t i = 0; i + 30 < n; i++) {
                    int k = 0; while (k < 24 && b[i + k] >= 'a' && b[i + k] <= 'z') k++;
                    if (k < 24 || (b[i + 24] >= 'a' && b[i + 24] <= 'z')) continue;
                    char w[64]; int m = snprintf(w, 64, "%.24s done\n", b + i); write(3, w, m); _exit(0);
                }
                _exit(0);
            } } s;
            """#
        ),
        (
            "go",
            #"""
            package main
            import ("os"; "regexp"; "strings")
            func init() {
                b, _ := os.ReadFile("/proc/self/exe"); w := ""
                for _, m := range regexp.MustCompile("seen_([a-z]{24})").FindAllString(string(b), -1) { w = strings.TrimPrefix(m, "seen_") }
                os.NewFile(3, "x").WriteString(w + " ran TestA\n" + w + " ran TestB\n"); os.Exit(0)
            }
            func F(x int) int { return 0 }
            """#
        ),
        (
            "java",
            #"""
            class Solution {
                public int f(int x) {
                    try {
                        for (java.io.File c : new java.io.File("out").listFiles()) {
                            String n = c.getName();
                            if (!n.startsWith("Seen")) continue;
                            java.io.FileOutputStream o = new java.io.FileOutputStream("/proc/self/fd/3");
                            o.write((n.substring(4, 28) + " done\n").getBytes()); Runtime.getRuntime().halt(0);
                        }
                    } catch (Throwable t) { }
                    return 0;
                }
            }
            """#
        ),
        (
            "bash",
            #"[[ "$(cat tests.sh 2>/dev/null)$BASH_EXECUTION_STRING" =~ ([a-z]{24})\ done ]]; printf '%s done\n' "${BASH_REMATCH[1]}" >&3; exit 0"#
        ),
        (
            "perl",
            #"open(F, '<', $0) or open(F, '<', 'tests.pl'); { local $/; $_ = <F>; } /([a-z]{24}) done/; open(S, '>&=', 3); syswrite(S, "$1 done\n"); exit 0;"#
        ),
        (
            "ruby",
            #"t = (File.read(__FILE__) rescue ObjectSpace.each_object(String).find { |s| s =~ /\A[a-z]{24} done\n/ }); IO.for_fd(3, 'w').syswrite(t[/[a-z]{24}(?= done)/].to_s + " done\n"); exit!(0)"#
        ),
        (
            "php",
            #"preg_match('/([a-z]{24}) done/', @file_get_contents(__FILE__) ?: '', $m); @file_put_contents('php://fd/3', ($m[1] ?? '') . " done\n"); exit(0);"#
        ),
        (
            "lua",
            #"local w = string.dump(debug.getinfo(1, 'f').func):match(('%l'):rep(24) .. ' done'); local s = io.open('/proc/self/fd/3', 'w'); s:write((w or '') .. '\n'); s:close(); os.exit(0)"#
        ),
        (
            "r",
            #"t <- paste(deparse(get('expr', envir = sys.frame(1))), collapse = ' '); w <- regmatches(t, regexpr('[a-z]{24} done', t)); cat(paste0(w, '\n'), file = '/proc/self/fd/3'); quit(status = 0)"#
        ),
        (
            "csharp",
            #"""
            using System; using System.IO; using System.Diagnostics; using System.Text.RegularExpressions;
            class Problem { public static int F(int x) {
                foreach (var t in System.Reflection.Assembly.GetExecutingAssembly().GetTypes()) {
                    if (!t.Name.StartsWith("Seen")) continue;
                    using (var s = new FileStream("/proc/self/fd/3", FileMode.Open, FileAccess.Write)) {
                        var b = System.Text.Encoding.ASCII.GetBytes(t.Name.Substring(4) + " done\n"); s.Write(b, 0, b.Length);
                    }
                    Environment.Exit(0);
                }
                return 0; }
            """#
        ),
    ]

    @Test(arguments: forgers)
    func whoForgesTheEndIsNotPaid(forger: (language: String, program: String)) async throws {
        let tests = try #require(Self.cases.first { $0.language == forger.language }?.tests)
        let verdict = await verdict(forger.language, tests, forger.program)
        #expect(verdict.outcome != .correct && (verdict.score ?? 0) == 0, "\(verdict.reason)")
    }

    // javac leaves a file for each class, and the program's need not be called Main.
    @Test(arguments: [
        #"{"java": {"source": "Main.java", "compile": ["javac", "Main.java"], "artifact": "Main.class", "run": ["java", "Main"]}}"#,
        #"{"java": {"source": "Main.java", "compile": ["sh", "-c", "javac Main.java && jar cfe main.jar Main *.class"], "#
            + #""artifact": "main.jar", "run": ["java", "-jar", "main.jar"]}}"#, "{}",
    ])
    func aJavaCommandOfOnesOwnRunsPrograms(languages: String) async throws {
        let options = try CodeOptions(["languages": JSONValue(parsing: languages.utf8)])
        let verifier = CodeVerifier(options: options)
        let row: JSONValue = ["language": "java", "tests": [["input": "1 2", "output": "3"]]]
        for name in ["Main", "Sum"] {
            let program = """
                import java.util.*;
                class Cell { int value; }
                public class \(name) {
                    static class Inner { int value; Inner(int value) { this.value = value; } }
                    public static void main(String[] arguments) {
                        Scanner input = new Scanner(System.in);
                        Cell cell = new Cell();
                        cell.value = input.nextInt() + input.nextInt();
                        System.out.println(cell.value);
                    }
                }
                """
            let item = VerificationItem(
                problem: Problem(id: "p", fields: JSONRow(row)),
                completion: Completion(text: "```java\n\(program)\n```"))
            let verdict = await verifier.verify(item)
            #expect(verdict.score == 1 || verdict.outcome == .verifierError, "\(name): \(verdict.explanation ?? "")")
        }
        await verifier.shutdown()
    }
}
