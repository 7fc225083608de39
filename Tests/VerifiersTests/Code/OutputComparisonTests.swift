import Testing

@testable import Verifiers

@Suite struct OutputComparisonTests {
    private func lines(_ output: String, _ expected: String) -> Bool {
        OutputComparison.lines.accepts(Array(output.utf8), expected: Array(expected.utf8))
    }

    @Test func whitespaceAtEndsDoesNotCount() {
        #expect(lines("5\r\n", "5\n"))
        #expect(lines("1 2 \n3\n\n\n", "1 2\n3"))
        #expect(lines("", "\n"))
    }

    @Test func contentAndOrderCount() {
        #expect(!lines("1\n", "1\n2\n3\n"))
        #expect(!lines("3\n1\n2\n", "1\n2\n3\n"))
        #expect(!lines("5\0garbage\n", "5\n"))
        #expect(!lines("\n5\n", "5\n"))
        #expect(!lines("", "7\n"))
    }

    @Test func tokensMayStandAnyhow() {
        let tokens = OutputComparison.tokens
        #expect(tokens.accepts(Array("1  2\n\n3".utf8), expected: Array("1 2 3\n".utf8)))
        #expect(!tokens.accepts(Array("1 2".utf8), expected: Array("1 2 3".utf8)))
        #expect(!tokens.accepts(Array("1.0".utf8), expected: Array("1".utf8)))
    }

    @Test func exactIsExact() {
        #expect(!OutputComparison.exact.accepts(Array("5\n".utf8), expected: Array("5".utf8)))
    }

    @Test(arguments: [
        ("0.3333333333333333", "0.333333333", true), ("nan", "3.5", false), ("inf", "3.5", false),
        ("0x1p1", "2", false),
        ("1 2", "1 2 3", false), ("yes 0.1000000001", "yes 0.1", true), ("3.6", "3.5", false),
    ])
    func floatsHaveATolerance(output: String, expected: String, isRight: Bool) {
        let comparison = OutputComparison.float(absolute: 1e-6, relative: 1e-6)
        #expect(comparison.accepts(Array(output.utf8), expected: Array(expected.utf8)) == isRight)
    }
}
