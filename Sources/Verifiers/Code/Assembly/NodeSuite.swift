import Foundation
import JSON

/// JavaScript and TypeScript: scripts of assertions, and specs of describe, test and expect.
enum NodeSuite {
    static func assembled(_ suite: TestSuite, program: String, secret: RunSecret, isTyped: Bool) -> Assembled {
        var result = Assembled(secret)
        var parts = JoinedSource.of(suite, program: program)
        if suite.prologue.contains(where: { !$0.isWhitespace }) {
            parts.program = suite.prologue + "\n" + parts.program
        }
        let isSpec =
            ["describe(", "test(", "it("].contains { suite.source.contains($0) } && suite.source.contains("expect(")
        if !["assert", "throw", "expect", "exit("].contains(where: { suite.source.contains($0) }) {
            result.fault = .init(reason: "noTests", explanation: "the row's tests assert nothing")
            return result
        }
        for file in suite.files where !file.path.hasPrefix("package") {
            result.files.append(.init(name: file.path, bytes: file.bytes))
        }
        func quoted(_ text: String) -> String { JSONValue.string(text).text }
        let solution =
            suite.solutionFile?.split(separator: "/").last.map { String($0.prefix { $0 != "." }) } ?? "solution"
        result.add(
            "driver.cjs",
            NodeTester.source
                + "\nrun({word: \(quoted(secret.word)), control: \(quoted(secret.control)), program: \(quoted(parts.program)), tests: \(quoted(parts.tests)), "
                + "spec: \(isSpec), typed: \(isTyped), solution: \(quoted(solution))});\n")
        result.run = "node driver.cjs"
        result.environment = [
            "NODE_PATH=/usr/share/nodejs:/usr/lib/nodejs:/usr/local/lib/node_modules:/usr/lib/node_modules"
        ]
        return result
    }
}
