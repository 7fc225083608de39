import Foundation

/// C#: the program's `Main` of assertions, called by a `Main` of ours.
enum CSharpSuite {
    static func assembled(_ suite: TestSuite, program: String, secret: RunSecret) -> Assembled {
        var result = Assembled(secret)
        let name = secret.word
        let joined = JoinedSource.of(suite, program: program)
        var program = joined.program
        var tests = joined.tests
        let start = suite.source.drop { $0.isWhitespace }
        if start.first == "}", SourceText(program).openBraces == 0, let end = program.lastIndex(of: "}") {
            program = String(program[..<end])
            tests = String(start.dropFirst())
        }
        let heading = (suite.prompt ?? "").split(separator: "\n").filter {
            $0.hasPrefix("using ") && !program.contains($0)
        }
        tests = tests.replacingOccurrences(of: "Debug.Assert(", with: "Seen\(name).Check(")
        result.add(
            "Tests.cs",
            heading.joined(separator: "\n") + "\n" + program + "\n" + tests
                + """

                public static class Seen\(name) {
                    static bool bad; static int ran;
                    public static void Check(bool holds, string text = "") {
                        ran++;
                        if (!holds) { bad = true; throw new System.Exception("an assertion of the tests failed"); }
                    }
                    public static void Main() {
                        \(SourceText(program).className ?? "Problem").Main(new string[0]);
                        if (bad || ran == 0 || System.Environment.GetEnvironmentVariable("SEEN_\(name)") != null) System.Environment.Exit(1);
                        using (var s = new System.IO.FileStream("/proc/self/fd/3", System.IO.FileMode.Open, System.IO.FileAccess.Write)) {
                            var line = System.Text.Encoding.ASCII.GetBytes("\(name) done\\n");
                            s.Write(line, 0, line.Length);
                        }
                    }
                }

                """)
        result.build = [
            "mcs -nologo -warn:0 -r:System.Numerics -main:Seen\(name) -out:main.exe Tests.cs", "rm -f Tests.cs",
        ]
        result.run = "mono main.exe"
        return result
    }
}
