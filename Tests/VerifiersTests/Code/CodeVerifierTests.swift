import Experience
import JSON
import Testing

@testable import Verifiers

/// Whether this machine can contain programs; where not, these tests have nothing to test.
private let canContain: Bool = {
    let toolchain = Toolchain(languages: Language.standard, python: "python3", isOpen: false)
    return toolchain.python != nil && (try? SandboxWorker(plan: toolchain.plan)) != nil
}()

@Suite(.enabled(if: canContain, "no sandbox or no python3 on this machine: see assay doctor"), .serialized)
struct CodeVerifierTests {
    private func verdict(_ row: JSONValue, _ response: String, _ options: CodeOptions = CodeOptions()) async -> Verdict
    {
        let verifier = CodeVerifier(options: options)
        let problem = Problem(id: "p", fields: JSONRow(row))
        let verdict = await verifier.verify(
            VerificationItem(problem: problem, completion: Completion(text: response)))
        await verifier.shutdown()
        return verdict
    }

    private let sum: JSONValue = [
        "language": "python", "format": "stdin",
        "tests": [["input": "2 3\n", "output": "5\n"], ["input": "10 -4\n", "output": "6\n"]],
        "limits": ["cpu_s": 1, "wall_s": 60, "memory_mb": 128, "output_bytes": 4096],
    ]

    @Test(arguments: [
        ("print(sum(map(int, input().split())))", "pass"), ("print(5)", "wrong_answer"), ("1/0", "runtime_error"),
        ("print(", "compile_error"), ("while True: pass", "timeout"),
        ("print('x' * 9999)", "output_limit"), ("x = bytearray(1 << 40)", "memory_limit"),
        ("import os; print(5, flush=True); os.kill(os.getpid(), 11)", "runtime_error"),
    ])
    func statuses(program: String, status: String) async {
        let verdict = await verdict(sum, program)
        #expect(verdict.reason == status)
        #expect(verdict.outcome == (status == "pass" ? .correct : .incorrect))
        #expect(verdict.details?["isolation"]?.stringValue == "user")
    }

    @Test func aSleeperRunsOutOfTimeOnTheWall() async {
        let row: JSONValue = [
            "language": "python", "format": "stdin", "tests": [["input": "", "output": "1"]], "limits": ["wall_s": 1],
        ]
        #expect(await verdict(row, "import time; time.sleep(600)").reason == "timeout")
    }

    @Test("A test with a process of its own says what that took, passed or not", arguments: ["2", "3"])
    func figuresOfOneTest(result: String) async {
        let row: JSONValue = ["format": "asserts", "tests": "assert f() == 2"]
        let test = await verdict(row, "def f(): return \(result)").details?["tests"]?.arrayValue?.first
        #expect(test?["cpu_ms"]?.intValue != nil && test?["wall_ms"]?.intValue != nil)
    }

    @Test func scoresCanBeShares() async {
        var options = CodeOptions()
        options.score = .fraction
        let verdict = await verdict(sum, "print(5)", options)
        #expect(verdict.score == 0.5)
        #expect(verdict.outcome == .incorrect)
    }

    @Test func noFenceIsNoAnswerUnlessTheRowIsBare() async {
        let row: JSONValue = ["input_output": ["inputs": ["1\n"], "outputs": ["1\n"]]]
        #expect(await verdict(row, "print(input())").outcome == .noAnswer)
        #expect(await verdict(row, "So:\n```python\nprint(input())\n```\n").outcome == .correct)
    }

    // A right program passes and a wrong one does not, in layouts that keep the expected values in ways of their own.
    @Test(arguments: [
        #"{"verification_info": {"language": "python", "test_cases": [{"type": "function_call", "fn_name": "add", "#
            + #""input": [1, 2], "output": [3]}, {"type": "function_call", "fn_name": "add", "input": [5, 2], "output": [7]}]}}"#,
        #"{"prompt": "def add(a, b):\n    \"\"\"Sum.\"\"\"\n", "entry_point": "add", "canonical_solution": "    return a + b\n", "#
            + #""base_input": [[1, 2]], "plus_input": [[0.5, 0.25]]}"#,
        #"{"tests": ">>> add(1, 2)\n3\n>>> add(5, 2)\n7\n"}"#,
        #"{"test": "def test():\n    \"\"\"\n    >>> add(1, 2)\n    3\n    \"\"\"\n"}"#,
        #"{"reward_model": {"ground_truth": "{\"pytest\": \"from solution import add\\ndef test_a():\\n    assert add(1, 2) == 3\"}"}}"#,
    ])
    func layoutsOfPublishedRows(_ text: String) async throws {
        let row = try JSONValue(parsing: text.utf8)
        let program = "```python\ndef add(a, b):\n    return a + b\n```"
        #expect(await verdict(row, program).score == 1)
        #expect(await verdict(row, program.replacing("+", with: "-")).score == 0)
    }

