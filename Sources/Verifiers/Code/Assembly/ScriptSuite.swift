import Foundation

/// Languages whose program and tests are one script: what follows the tests says that their end was reached.
enum ScriptSuite {
    private static func joined(_ suite: TestSuite, _ program: String, comment: String) -> (
        program: String, tests: String
    ) {
        let parts = SuiteAssembly.joined(suite, program: program, comment: comment)
        return (suite.prologue + parts.program, parts.tests)
    }

    static func bash(_ suite: TestSuite, program: String, secret: RunSecret) -> Assembled {
        var result = Assembled()
        let parts = joined(suite, program, comment: "#")
        let builtins = [
            "set", "unset", "builtin", "command", "test", "printf", "echo", "exit", "trap", "source", "eval", "exec",
            "return",
        ]
        let words = parts.program.split { $0.isWhitespace || $0 == ";" }
        for (index, word) in words.enumerated() {
            let name =
                word.hasSuffix("()")
                ? String(word.dropLast(2)) : index > 0 && words[index - 1] == "function" ? String(word) : ""
            let next = index + 1 < words.count ? words[index + 1] : ""
            if builtins.contains(name) || (builtins.contains(String(word)) && next.hasPrefix("()")) || name == "[" {
                result.tampering = "it defines a function of a builtin's name: \(word)"
            }
            if word == "enable" && next.hasPrefix("-n") { result.tampering = "it switches builtins off" }
            if word == "trap" && words[index...].prefix(4).contains("DEBUG") {
                result.tampering = "it traps each command"
            }
        }
        result.add(
            "tests.sh",
            parts.program + "\n" + parts.tests + "\n[ $? -eq 0 ] || exit 1\nprintf '\(secret.word) done\\n' >&3\n")
        // Read whole, then gone: the word is not to be found where the program can look for its own text.
        result.run = "exec bash -c \"$(cat tests.sh; rm -f tests.sh run.sh)\" tests"
        return result
    }

    static func perl(_ suite: TestSuite, program: String, secret: RunSecret) -> Assembled {
        var result = Assembled()
        let parts = joined(suite, program, comment: "#")
        result.add(
            "tests.pl",
            parts.program + "\n" + parts.tests
                + "\nopen(my $seen, '>&=', 3) or exit 1; syswrite($seen, \"\(secret.word) done\\n\"); exit 0;\n")
        result.run = "exec perl tests.pl"
        return result
    }

    static func ruby(_ suite: TestSuite, program: String, secret: RunSecret) -> Assembled {
        var result = Assembled()
        let parts = joined(suite, program, comment: "#")
        let end = "IO.for_fd(3, 'w').syswrite(\"\(secret.word) done\\n\")"
        let isUnit = parts.tests.contains("Test::Unit") || parts.tests.contains("Minitest")
        let unit = "Test::Unit::AutoRunner.need_auto_run = false\n\(end) if Test::Unit::AutoRunner.run\nexit!(0)"
        let mini = "Minitest.autorun_disabled = true rescue nil\n\(end) if Minitest.run([])\nexit!(0)"
        let last = !isUnit ? end : parts.tests.contains("Minitest") ? mini : unit
        result.add("tests.rb", parts.program + "\n" + parts.tests + "\n" + last + "\n")
        result.run = "exec ruby tests.rb"
        return result
    }

    static func php(_ suite: TestSuite, program: String, secret: RunSecret) -> Assembled {
        var result = Assembled()
        let parts = joined(suite, program, comment: "//")
        func bare(_ text: String) -> String {
            text.replacingOccurrences(of: "<?php", with: "").replacingOccurrences(of: "?>", with: "")
        }
        result.add(
            "tests.php",
            "<?php\n" + bare(parts.program) + "\n" + bare(parts.tests)
                + "\n\\file_put_contents('php://fd/3', \"\(secret.word) done\\n\");\n")
        result.run = "exec php -d zend.assertions=1 -d assert.exception=1 tests.php"
        return result
    }

    static func lua(_ suite: TestSuite, program: String, secret: RunSecret) -> Assembled {
        var result = Assembled()
        let parts = joined(suite, program, comment: "--")
        let done = "local seen = io.open('/proc/self/fd/3', 'w'); seen:write('\(secret.word) done\\n'); seen:close()"
        let tests = parts.tests.replacingOccurrences(
            of: "os.exit(lu.LuaUnit.run())", with: "if lu.LuaUnit.run() ~= 0 then os.exit(1) end")
        result.add("tests.lua", parts.program + "\n" + tests + "\n" + done + "\n")
        result.run = "exec lua tests.lua"
        return result
    }

    static func r(_ suite: TestSuite, program: String, secret: RunSecret) -> Assembled {
        var result = Assembled()
        let parts = joined(suite, program, comment: "#")
        result.add(
            "tests.R",
            parts.program + "\n" + parts.tests + "\nbase::cat('\(secret.word) done\\n', file = '/proc/self/fd/3')\n")
        result.run = "exec Rscript --vanilla tests.R"
        return result
    }
}
