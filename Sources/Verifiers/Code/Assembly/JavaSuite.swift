import Foundation

/// Java: a `main` that throws, called by a `main` of ours; JUnit, by its launcher.
enum JavaSuite {
    private static let flags = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -XX:-UsePerfData -Xss64m"
    // Names of the library that tests use without saying whose they are.
    private static let library: Set<Substring> = [
        "Arrays", "List", "ArrayList", "Map", "HashMap", "Objects", "Set", "HashSet", "Optional", "Collections",
        "Assertions",
        "System", "Math", "AssertionError", "Exception", "RuntimeException", "Integer", "Double", "Boolean", "Assert",
        "Stream",
    ]

    static func assembled(_ suite: TestSuite, program: String, secret: RunSecret) -> Assembled {
        var result = Assembled(secret)
        let name = secret.word
        let source = SourceText(program)
        for kind in ["class", "interface", "record", "enum"] {
            for word in library where source.has(kind, String(word)) {
                result.tampering = "it defines a class of the library's name: \(word)"
            }
        }
        let path = "-cp .:out:\(JavaLibraries.classPath)"
        if suite.source.contains("org.junit") {
            return junit(suite, program: program, secret: secret, path: path, result)
        }
        guard suite.source.contains("static void main") else {
            result.fault = .init(reason: "unreadableTests", explanation: "the tests have no main method")
            return result
        }
        result.doubt = LyingEquality.reason(program, of: suite, language: "java")
        let (text, main) = merged(suite, program: program)
        result.add("Tests.java", text)
        result.add(
            "Seen\(name).java",
            """
            public class Seen\(name) {
                public static void main(String[] words) throws Throwable {
                    java.lang.reflect.Method main = Class.forName("\(main)").getDeclaredMethod("main", String[].class);
                    main.setAccessible(true);
                    try { main.invoke(null, (Object) new String[0]); }
                    catch (java.lang.reflect.InvocationTargetException e) { throw e.getCause(); }
                    \(writing(secret, "done", quoted: true))
                    Runtime.getRuntime().halt(0);
                }
            }

            """)
        result.build = [
            "javac -nowarn -encoding UTF-8 -J-XX:+UseSerialGC -J-XX:TieredStopAtLevel=1 -d out \(path) *.java",
            "rm -f *.java",
        ]
        result.run = "java -ea \(flags) \(path) Seen\(name)"
        return result
    }

    private static func writing(_ secret: RunSecret, _ text: String, quoted: Bool) -> String {
        let line = quoted ? "\"\(secret.word) \(text)\\n\"" : text
        return
            "if (System.getenv(\"\(secret.control)\") != null) Runtime.getRuntime().halt(1); try (java.io.FileOutputStream s = new java.io.FileOutputStream(\"/proc/self/fd/3\")) { s.write((\(line)).getBytes()); }"
    }

    // One text: no class of it is public but by accident of its file's name; and the class whose main is called.
    private static func merged(_ suite: TestSuite, program given: String) -> (String, String) {
        let joined = JoinedSource.of(suite, program: given)
        let inside = OpenClass.of(suite, program: given)
        var program = inside?.program ?? joined.program
        let tests = inside?.tests ?? joined.tests
        if inside == nil, let head = OpenClass.head(of: suite.prompt, for: program) {
            program = head + "\n" + program + "\n}"
        }
        let main = inside?.name ?? SourceText(tests).className(before: "static void main") ?? "Main"
        let heading = (suite.prompt ?? "").split(separator: "\n").filter { $0.hasPrefix("import ") }
        program = heading.joined(separator: "\n") + "\n" + program
        // Imports stand before all classes.
        let lines = (program + "\n" + tests).split(separator: "\n", omittingEmptySubsequences: false)
        let imports = lines.filter { $0.hasPrefix("import ") && $0.hasSuffix(";") }
        let body = lines.filter { !$0.hasPrefix("import ") && !$0.hasPrefix("package ") }.map { line in
            line.hasPrefix("public ") ? line.dropFirst("public ".utf8.count) : line
        }
        return ((Array(Set(imports)).sorted() + body).joined(separator: "\n"), main)
    }