    @Test func aSolutionThatFailsJudgesNobody() async {
        let row: JSONValue = [
            "prompt": "def add(a, b):\n", "entry_point": "add", "canonical_solution": "    return a + c\n",
            "base_input": [[1, 2]], "plus_input": [],
        ]
        let verdict = await verdict(row, "```python\ndef add(a, b):\n    return a + b\n```")
        #expect(verdict.score == nil && verdict.reason == "referenceFails")
    }

    @Test func rowsOfOtherDataSets() async {
        let rows: [(JSONValue, String)] = [
            (["input_output": ["fn_name": "f", "inputs": [[1, 2]], "outputs": [[3]]]], "def f(a, b): return a + b"),
            (
                [
                    "public_test_cases": #"[{"input": "1\n2", "output": "3", "testtype": "functional"}]"#,
                    "metadata": #"{"func_name": "f"}"#,
                ], "class Solution:\n    def f(self, a: int, b: int) -> List[int]: return a + b"
            ),
            (["public_tests": ["input": ["4\n"], "output": ["16\n"]]], "print(int(input()) ** 2)"),
            (["test_list": ["assert f(2) == {1, 2}"]], "def f(n): return set(range(1, n + 1))"),
            (
                [
                    "prompt": "from typing import List\ndef f(x: List[int]):\n    \"\"\"doc\"\"\"\n",
                    "entry_point": "f",
                    "test": "def check(candidate):\n    assert candidate([1]) == 1\n",
                ], "    return x[0]"
            ),
        ]
        for (row, program) in rows {
            let verdict = await verdict(row, "```python\n\(program)\n```")
            #expect(verdict.outcome == .correct, "\(row.text): \(verdict.reason) \(verdict.explanation ?? "")")
        }
    }

    @Test func testsThatArePrograms() async {
        let loop = "for i in range(3):\n    assert f(i) == str(i)\n"
        let row: JSONValue = ["format": "asserts", "entry_point": "f", "language": "python", "tests": .string(loop)]
        let passed = await verdict(row, "def f(i): return str(i)")
        #expect(passed.reason == "pass")
        #expect(passed.details?["judged"]?.stringValue == "together")
        #expect(await verdict(row, "def f(i): return '0'").reason == "wrong_answer")
        let equal = "class Y:\n    def __eq__(s, o): return True\ndef f(i): return Y()"
        #expect(await verdict(row, equal).outcome == .incorrect)
        let exits = "import os\ndef f(i): os._exit(0)"
        #expect(await verdict(row, exits).outcome == .incorrect)
        let unit = """
            import unittest
            class T(unittest.TestCase):
                def test_it(self):
                    with self.assertRaises(ValueError): f(-1)
                    self.assertEqual(f(2), '2')
            """
        let cases: JSONValue = ["format": "unittest", "language": "python", "tests": .string(unit)]
        let honest = "def f(i):\n    if i < 0: raise ValueError('negative')\n    return str(i)"
        #expect(await verdict(cases, honest).reason == "pass")
        #expect(await verdict(cases, "def f(i): return str(i)").outcome == .incorrect)
    }

    private func checked(by source: String, language: String = "python") -> JSONValue {
        [
            "format": "stdin", "language": "python",
            "tests": [["input": "10\n", "output": "5 5\n"], ["input": "7\n", "output": "3 4\n"]],
            "checker": ["type": "program", "language": .string(language), "source": .string(source)],
        ]
    }

