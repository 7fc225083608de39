import BigInt
import Testing

@testable import Verifiers

@Suite struct AssertRewriterTests {
    /// Whether assertions hold when the program's calls return `values`, or nil when they are not understood.
    private func holds(_ source: String, _ values: [PythonValue], entryPoint: String? = "f") -> Bool? {
        guard let tests = AssertRewriter.tests(in: source, entryPoint: entryPoint) else { return nil }
        var rest = values[...]
        return tests.allSatisfy { test in
            let own = Array(rest.prefix(test.calls.count))
            rest = rest.dropFirst(test.calls.count)
            guard case .assertion(let expression) = test.check else { return false }
            return (try? PythonEvaluator(values: own).value(expression).isTruthy) ?? false
        }
    }

    @Test func literalAssertionsBecomeCalls() {
        #expect(holds("assert f(1, [2], k='x') == (1, -2.5)", [.tuple([.int(1), .float(-2.5)])]) == true)
        #expect(holds("assert f(1) == [1]", [.tuple([.int(1)])]) == false)
        #expect(holds("assert f(1) is True\nassert not f(2)", [.bool(true), .none]) == true)
        #expect(holds("assert f(1) is True", [.int(1)]) == false)
        #expect(holds("assert abs(f(2.5) - 1/3) < 1e-6, 'message'", [.float(0.33333333)]) == true)
        #expect(holds("assert {'a': 1} == f('a\\n')  # why", [.dict([.init(key: .text("a"), value: .int(1))])]) == true)
        #expect(holds("assert f() == 2**64 - 1", [.int(BigInt(UInt64.max))]) == true)
        #expect(holds("import math\nassert math.isclose(f(), 0.1, rel_tol=1e-3)", [.float(0.10001)]) == true)
    }

    @Test func keywordsOfACallAreItsOwn() throws {
        let tests = try #require(AssertRewriter.tests(in: "assert f(1, k='x', n=2) == 1", entryPoint: "f"))
        let call = try #require(tests.flatMap(\.calls).first)
        #expect(call.arguments == [.int(1)])
        #expect(call.keywords.map(\.key) == [.text("k"), .text("n")])
        #expect(call.keywords.map(\.value) == [.text("x"), .int(2)])
    }

    @Test(arguments: [
        (7, 3, 2, 1), (-7, 3, -3, 2), (7, -3, -3, -2), (-7, -3, 2, -1), (6, 3, 2, 0), (-6, 3, -2, 0), (6, -3, -2, 0),
        (0, -3, 0, 0),
    ])
    func quotientsAreRoundedDown(a: Int, b: Int, quotient: Int, remainder: Int) {
        #expect(holds("assert f(1) // \(b) == \(quotient)", [.int(BigInt(a))]) == true)
        #expect(holds("assert f(1) % \(b) == \(remainder)", [.int(BigInt(a))]) == true)
    }

    @Test func linesThatMatchNoIndentationAreNoTokens() {
        #expect(PythonTokenizer.tokens(of: "if a:\n    b\n  c\n") == nil)
        #expect(PythonTokenizer.tokens(of: "if a:\n    b\nc\n") != nil)
    }

    @Test(arguments: [("f", true), ("Solution().f", true), ("Other().f", false), ("f, 1", false)])
    func aCheckIsCalledWithTheFunction(argument: String, isUnderstood: Bool) {
        let source = "def check(candidate):\n    assert candidate(1) == 'x'\n\ncheck(\(argument))\n"
        #expect(holds(source, [.text("x")]) == (isUnderstood ? true : nil))
    }

    /// What a program returns is the operand of the test, and may not end the process.
    @Test(arguments: [
        ("assert 2 ** f(1) == 4", false), ("assert f(1) ** f(2) > 0", false), ("assert 'a' * f(1) == ''", false),
        ("assert [1][f(1)] == 1", false), ("assert [1][-f(1) - 1] == 1", false), ("assert -f(1) < 0", true),
    ])
    func extremeOperandsAreOrdinary(source: String, isTrue: Bool) {
        #expect(holds(source, [.int(BigInt(Int.max)), .int(BigInt(Int.max))]) == isTrue)
    }

    /// Each link makes the tree one deeper: a test that is longer than anybody writes is left to Python.
    @Test(arguments: [("", " + 1"), ("", "[0]"), ("not ", ""), ("", " and 1"), ("", " or 1"), ("-", ""), ("(", "")])
    func endlessAssertionsAreLeftToPython(before: String, after: String) {
        let (head, tail) = (String(repeating: before, count: 100_000), String(repeating: after, count: 100_000))
        #expect(holds("assert \(head)f(1)\(tail)", [.int(1)]) == nil)
    }

    @Test func checkFunctionsAreEntered() {
        let source = """
            METADATA = {'author': 'x'}
            def check(candidate):
                # a comment
                assert candidate("a)b") == "x", "one"
                assert True, "two"

            check(f)
            """
        #expect(holds(source, [.text("x")]) == true)
        #expect(holds(source, [.text("y")]) == false)
    }

    @Test(arguments: [
        "for i in range(3):\n    assert f(i) == i", "assert f(g(1)) == 2", "assert f(1).x == 2", "x = f(1)",
        "assert f(lambda: 1) == 1", "assert f(1) or f(2)", "assert f'{f(1)}' == '1'",
        "assert [f(x) for x in (1,)] == [1]",
        "def check(candidate):\n    if True:\n        assert candidate(1) == 1", "import os\nassert f(1) == 1", "",
        "assert (",
        "x = [1]\nassert f(x) == 1\nassert f(x) == 1", "assert f(1) == round(1.5)",
    ])
    func theRestIsLeftToPython(source: String) { #expect(AssertRewriter.tests(in: source, entryPoint: "f") == nil) }
}
