import Experience
import JSON
import Testing

@testable import Verifiers

/// Rows in the layouts of published sets, each with answers that are right and answers that are not.
@Suite(.serialized, .timeLimit(.minutes(10))) struct PublishedShapesTests {
    private static let verifier = CodeVerifier()

    private func verdict(_ row: String, _ program: String, tag: String = "python") async throws -> Verdict {
        await Self.verifier.verify(
            VerificationItem(
                problem: Problem(id: "p", fields: JSONRow(try JSONValue(parsing: row.utf8))),
                completion: Completion(text: "```\(tag)\n\(program)\n```")))
    }

    static let rows: [(row: String, right: String, wrong: String)] = [
        // test-gen/livecodebench
        (
            ##"{"function_name": "add", "test": "[{\"input\": \"1\\n2\", \"output\": \"3\", \"testtype\": \"functional\"}, {\"input\": \"3\\n4\", \"output\": \"7\", \"testtype\": \"functional\"}]"}"##,
            "class Solution:\n    def add(self, a, b):\n        return a + b",
            "class Solution:\n    def add(self, a, b):\n        return 3"
        ),
        // rStar-Coder, a function by its name
        (
            ##"{"starter_code": "def add(a, b):\n    ", "func_name": "add", "inputs": "[[1, 2], [3, 4]]", "outputs": "[3, 7]"}"##,
            "def add(a, b):\n    return a + b", "def add(a, b):\n    return 3"
        ),
        // INTELLECT-2
        (
            ##"{"verification_info": "{\"ground_truth\": \"{\\\"inputs\\\": [\\\"1 2\\\"], \\\"outputs\\\": [\\\"3\\\"]}\"}"}"##,
            "print(sum(map(int, input().split())))", "print(4)"
        ),
        // LeetCodeDataset, where the tests name nothing of the class
        (
            ##"{"prompt": "from typing import *\n", "entry_point": "Solution().add", "test": "def check(candidate):\n    for a, b in [(1, 2), (3, 4)]:\n        assert candidate(a = a, b = b) == a + b\n"}"##,
            "class Solution:\n    def add(self, a, b):\n        return a + b",
            "class Solution:\n    def add(self, a, b):\n        return 3"
        ),
        // AutoCodeBench, fenced
        (
            ##"{"language": "python", "full_test_func": "```python\ndef test():\n    assert add(1, 2) == 3\n    assert add(-1, 5) == 4\n\nif __name__ == \"__main__\":\n    test()\n```"}"##,
            "def add(a, b):\n    return a + b", "def add(a, b):\n    return 3"
        ),
        // CommonOJ
        (
            #"{"test": [{"input": {"stdin": "2\n"}, "output": {"stdout": "4\n"}}, {"input": {"stdin": "5\n"}, "output": {"stdout": "10\n"}}]}"#,
            "print(2 * int(input()))", "print(4)"
        ),
        (
            #"{"test": [{"input": {"in.txt": "2\n"}, "output": {"out.txt": "4\n"}}]}"#,
            "open('out.txt', 'w').write(str(2 * int(open('in.txt').read())))", "print(4)"
        ),
        // open-r1/codeforces, old contests
        (
            #"{"input_mode": "file", "official_tests": [{"input": "2\n", "output": "4\n"}, {"input": "3\n", "output": "6\n"}]}"#,
            "open('output.txt', 'w').write(str(2 * int(open('input.txt').read())))",
            "open('output.txt', 'w').write('4')"
        ),
        // CodeContests+
        (
            ##"{"test_cases": [{"input": "7\n", "output": "3 4\n"}], "checker": "#include \"testlib.h\"\nint main(int c, char *v[]) { registerTestlibCmd(c, v); int n = inf.readInt(); int a = ouf.readInt(); int b = ouf.readInt(); if (a + b != n) quitf(_wa, \"%d\", a); if (!ouf.seekEof()) quitf(_pe, \"more\"); quitf(_ok, \"fine\"); }"}"##,
            "print(1, int(input()) - 1)", "print(1, int(input()))"
        ),
        // Skywork-OR1
        (
            #"{"reward_model": {"ground_truth": "{\"entry_point\": \"Solution().f\", \"import_prefix\": \"from typing import *\\n\", \"test_code\": \"def check(candidate):\\n    assert candidate(x = 2) == 4\\n    assert candidate(x = 5) == 10\\n\"}"}}"#,
            "class Solution:\n    def f(self, x: List[int]):\n        return 2 * x",
            "class Solution:\n    def f(self, x):\n        return 4"
        ),
        (
            #"{"reward_model": {"ground_truth": "{\"assert_case\": [\"assert f(2) == 4\", \"assert f(5) == 10\"]}"}}"#,
            "def f(x):\n    return 2 * x", "def f(x):\n    return 4"
        ),
        // EffiBench
        (
            #"{"test_case": "assert solution.f(2) == 4\nassert solution.f(5) == 10"}"#,
            "class Solution:\n    def f(self, x: Optional[int]):\n        return 2 * x",
            "class Solution:\n    def f(self, x):\n        return 4"
        ),
        // Mercury
        (
            #"{"entry_point": "f", "convert_offline": "def convert_offline(case):\n    return case", "evaluate_offline": "def evaluate_offline(inputs, outputs, expected):\n    return outputs == expected", "test_cases": "[{\"input\": [2], \"expected\": 4}, {\"input\": [5], \"expected\": 10}]"}"#,
            "class Solution(object):\n    def f(self, x):\n        return 2 * x",
            "class Solution(object):\n    def f(self, x):\n        return 4"
        ),
        // ODEX: a piece of a function, or all of it
        (
            #"{"prompt": "def f(xs):\n\treturn ", "suffix": "", "test_start": "\ndef check(candidate):", "test": ["\n    assert candidate([1, 2]) == 3\n", "\n    assert candidate([]) == 0\n"], "entry_point": "f"}"#,
            "sum(xs)", "len(xs)"
        ),
        (
            #"{"prompt": "def f(xs):\n\treturn ", "suffix": "", "test_start": "\ndef check(candidate):", "test": ["\n    assert candidate([1, 2]) == 3\n", "\n    assert candidate([]) == 0\n"], "entry_point": "f"}"#,
            "def f(xs):\n\treturn sum(xs)", "return 3"
        ),
        // HumanEval-Infilling, SAFIM
        (
            #"{"prompt": "def f(xs):\n    total = 0\n    for x in xs:\n", "suffix": "    return total\n", "test": "def check(candidate):\n    assert candidate([1, 2]) == 3\n    assert candidate([]) == 0\n\ncheck(f)\n", "entry_point": "f"}"#,
            "        total += x", "        total += 1"
        ),
        (
            #"{"lang": "python", "eval_prompt": "n = int(input())\n{{completion}}\nprint(m)\n", "unit_tests": "[{\"input\": \"3\\n\", \"output\": [\"6\"]}, {\"input\": \"5\\n\", \"output\": [\"10\"]}]"}"#,
            "m = 2 * n", "m = 6"
        ),
        // LiveBench
        (
            #"{"public_test_cases": "[{\"input\": \"[1,2]\", \"output\": \"3\", \"testtype\": \"functional\"}]", "private_test_cases": "[{\"input\": \"[4]\", \"output\": \"4\", \"testtype\": \"functional\"}]", "original_json": {"metadata": "{\"func_name\": \"f\"}"}}"#,
            "class Solution:\n    def f(self, v: List[int]):\n        return sum(v)",
            "class Solution:\n    def f(self, v):\n        return 3"
        ),
        // rStar-Coder
        (
            #"{"starter_code": "class Solution:\n    def f(self, x: int) -> int:\n        ", "inputs": "[\"2\", \"5\"]", "outputs": "[\"4\", \"10\"]"}"#,
            "class Solution:\n    def f(self, x):\n        return 2 * x",
            "class Solution:\n    def f(self, x):\n        return 4"
        ),
        // AutoCodeBench
        (
            #"{"language": "python", "full_test_func": "def test():\n    assert f(2) == 4\n    assert f(5) == 10\n\nif __name__ == '__main__':\n    test()"}"#,
            "def f(x):\n    return 2 * x", "def f(x):\n    return 4"
        ),
    ]

    @Test(arguments: rows.indices)
    func rightAndWrongAnswers(index: Int) async throws {
        let row = Self.rows[index]
        let right = try await verdict(row.row, row.right)
        #expect(right.outcome == .correct, "\(right.reason) \(right.explanation ?? "")")
        for program in [row.wrong, "import os\nos._exit(0)", "import sys\nsys.exit(0)", "x = 1"] {
            let verdict = try await verdict(row.row, program)
            #expect(verdict.outcome == .incorrect && verdict.score == 0, "\(verdict.reason) \(program)")
        }
    }

    // McEval: the prompt opens a class, and the tests close it; the answer may be the class, or the function alone.
    @Test(arguments: [
        (
            "Java/1",
            "import java.util.List;\n\nclass Solution {\n    // doubles\n    public static int f(int x)",
            "    public static void main(String[] args) {\n        assert f(2) == 4;\n        assert f(5) == 10;\n    }\n}",
            [
                "class Solution {\n    public static int f(int x) {\n        return 2 * x;\n    }\n}",
                "public static int f(int x) {\n    return 2 * x;\n}",
                "class Solution {\n    public static int f(int x)\n    {\n        return 2 * x;\n    }",
            ],
            [
                "class Solution {\n    public static int f(int x) {\n        return 4;\n    }\n}",
                "class Solution { static { System.exit(0); } }",
            ]
        ),
        (
            "C#/1", "using System.Diagnostics;\n\nclass Program\n{\n    static int F(int x)",
            "    static void Main()\n    {\n        Debug.Assert(F(2) == 4);\n        Debug.Assert(F(5) == 10);\n    }\n}",
            [
                "class Program\n{\n    static int F(int x)\n    {\n        return 2 * x;\n    }\n}",
                "static int F(int x)\n{\n    return 2 * x;\n}",
            ], ["class Program\n{\n    static int F(int x)\n    {\n        return 4;\n    }\n}"]
        ),
        (
            "TypeScript/1", "function f(x: number): number",
            "(() => {\n    console.assert(f(2) === 4);\n    console.assert(f(5) === 10);\n})();",
            ["function f(x: number): number { return 2 * x; }"],
            ["function f(x: number): number { return 4; }", "process.exit(0)"]
        ),
        (
            "Perl/1", "sub f {\n# doubles",
            "sub check {\nmy $func = shift;\nuse Test::More tests => 2;\nis_deeply &$func(2), 4;\nis_deeply &$func(5), 10;\n}\n\ncheck(\\&f);",
            ["sub f {\nreturn 2 * $_[0];\n}"],
            ["sub f {\nreturn 4;\n}", "sub f {\nreturn 4;\n}\nEND { $? = 0 }", "exit 0;"]
        ),
        (
            "Kotlin/1", "fun f(x: Int): Int", "fun main() {\n    check(f(2) == 4)\n    check(f(5) == 10)\n}\n\nmain()",
            ["fun f(x: Int): Int {\n    return 2 * x\n}"],
            ["fun f(x: Int): Int {\n    return 4\n}", "fun check(x: Boolean) {}\nfun f(x: Int): Int = 4"]
        ),
    ])
    func testsThatGoOnInTheProgram(id: String, prompt: String, tests: String, right: [String], wrong: [String])
        async throws
    {
        let row = JSONValue.object([
            .init("task_id", .string(id)), .init("prompt", .string(prompt)), .init("test", .string(tests)),
        ]).text
        for program in right {
            let verdict = try await verdict(row, program, tag: "")
            if verdict.reason == "missingToolchain" || verdict.reason == "infrastructure_error" { return }
            #expect(verdict.outcome == .correct, "\(verdict.reason) \(verdict.explanation ?? "") \(program)")
        }
        for program in wrong {
            let verdict = try await verdict(row, program, tag: "")
            #expect(verdict.outcome == .incorrect && verdict.score == 0, "\(verdict.reason) \(program)")
        }
    }

    // What a program says of itself, or puts in the place of what the tests call, is not paid.
    @Test(arguments: [
        (
            "Lua/1", "function test()\n    assert(f(2) == 4)\n    assert(f(5) == 10)\nend\n\ntest()",
            "function f(x) return 2 * x end",
            [
                "assert = function(x) return x end\nfunction f(x) return 0 end",
                "load('assert = print')()\nfunction f(x) return 0 end",
                "_G['as'..'sert'] = print\nfunction f(x) return 0 end",
            ]
        ),
        (
            "Ruby/1",
            "def check(c)\n  raise 'no' unless c.call(2) == 4\n  raise 'no' unless c.call(5) == 10\nend\ncheck(method(:f))",
            "def f(x)\n  2 * x\nend",
            [
                "class A; def ==(o) true end; end\ndef f(x) A.new end",
                "Kernel.module_eval('def ra' + 'ise(*a); end')\ndef f(x) 0 end",
                "class Integer; def ==(o) 1 > 0 end; end\ndef f(x) 0 end",
            ]
        ),
        (
            "Perl/1", "die 'x' unless f(2) == 4;\ndie 'x' unless f(5) == 10;", "sub f { return 2 * $_[0]; }",
            [
                "BEGIN { *CORE::GLOBAL::die = sub { 1 }; }\nsub f { 4 }",
                "package A; use overload '==' => sub { 1 }; package main;\nsub f { bless {}, 'A' }",
            ]
        ),
        (
            "CPP/1", "int main()\n{\n    assert(f(2) == 4);\n    assert(f(5) == 10);\n}",
            "int f(int x) { return 2 * x; }",
            [
                "struct A { bool operator==(int) const { volatile bool t = true; return t; } };\nA f(int x) { return {}; }",
                "struct A { template <class T> bool operator==(const T&) const { volatile bool t = true; return t; } };\nA f(int x) { return {}; }",
            ]
        ),
        (
            "C#/1",
            "class Tests\n{\n    static void Main()\n    {\n        Debug.Assert(Program.F(2) == 4);\n        Debug.Assert(Program.F(5) == 10);\n    }\n}",
            "class Program { public static int F(int x) { return 2 * x; } }",
            [
                "struct A { public static bool operator ==(A a, int b) { return b > 0; } public static bool operator !=(A a, int b) { return false; } }\nclass Program { public static A F(int x) { return new A(); } }"
            ]
        ),
    ])
    func whatAProgramReplacesIsNotPaid(id: String, tests: String, right: String, wrong: [String]) async throws {
        let row = JSONValue.object([.init("task_id", .string(id)), .init("test", .string(tests))]).text
        let verdict = try await verdict(row, right, tag: "")
        if verdict.reason == "missingToolchain" || verdict.reason == "infrastructure_error" { return }
        #expect(verdict.outcome == .correct, "\(verdict.reason) \(verdict.explanation ?? "")")
        for program in wrong {
            let verdict = try await self.verdict(row, program, tag: "")
            // Of an equality of its own nobody knows whether it is honest.
            #expect(verdict.reason == "tampered" || verdict.outcome == .incorrect, "\(verdict.reason) \(program)")
            #expect(verdict.score ?? 0 == 0)
        }
    }

    // What only looks like reaching for the tests is judged by them.
    @Test(arguments: [
        (
            "Perl/2", "die 'x' unless f(2) == 4;",
            "sub f { my $n = shift; my @a = (2); return $a[0]*$n if $n; return 2*$n; }"
        ),
        ("Lua/2", "assert(f(2) == 4)", "local my_Graph, MAX_G = {type = 1}, 2\nfunction f(x) return MAX_G * x end"),
        (
            "R/2", "stopifnot(f(2) == 4)",
            "small <- 2\nnonstop <- TRUE\nf <- function(x) { overall <- small * x; overall }"
        ),
        ("Ruby/2", "raise 'no' unless f(2) == 4", "def f(x)\n  !x.nil? ? 2 * x : 0\nend"),
        (
            "CPP/2", "int main()\n{\n    assert(f(2) == 4);\n}",
            "struct P { int x; bool operator==(const P& o) const { return x == o.x; } };\nint f(int x) { return 2 * x; }"
        ),
        (
            "Java/2",
            "class Main { public static void main(String[] a) { if (Solution.f(2) != 4) throw new RuntimeException(); } }",
            "class Solution { static class N implements Comparable<N> { int d; public int compareTo(N o) { return d - o.d; } }\n"
                + "static int f(int x) { return 2 * x; } }"
        ),
    ])
    func honestProgramsAreNoTampering(id: String, tests: String, program: String) async throws {
        let row = JSONValue.object([.init("task_id", .string(id)), .init("test", .string(tests))]).text
        let verdict = try await verdict(row, program, tag: "")
        if ["missingToolchain", "infrastructure_error"].contains(verdict.reason) { return }
        #expect(verdict.outcome == .correct, "\(verdict.reason) \(verdict.explanation ?? "")")
    }

    @Test("Cases of Catch2 run without it: sections, matchers, what only all tests have")
    func casesOfCatch() async throws {
        let row =
            ##"{"track": "cpp", "solution_file": "double.cpp", "test_file": "double_test.cpp", "test": "#include \"double.h\"\n#ifdef EXERCISM_TEST_SUITE\n#include <catch2/catch.hpp>\n#else\n#include \"test/catch.hpp\"\n#endif\n\nCATCH_REGISTER_ENUM(kind,\n    kind::a)\n\nTEST_CASE(\"one\", \"[a]\") {\n    REQUIRE(twice(2) == 4);\n    CHECK_THAT(name(), Catch::Matchers::StartsWith(\"tw\"));\n}\n\n#if defined(EXERCISM_RUN_ALL_TESTS)\nTEST_CASE(\"two\") {\n    int x = 0;\n    SECTION(\"a\") { x = 5; REQUIRE(twice(x) == 10); }\n    SECTION(\"b\") { REQUIRE(x == 0); REQUIRE_THROWS_AS(twice(-1), std::domain_error); }\n    REQUIRE(0.5 * twice(1) == Catch::Approx(1.0));\n}\n#endif\n", "files": {"double.h": "#pragma once\n#include <stdexcept>\n#include <string>\nenum class kind { a };\nint twice(int x);\nstd::string name();\n", "test/catch.hpp": "#error\n"}}"##
        let passed = try await verdict(
            row,
            "#include \"double.h\"\ntemplate <typename T> struct L { struct I { bool operator==(const I &) const; }; };\ntemplate <typename T> bool L<T>::I::operator==(const L<T>::I &o) const { return this == &o; }\nint twice(int x) { if (x < 0) throw std::domain_error(\"x\"); return 2 * x; }\nstd::string name() { return \"twice\"; }",
            tag: "")
        if ["missingToolchain", "infrastructure_error"].contains(passed.reason) { return }
        #expect(passed.outcome == .correct, "\(passed.reason) \(passed.explanation ?? "")")
        for wrong in [
            "#include \"double.h\"\nint twice(int x) { return 2 * x; }\nstd::string name() { return \"twice\"; }",
            "#include \"double.h\"\n#include <cstdlib>\nint twice(int x) { exit(0); }\nstd::string name() { return \"twice\"; }",
            "#include <string>\n#define REQUIRE(...)\n#define CHECK_THAT(...)\nint twice(int x) { return 0; }\nstd::string name() { return \"\"; }",
        ] {
            let failed = try await verdict(row, wrong, tag: "")
            #expect(failed.outcome == .incorrect, "\(failed.reason)")
        }
    }

    @Test(
        "Tests and program in folders of their own, Swift's scripts, assertions of Ruby's library alone",
        arguments: [
            (
                ##"{"language": "rust", "solution_file": "src/lib.rs", "test_file": "tests/adder.rs", "test": "use adder::*;\n#[test]\nfn one() { assert_eq!(add(1, 2), 3); }\n", "files": {"Cargo.toml": "[package]\nname = \"adder\"\n"}}"##,
                "pub fn add(a: i32, b: i32) -> i32 { a + b }", "pub fn add(a: i32, b: i32) -> i32 { 4 }"
            ),
            (
                ##"{"language": "swift", "prompt": "func add(a: Int, b: Int) -> Int {\n", "tests": "}\nassert(add(a: 1, b: 2) == 3)\nassert(add(a: -1, b: 5) == 4)"}"##,
                "func add(a: Int, b: Int) -> Int {\n    return a + b\n}",
                "func add(a: Int, b: Int) -> Int {\n    return 3\n}"
            ),
            (
                ##"{"language": "ruby", "tests": "require 'test/unit/assertions'\ninclude Test::Unit::Assertions\nassert_equal(3, add(1, 2))\n"}"##,
                "def add(a, b)\n  a + b\nend", "def add(a, b)\n  4\nend"
            ),
        ])
    func runnersOfFoldersAndScripts(row: String, right: String, wrong: String) async throws {
        let passed = try await verdict(row, right, tag: "")
        if ["missingToolchain", "missingModule", "infrastructure_error"].contains(passed.reason) { return }
        #expect(passed.outcome == .correct, "\(passed.reason) \(passed.explanation ?? "")")
        #expect(try await verdict(row, wrong, tag: "").outcome == .incorrect)
    }

    // A function of tests that nobody calls.
    @Test(arguments: ["JavaScript/1", "Lua/1", "Perl/1"])
    func scriptsThatTestNothingAreNoTests(id: String) async throws {
        let tests = [
            "JavaScript/1": "function test() {\n    console.assert(f(2) === 4);\n}",
            "Lua/1": "function test()\n    assert(f(2) == 4)\nend", "Perl/1": "sub check {\ndie unless f(2) == 4;\n}",
        ]
        let row = JSONValue.object([.init("task_id", .string(id)), .init("test", .string(tests[id] ?? ""))]).text
        let verdict = try await verdict(row, "x = 1", tag: "")
        #expect(verdict.outcome == .verifierError)
        #expect(["weakOracle", "missingToolchain"].contains(verdict.reason))
    }

    @Test func aMissingJarIsNamedWithItsPackage() async throws {
        #expect(TestModules.package(of: "org.javatuples") == "libjavatuples-java")
        #expect(TestModules.package(of: "org.junit.jupiter.api.Test") == "junit5")
        let suite = TestSuite(
            source: "import org.absent.*;\nimport java.util.*;", entryPoint: nil, prompt: "import org.javatuples.*;")
        #expect(TestModules.named(in: suite, language: "java").map(\.name) == ["org.javatuples", "org.absent"])
        let headers = TestSuite(source: "#include <bits/stdc++.h>\n#include <a/b.hpp>", entryPoint: nil)
        #expect(TestModules.named(in: headers, language: "cpp").map(\.name) == ["bits/stdc++.h", "a/b.hpp"])
    }
}
