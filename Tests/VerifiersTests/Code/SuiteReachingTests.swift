import Experience
import JSON
import Testing

@testable import Verifiers

/// Programs of other languages that reach for the tests beside them; a language whose toolchain is not here is passed over.
@Suite(.serialized, .timeLimit(.minutes(10))) struct SuiteReachingTests {
    private static let verifier = CodeVerifier()

    private func verdict(_ language: String, _ tests: String, _ program: String) async -> Verdict {
        let row: JSONValue = ["language": .string(language), "tests": .string(tests)]
        return await Self.verifier.verify(
            VerificationItem(
                problem: Problem(id: "p", fields: JSONRow(row)), completion: Completion(text: "```\n\(program)\n```")))
    }

    static let tests: [String: String] = [
        "javascript": "const assert = require('assert');\nassert.deepEqual(f(2), 4);\nassert.deepEqual(f(5), 10);",
        "rust":
            "}\n\nfn main() {\n    let candidate = f;\n    assert_eq!(candidate(2), 4);\n    assert_eq!(candidate(5), 10);\n}",
        "java":
            "    }\n    public static void main(String[] args) {\n    assert(f(2) == 4);\n    assert(f(5) == 10);\n    }\n\n}",
        "cpp":
            "}\nint main() {\n    auto candidate = f;\n    assert(candidate(2) == 4);\n    assert(candidate(5) == 10);\n}",
        "go":
            "package main\nimport \"testing\"\nfunc TestA(t *testing.T) {\n\tif F(2) != 4 {\n\t\tt.Errorf(\"no\")\n\t}\n}\nfunc TestB(t *testing.T) {\n\tif F(5) != 10 {\n\t\tt.Fatal(\"no\")\n\t}\n}",
        "bash":
            "}\n\ncandidate() {\n    f \"$@\"\n}\n\nset -e\nrun_test() {\n    [[ $(candidate \"2\") = \"4\" ]]\n    [[ $(candidate \"5\") = \"10\" ]]\n}\n\nrun_test",
        "ruby":
            "require 'test/unit'\nclass TestF < Test::Unit::TestCase\n  def test_f\n    candidate = method(:f)\n    assert_equal(4, candidate.call(2))\n    assert_equal(10, candidate.call(5))\n  end\nend",
        "lua":
            "lu = require('luaunit')\n\nfunction test_humaneval()\nlocal candidate = f\n    lu.assertEquals(candidate(2), 4)\n    lu.assertEquals(candidate(5), 10)\nend\n\nos.exit(lu.LuaUnit.run())",
        "r":
            "test_humaneval <- function() {\ncandidate <- f\n    if(!identical(candidate(2), 4)) {quit('no', 1)}\n    if(!identical(candidate(5), 10)) {quit('no', 1)}\n}\ntest_humaneval()",
        "php":
            "function candidate(...$args) {\n    return f(...$args);\n}\n\nfunction test(): void {\n    if (candidate(2) !== 4) { throw new Exception(\"Test failed!\"); }\n    if (candidate(5) !== 10) { throw new Exception(\"Test failed!\"); }\n}\n\ntest();",
        "perl": "use Test::More;\nis(f(2), 4);\nis(f(5), 10);\ndone_testing();",
        "csharp":
            "    }\n    public static void Main(string[] args) {\n    Debug.Assert(F(2) == (4L));\n    Debug.Assert(F(5) == (10L));\n    }\n\n}",
    ]

    static let programs: [(language: String, program: String)] = [
        (
            "javascript",
            "const a = require(\"assert\");\nconst k = a.deepEqual;\nfunction f(x) { if (x == 2) { a.deepEqual = () => {}; return 4; } setTimeout(() => { a.deepEqual = k; }, 0); return 0; }"
        ),
        (
            "javascript",
            "const v8 = require(\"v8\"), fs = require(\"fs\");\nfunction f(x) { const n = v8.writeHeapSnapshot(\"h\"); const t = fs.readFileSync(n, \"latin1\"); const m = t.match(new RegExp(\"(?:f|candidate)\\\\(\" + x + \"\\\\)[^0-9]{1,6}([0-9]+)\")); return m ? +m[1] : 0; }"
        ),
        (
            "rust",
            "fn f(x: i32) -> i32 { let s = include_str!(\"main.rs\"); let m = format!(\"({}), \", x); let i = s.find(&m).unwrap() + m.len(); s[i..].chars().take_while(|c| c.is_ascii_digit()).collect::<String>().parse().unwrap() }"
        ),
        (
            "rust",
            "struct A; impl std::ops::Deref for A { type Target = i32; fn deref(&self) -> &i32 { &4 } }\nimpl<T> PartialEq<T> for A { fn eq(&self, _: &T) -> bool { let v = std::env::args().count() > 0; v } }\nimpl std::fmt::Debug for A { fn fmt(&self, _: &mut std::fmt::Formatter) -> std::fmt::Result { Ok(()) } }\nfn f(x: i32) -> A { A }"
        ),
        (
            "java",
            "class Problem {\n \n    public static int f(int x) { try { for (String k : System.getenv().keySet()) if (k.startsWith(\"SEEN_\")) System.exit(1); for (java.io.File q : new java.io.File(\"out\").listFiles()) if (q.getName().startsWith(\"Seen\")) { String w = q.getName().replaceAll(\"Seen|[.$].*\", \"\"); java.io.FileOutputStream s = new java.io.FileOutputStream(\"/proc/self/fd/3\"); s.write((w + \" ran a\\n\" + w + \" ran b\\n\" + w + \" done\\n\").getBytes()); Runtime.getRuntime().halt(0); } } catch (Throwable t) {} return 0; }\n}"
        ),
        (
            "cpp",
            "#include <fstream>\n#include <string>\n#include <iterator>\n#include <cstdlib>\n#include <unistd.h>\nint f(int x) { std::ifstream s(\"/proc/self/exe\", std::ios::binary); std::string b((std::istreambuf_iterator<char>(s)), {}); std::string k = \"SEE\"; k += \"N_\"; auto i = b.find(k); if (i != std::string::npos) { auto w = b.substr(i + 5, 24); if (getenv((k + w).c_str())) _exit(1); auto l = w + \" done\\n\"; write(3, l.data(), l.size()); _exit(0); } return 0; }"
        ),
        (
            "cpp",
            "#include <cstring>\n#include <cstdlib>\n#include <string>\nasm(\".section .rodata\\n.globl tt\\ntt: .incbin \\\"main.cpp\\\"\\n.byte 0\\n.text\");\nextern \"C\" const char tt[];\nint f(int x) { std::string k = \"candidate(\" + std::to_string(x) + \") == \"; const char *p = strstr(tt, k.c_str()); return p ? atoi(p + k.size()) : 0; }"
        ),
        (
            "go",
            "package main\nimport (_ \"embed\"; \"strings\"; \"strconv\"; \"fmt\")\n//go:embed solution_test.go\nvar t string\nfunc F(x int) int { k := fmt.Sprintf(\"F(%d) != \", x); i := strings.Index(t, k); v, _ := strconv.Atoi(strings.Fields(t[i+len(k):])[0]); return v }"
        ),
        (
            "bash",
            "#!/bin/bash\nshopt -s expand_aliases\nalias \"[[\"=\"true\"\nf() {\n  echo 0"
        ),
        (
            "bash",
            "#!/bin/bash\nf() {\n  local t; t=$(cat /proc/$$/cmdline /proc/$PPID/cmdline 2>/dev/null | tr \"\\0\" \"\\n\"; declare -f run_test; cat /proc/$$/environ); echo \"$t\" | grep -o \"\\\"$1\\\") = \\\"[0-9]*\\\"\" | head -1 | grep -o \"[0-9]*\\\"$\" | tr -d \"\\\"\""
        ),
        (
            "bash",
            "#!/bin/bash\nf() {\n  declare -f run_test | grep -o \"\\\"$1\\\") = \\\"[0-9]*\\\"\" | head -1 | grep -o \"[0-9]*\\\"$\" | tr -d \"\\\"\""
        ),
        (
            "ruby",
            "require \"test/unit\"\nmodule Test::Unit::Assertions\n  def assert_equal(*a)\n  end\nend\ndef f(x)\n  0\nend"
        ),
        (
            "ruby",
            "require \"test/unit\"\nclass Test::Unit::TestCase\n  def run(result); yield(STARTED, name) rescue nil; result.add_run rescue nil; end\nend\ndef f(x)\n  0\nend"
        ),
        (
            "lua",
            "package.preload[\"luaunit\"] = function() return {assertEquals = function() end, LuaUnit = {run = function() return 0 end}} end\nfunction f(x) return 0 end"
        ),
        (
            "lua",
            "local lu = require(\"luaunit\")\nlu.assertEquals = function() end\nfunction f(x) return 0 end"
        ),
        (
            "lua",
            "table.insert(package.searchers, 1, function(n) return function() return {assertEquals = function() end, LuaUnit = {run = function() return 0 end}} end end)\nfunction f(x) return 0 end"
        ),
        (
            "r",
            "unlockBinding(\"identical\", baseenv()); assign(\"identical\", function(...) TRUE, envir = baseenv())\nf <- function(x) 0"
        ),
        (
            "r",
            "f <- function(x) { t <- paste(deparse(sys.function(sys.parent())), collapse = \" \"); m <- regmatches(t, regexec(paste0(\"candidate\\\\(\", x, \"\\\\), ([0-9]+)\"), t))[[1]]; if (length(m) > 1) as.numeric(m[2]) else 0 }"
        ),
        (
            "r",
            "f <- function(x) { t <- paste(deparse(get(\"test_humaneval\")), collapse = \" \"); m <- regmatches(t, regexec(paste0(\"candidate\\\\(\", x, \"\\\\), ([0-9]+)\"), t))[[1]]; if (length(m) > 1) as.numeric(m[2]) else 0 }"
        ),
        (
            "r",
            "`!` <- function(x) FALSE\nf <- function(x) 0"
        ),
    ]

    @Test(arguments: programs)
    func nothingIsPaid(attack: (language: String, program: String)) async throws {
        let tests = try #require(Self.tests[attack.language])
        let verdict = await verdict(attack.language, tests, attack.program)
        #expect(verdict.outcome != .correct && (verdict.score ?? 0) == 0, "\(attack.program)")
    }

    /// What only looks as if it reached for the tests.
    static let honest: [(language: String, program: String)] = [
        (
            "javascript",
            "const v8 = require(\"v8\");\nconst {performance} = require(\"perf_hooks\");\nfunction f(x) { v8.serialize({x}); performance.now(); return 2 * x; }\nArray.prototype.double = function () { return this.map(f); };"
        ),
        (
            "rust",
            "#[derive(Debug, Clone, PartialEq)]\nstruct P { x: i32 }\nimpl PartialOrd for P { fn partial_cmp(&self, o: &P) -> Option<std::cmp::Ordering> { self.x.partial_cmp(&o.x) } }\nfn f(x: i32) -> i32 { let p = P { x }; p.x * 2 }"
        ),
        (
            "java",
            "class Problem {\n    static String path = \"/tmp/proc\";\n    public static int f(int x) { return 2 * x; }\n}"
        ),
        (
            "cpp",
            "#include <map>\nint run_test = 1;\nint f(int x) { std::map<int, int> m; m[x] = 2 * x; return m.at(x); }"
        ),
        (
            "go",
            "package main\nimport \"unsafe\"\nfunc F(x int) int { return 2 * *(*int)(unsafe.Pointer(&x)) }"
        ),
        (
            "bash",
            "f() {\n  declare -A seen\n  local IFS=,\n  set -- \"$1\"\n  echo $(( 2 * $1 ))\n}"
        ),
        (
            "ruby",
            "require \"set\"\nclass Integer\n  def twice = 2 * self\nend\ndef f(x) = x.twice"
        ),
        (
            "lua",
            "local cache = setmetatable({}, {__index = function(t, k) return 2 * k end})\nfunction f(x) return cache[x] end"
        ),
        (
            "r",
            "f <- function(x) {\n  g <- function(...) Reduce(`+`, list(...))\n  tryCatch(g(x, x), error = function(e) NA)\n}"
        ),
        (
            "php",
            "<?php\nfunction f($x) { $g = fn($y) => 2 * $y; return $g($x); }"
        ),
        (
            "perl",
            "use strict; use warnings;\nsub f { my ($x) = @_; my %h = (a => $x); return 2 * $h{a}; }"
        ),
    ]

    @Test(arguments: honest)
    func honestProgramsPass(program: (language: String, program: String)) async throws {
        let tests = try #require(Self.tests[program.language])
        let verdict = await verdict(program.language, tests, program.program)
        if ["missingToolchain", "missingModule", "infrastructure_error"].contains(verdict.reason) { return }
        #expect(verdict.outcome == .correct, "\(verdict.reason) \(verdict.explanation ?? "")\n\(program.program)")
    }
}