    private static func junit(
        _ suite: TestSuite, program: String, secret: RunSecret, path: String, _ begun: Assembled
    ) -> Assembled {
        var result = begun
        let name = secret.word
        func base(_ path: String?, _ usual: String) -> String {
            path?.split(separator: "/").last.map(String.init) ?? usual
        }
        for file in suite.files where file.path.hasSuffix(".java") {
            result.files.append(.init(name: base(file.path, ""), bytes: file.bytes))
        }
        let tests = base(suite.testFile, (SourceText(suite.source).className ?? "SolutionTest") + ".java")
        let solution = base(
            suite.solutionFile, (publicClass(program) ?? SourceText(program).className ?? "Solution") + ".java")
        result.add(tests, suite.source)
        result.add(solution, program)
        result.expected = testMethods(suite.source)
        guard !result.expected.isEmpty else {
            result.fault = .init(reason: "noTests", explanation: "the row's tests hold no method marked @Test")
            return result
        }
        let package = suite.source.split(separator: "\n").first { $0.hasPrefix("package ") }.map {
            $0.dropFirst("package ".utf8.count).prefix { $0 != ";" } + "."
        }
        let test = (package.map(String.init) ?? "") + (SourceText(suite.source).className ?? "")
        result.add(
            "Seen\(name).java",
            """
            import org.junit.platform.engine.*; import org.junit.platform.engine.discovery.*;
            import org.junit.platform.engine.support.descriptor.MethodSource;
            import org.junit.platform.launcher.*; import org.junit.platform.launcher.core.*;
            public class Seen\(name) {
                public static void main(String[] words) throws Throwable {
                    StringBuilder lines = new StringBuilder();
                    LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                        .selectors(DiscoverySelectors.selectClass("\(test)")).build();
                    LauncherFactory.create().execute(request, new TestExecutionListener() {
                        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                            boolean passed = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
                            if (!passed) System.err.println(test.getDisplayName() + ": " + result.getThrowable().orElse(null));
                            if (!(test.getSource().orElse(null) instanceof MethodSource)) return;
                            String method = ((MethodSource) test.getSource().get()).getMethodName();
                            lines.append("\(name) " + (passed ? "ran " : "failed ") + method + "\\n");
                        }
                    });
                    \(writing(secret, "lines.toString() + \"\(name) done\\n\"", quoted: false))
                    Runtime.getRuntime().halt(0);
                }
            }

            """)
        result.build = [
            "javac -nowarn -encoding UTF-8 -J-XX:+UseSerialGC -J-XX:TieredStopAtLevel=1 -d out \(path) *.java",
            "rm -f *.java",
        ]
        result.run = "java -ea \(flags) \(path) Seen\(name)"
        return result
    }

    private static func publicClass(_ program: String) -> String? {
        guard let place = program.range(of: "public class ") else { return nil }
        return String(program[place.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "_" })
    }

    // Methods with a mark of JUnit's, but those that are switched off.
    private static func testMethods(_ source: String) -> [String] {
        var names: [String] = []
        var isTest = false
        var isDisabled = false
        for line in SourceText(source).code.split(separator: "\n") {
            let text = line.drop { $0 == " " || $0 == "\t" }
            if ["@Test", "@ParameterizedTest", "@RepeatedTest", "@TestFactory"].contains(where: { text.hasPrefix($0) })
            {
                isTest = true
            }
            if text.hasPrefix("@Disabled") || text.hasPrefix("@Ignore") { isDisabled = true }
            guard isTest, let paren = text.firstIndex(of: "("), !text.hasPrefix("@") || text.contains(" void ") else {
                continue
            }
            let name = text[..<paren].split { !$0.isLetter && !$0.isNumber && $0 != "_" }.last
            if let name, !isDisabled { names.append(String(name)) }
            (isTest, isDisabled) = (false, false)
        }
        return names
    }
}
