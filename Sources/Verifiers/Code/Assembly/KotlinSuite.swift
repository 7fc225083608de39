import Foundation

/// Kotlin: a `main` of checks, called by a `main` of ours.
enum KotlinSuite {
    // What the tests call of the library.
    private static let library = ["assert", "check", "require", "error", "listOf", "arrayOf", "mapOf", "setOf"]

    static func assembled(_ suite: TestSuite, program: String, secret: RunSecret) -> Assembled {
        var result = Assembled(secret)
        let name = secret.word
        let (program, tests) = JoinedSource.of(suite, program: program)
        let source = SourceText(program)
        // One that takes a condition is in the place of the library's; another may be a helper of that name.
        if let word = ["assert", "check", "require"].first(where: { takesCondition($0, source) }) {
            result.tampering = "it defines a function of the library's name: \(word)"
        }
        let shadowed = library.first { source.has("fun", $0) || source.has("class", $0) }
        result.doubt =
            shadowed.map { "it defines a function of the library's name: \($0)" }
            ?? LyingEquality.reason(program, of: suite, language: "kotlin")
        guard SourceText(tests).has("fun", "main") else {
            result.fault = .init(reason: "unreadableTests", explanation: "the tests have no main function")
            return result
        }
        // A script calls main itself, where a program must not.
        let body = tests.split(separator: "\n", omittingEmptySubsequences: false).filter { $0 != "main()" }
        let lines = (program + "\n" + body.joined(separator: "\n")).split(
            separator: "\n", omittingEmptySubsequences: false)
        let text = lines.filter { !$0.hasPrefix("import ") && !$0.hasPrefix("package ") }.joined(separator: "\n")
        let place = text.range(of: "fun main(", options: .backwards)
        let renamed = place.map { text.replacingCharacters(in: $0, with: "fun main_\(name)(") } ?? text
        let takesArguments = !renamed.contains("fun main_\(name)()")
        result.add(
            "Tests.kt",
            lines.filter { $0.hasPrefix("import ") }.joined(separator: "\n") + "\n"
                + renamed.replacingOccurrences(of: "fun main(", with: "fun main_of_program(")
                    + """

                    fun main() {
                        main_\(name)(\(takesArguments ? "arrayOf<String>()" : ""))
                        if (System.getenv("\(secret.control)") != null) Runtime.getRuntime().halt(1)
                        java.io.FileOutputStream("/proc/self/fd/3").use { it.write("\(name) done\\n".toByteArray()) }
                        Runtime.getRuntime().halt(0)
                    }

                    """)
        result.build = ["kotlinc Tests.kt -nowarn -include-runtime -d main.jar", "rm -f Tests.kt"]
        result.run = "java -ea -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -jar main.jar"
        return result
    }

    private static func takesCondition(_ name: String, _ source: SourceText) -> Bool {
        source.code.ranges(of: "fun \(name)(").contains { range in
            source.code[range.upperBound...].prefix { $0 != ")" }.contains("Boolean")
        }
    }
}