    /// Rows state LeetCode's lists and trees as lists.
    @Test(arguments: [
        (
            "[[1,2,3]]", "3", "Optional[ListNode]", "int",
            "n = 0\n        while x: n, x = n + 1, x.next\n        return n"
        ),
        ("[[1,null,2]]", "2", "TreeNode", "int", "return 1 + max(self.f(x.left), self.f(x.right)) if x else 0"),
        ("[[1,2]]", "[2,1]", "ListNode", "ListNode", "return ListNode(x.next.val, ListNode(x.val))"),
        ("[[1,2,3]]", "[1,3,2]", "TreeNode", "TreeNode", "x.left, x.right = x.right, x.left\n        return x"),
        ("[[1]]", "[]", "ListNode", "Optional[ListNode]", "return None"),
        ("[[[1],[2,3]]]", "[2,3]", "List[ListNode]", "ListNode", "return x[1]"),
    ])
    func nodesAreLists(arguments: String, expected: String, takes: String, gives: String, body: String) async throws {
        let tests = try JSONValue(parsing: Array(#"[{"args":\#(arguments),"expected":\#(expected)}]"#.utf8))
        let row: JSONValue = ["format": "functional", "entry_point": "f", "tests": tests]
        let program = "class Solution:\n    def f(self, x: \(takes)) -> \(gives):\n        \(body)"
        let verdict = await verdict(row, "```python\n\(program)\n```")
        #expect(verdict.outcome == .correct, "\(verdict.explanation ?? "")")
    }

    @Test(
        "Tests that prove nothing judge nobody",
        arguments: [
            (#"{"test_list":["assert True","assert 1+1==2"]}"#, "noTests"),
            (
                #"{"inputs":["1\n"],"outputs":[""],"format":"stdin","tests":[{"input":"1\n","output":"\n"}]}"#,
                "weakOracle"
            ),
        ])
    func emptyOracles(row: String, reason: String) async throws {
        let verdict = await verdict(try JSONValue(parsing: Array(row.utf8)), "```python\nx = 1\n```")
        #expect(verdict.outcome == .verifierError && verdict.reason == reason, "\(verdict.reason)")
    }

    @Test func whatAnAsynchronousFunctionPromisesCounts() async {
        let row: JSONValue = [
            "format": "functional", "entry_point": "f", "language": "javascript",
            "tests": [["args": [1, 2], "expected": 3], ["args": [2, 2], "expected": 4]],
        ]
        let verdict = await verdict(row, "```javascript\nasync function f(a, b) { return a + b }\n```")
        #expect([.correct, .verifierError].contains(verdict.outcome), "\(verdict.explanation ?? "")")
    }

    @Test("A module that the row asks for and that is not here is our failure; one of the program's own is not")
    func aModuleOfTheRow() async {
        let tests = "def check(candidate):\n    assert candidate(1) == 1\n"
        let program = "```python\nimport no_such_thing\ndef f(x): return x\n```"
        let asked: JSONValue = [
            "prompt": "import no_such_thing\ndef f(x):\n", "test": .string(tests), "entry_point": "f",
            "response": .string(program),
        ]
        let plain: JSONValue = [
            "prompt": "def f(x):\n", "test": .string(tests), "entry_point": "f", "response": .string(program),
        ]
        #expect(await verdict(asked, program).reason == "missingModule")
        #expect(await verdict(plain, program).outcome == .incorrect)
    }

    @Test func aDeclaredCheckerDecides() async {
        // Any two numbers with the right sum; files come as testlib has them.
        let checker = """
            import sys
            given, output, answer = (open(path).read().split() for path in sys.argv[1:])
            assert len(answer) == 2
            sys.exit(0 if len(output) == 2 and sum(map(int, output)) == int(given[0]) else 1)
            """
        let row = checked(by: checker)
        #expect(await verdict(row, "n = int(input()); print(1, n - 1)").reason == "pass")
        #expect(await verdict(row, "print(1, 1)").reason == "wrong_answer")
        #expect(await verdict(row, "print('x')").reason == "wrong_answer")
        // What was expected is nowhere in the program's box.
        let hunter = """
            import os
            n = int(input())
            seen = [open(os.path.join(top, name), "rb").read() for top, _, names in os.walk("/box") for name in names]
            print(1, n - 1 if len(seen) == 1 else n)
            """
        #expect(await verdict(row, hunter).reason == "pass")
    }

    @Test func aCheckerThatFailsIsNoWrongAnswer() async {
        for source in ["import os; os.abort()", "import sys; sys.exit(3)", "while True: pass"] {
            var options = CodeOptions()
            options.limits.cpu = 1
            let verdict = await verdict(checked(by: source), "print(1)", options)
            #expect(verdict.score == nil, "\(source): \(verdict.reason)")
            #expect(verdict.explanation?.contains("checker") == true)
        }
        #expect(await verdict(checked(by: "x", language: "cobol"), "print(1)").score == nil)
    }

    @Test func aCheckerMayNeedACompiler() async {
        let source = """
            #include "shared.h"
            int main(int argc, char **argv) { return argc == 4 && SHARED ? 0 : 2; }
            """
        var row = checked(by: source, language: "c").objectValue ?? []
        row.removeAll { $0.key == "checker" }
        row.append(
            .init(
                "checker",
                [
                    "type": "program", "language": "c", "source": .string(source),
                    "files": ["shared.h": "#define SHARED 1\n"],
                ]))
        let verdict = await verdict(.object(row), "print(1)")
        // A machine without a C compiler says so.
        #expect(verdict.reason == "pass" || verdict.explanation?.contains("'gcc', is not in PATH") == true)
    }

    @Test func rowsNeedNoGoldAnswer() { #expect(!CodeVerifier().needsAnswer) }

    @Test func ourFailuresHaveNoScore() async {
        #expect(
            await verdict(["language": "cobol", "format": "stdin", "tests": [["input": "", "output": ""]]], "x").score
                == nil)
        #expect(await verdict(["format": "stdin"], "x").reason == "unreadableTests")
    }

    @Test("A cancelled request's programs end, and those that had not begun never do", .timeLimit(.minutes(2)))
    func cancellation() async {
        var options = CodeOptions()
        options.slots = 1
        let verifier = CodeVerifier(options: options)
        let row: JSONValue = [
            "format": "stdin", "tests": [["input": "", "output": "1\n"]], "limits": ["cpu_s": 600, "wall_s": 3600],
        ]
        let problem = Problem(id: "p", fields: JSONRow(row))
        func item(_ program: String) -> VerificationItem {
            VerificationItem(problem: problem, completion: Completion(text: program))
        }
        #expect(await verifier.verify(item("print(1)")).outcome == .correct)
        for body in ["while True: pass", "import time; time.sleep(3000)", "while True: print('x', flush=True)"] {
            let task = Task { await verifier.verdicts(of: (0..<40).map { item("\(body) # \($0)") }) }
            let plain = Task {
                await verifier.run(ProgramRequest(language: "python", code: body, runSeconds: 600))
            }
            try? await Task.sleep(for: .milliseconds(200))
            task.cancel()
            #expect(await task.value.allSatisfy { $0.reason == "cancelled" && $0.score == nil })
            plain.cancel()
            guard case .failed = await plain.value else {
                Issue.record("a program ran on for nobody")
                return
            }
        }
        // What was ended says nothing about the program, and the worker goes on.
        #expect(await verifier.verify(item("print(1) # again")).outcome == .correct)
        #expect(await verifier.verify(item("print(2)")).outcome == .incorrect)
        await verifier.shutdown()
    }

    @Test func aProgramDoesNotTouchTheNext() async {
        let verifier = CodeVerifier(
            options: {
                var options = CodeOptions(); options.slots = 1; return options
            }())
        let problem = Problem(id: "p", fields: JSONRow(sum))
        let poison = "import builtins, os\nbuiltins.sum = lambda *a: 0\nopen('/tmp/x', 'w').write('x')\nos.kill(-1, 9)"
        let honest = "import os\nassert not os.listdir('/tmp')\nprint(sum(map(int, input().split())))"
        for (program, outcome) in [(poison, Outcome.incorrect), (honest, .correct), (poison, .incorrect)] {
            let verdict = await verifier.verify(
                VerificationItem(problem: problem, completion: Completion(text: program)))
            #expect(verdict.outcome == outcome)
        }
        await verifier.shutdown()
    }

    @Test(
        "Files stand beside a program by their paths; what cannot is said in words",
        arguments: [
            (["d/e/a": "1", "d/b": "2"], nil), (["main.py": "1"], "program's own name"),
            (["main.py/a": "1"], "program's own name"), (["d": "1", "d/a": "2"], "a file and a folder"),
            ([String(repeating: "x", count: 256): "1"], "longer than 255"),
            (Dictionary(uniqueKeysWithValues: (0..<5000).map { ("f\($0)", "") }), "files and folders"),
        ] as [([String: String], String?)])
    func filesOfPrograms(files: [String: String], fault: String?) async {
        let verifier = CodeVerifier(options: CodeOptions())
        let code = "print(open('d/e/a').read(), open('d/b').read())"
        let result = await verifier.run(
            ProgramRequest(language: "python", code: code, files: files.mapValues { Array($0.utf8) }))
        switch (result, fault) {
        case (.ran(_, let step?), nil): #expect(step.stdout == "1 2\n", "\(step)")
        case (.failed(let reason), let fault?): #expect(reason.contains(fault))
        default: Issue.record("\(result)")
        }
        await verifier.shutdown()
    }
}
