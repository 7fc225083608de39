import Foundation

/// Swift: one script of assertions, as MultiPL-E has them; what follows it says that its end was reached.
enum SwiftSuite {
    static func assembled(_ suite: TestSuite, program: String, secret: RunSecret) -> Assembled {
        var result = Assembled(secret)
        let joined = JoinedSource.of(suite, program: program)
        let source = SourceText(joined.program)
        let library = ["assert", "precondition", "assertionFailure", "preconditionFailure", "fatalError", "exit"]
        if let name = library.first(where: { source.has("func", $0) }) {
            result.doubt = "it defines a function of the library's name: \(name)"
        } else if ["Glibc", "Swift", "Foundation"].contains(where: { name in
            ["enum", "struct", "class", "typealias"].contains { source.has($0, name) }
        }) {
            result.doubt = "it defines a type of a module's name"
        } else {
            result.doubt = LyingEquality.reason(program, of: suite, language: "swift")
        }
        guard library.dropLast().contains(where: { joined.tests.contains($0 + "(") }) else {
            result.fault = .init(reason: "noTests", explanation: "the row's tests assert nothing")
            return result
        }
        let name = secret.word
        result.add(
            "main.swift",
            """
            import Glibc
            \(suite.prologue)
            \(joined.program)
            \(joined.tests)
            if Glibc.getenv("\(secret.control)") != nil { Glibc._exit(1) }
            let line_\(name): [UInt8] = Swift.Array("\(name) done\\n".utf8)
            if Glibc.write(3, line_\(name), line_\(name).count) != line_\(name).count { Glibc._exit(1) }
            Glibc._exit(0)

            """)
        result.build = ["swiftc -Onone -static-stdlib -suppress-warnings -o main main.swift", "rm -f main.swift"]
        result.run = "./main"
        return result
    }
}
