import Foundation

/// C#: the program's `Main` of assertions, called by a `Main` of ours.
enum CSharpSuite {
    static func assembled(_ suite: TestSuite, program: String, secret: RunSecret) -> Assembled {
        var result = Assembled(secret)
        let name = secret.word
        let joined = JoinedSource.of(suite, program: program)
        let inside = OpenClass.of(suite, program: program)
        let program = inside?.program ?? joined.program
        var tests = inside?.tests ?? joined.tests
        let main =
            inside?.name ?? SourceText(tests).className(before: " Main(") ?? SourceText(program).className ?? "Problem"
        guard ["Debug.Assert(", "throw ", "Environment.Exit("].contains(where: { tests.contains($0) }) else {
            result.fault = .init(reason: "noTests", explanation: "the row's tests assert nothing")
            return result
        }
        result.doubt = LyingEquality.reason(program, of: suite, language: "csharp")
        // What a project of today has without asking, and what the row asks for.
        let usual = ["", ".Collections.Generic", ".Diagnostics", ".IO", ".Linq"].map { "using System\($0);" }
        let stated = (suite.prompt ?? "").split(separator: "\n").map(String.init).filter { $0.hasPrefix("using ") }
        let heading = usual + stated
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
                        System.Reflection.MethodInfo main = null;
                        foreach (var type in typeof(Seen\(name)).Assembly.GetTypes())
                            if (type.Name == "\(main)") main = type.GetMethod("Main", (System.Reflection.BindingFlags)56);
                        if (main == null) System.Environment.Exit(1);
                        try { main.Invoke(null, main.GetParameters().Length == 0 ? null : new object[] { new string[0] }); }
                        catch (System.Reflection.TargetInvocationException e) { throw e.InnerException; }
                        if (bad || \(tests.contains("Seen\(name).Check(") ? "ran == 0" : "false") || System.Environment.GetEnvironmentVariable("\(secret.control)") != null) System.Environment.Exit(1);
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
