import Foundation

/// Languages whose program and tests are one script: what follows the tests says that their end was reached.
enum ScriptSuite {
    private static func joined(_ suite: TestSuite, _ program: String, comment: String) -> (
        program: String, tests: String
    ) {
        let parts = JoinedSource.of(suite, program: program, comment: comment)
        return (suite.prologue + parts.program, parts.tests)
    }

    static func bash(_ suite: TestSuite, program: String, secret: RunSecret) -> Assembled {
        var result = Assembled(secret)
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
        let end = "[ $? -eq 0 ] || exit 1\n[ -z \"$\(secret.control)\" ] || exit 1\nprintf '\(secret.word) done\\n' >&3"
        result.pipe(
            "tests.sh", parts.program + "\n" + parts.tests + "\n" + end, to: "bash -c 'eval \"$(cat)\"' tests")
        return result
    }

    static func perl(_ suite: TestSuite, program: String, secret: RunSecret) -> Assembled {
        var result = Assembled(secret)
        let parts = joined(suite, program, comment: "#")
        if parts.tests.contains("Test::"), parts.program.contains("Test::") || parts.program.contains("END {") {
            result.tampering = "it reaches for the library of the tests"
        }
        // A plan that was kept, and no test that failed: what the library's own end would say.
        let kept =
            parts.tests.contains("use Test::More")
            ? "exit 1 unless Test::More->builder->is_passing && Test::More->builder->current_test; " : ""
        let end =
            kept + "exit 1 if $ENV{\(secret.control)}; open(my $seen, '>&=', 3) or exit 1; "
            + "syswrite($seen, \"\(secret.word) done\\n\"); exit 0;"
        result.pipe("tests.pl", parts.program + "\n" + parts.tests + "\n" + end, to: "perl -")
        return result
    }

    static func ruby(_ suite: TestSuite, program: String, secret: RunSecret) -> Assembled {
        var result = Assembled(secret)
        let parts = joined(suite, program, comment: "#")
        let end = "exit!(1) if ENV['\(secret.control)']; IO.for_fd(3, 'w').syswrite(\"\(secret.word) done\\n\")"
        let unit =
            "Test::Unit::AutoRunner.need_auto_run = false\nexit!(1) unless Test::Unit::AutoRunner.run\n\(end)\nexit!(0)"
        let mini = "Minitest.autorun_disabled = true rescue nil\nexit!(1) unless Minitest.run([])\n\(end)\nexit!(0)"
        let last =
            parts.tests.contains("Minitest") ? mini : parts.tests.contains("Test::Unit") ? unit : end
        result.pipe("tests.rb", parts.program + "\n" + parts.tests + "\n" + last, to: "ruby -")
        return result
    }

    static func php(_ suite: TestSuite, program: String, secret: RunSecret) -> Assembled {
        var result = Assembled(secret)
        let parts = joined(suite, program, comment: "//")
        func bare(_ text: String) -> String {
            text.replacingOccurrences(of: "<?php", with: "").replacingOccurrences(of: "?>", with: "")
        }
        let end =
            "if (\\getenv('\(secret.control)')) exit(1);\n"
            + "\\file_put_contents('php://fd/3', \"\(secret.word) done\\n\") || exit(1);"
        result.pipe(
            "tests.php", "<?php\n" + bare(parts.program) + "\n" + bare(parts.tests) + "\n" + end,
            to: "php -d zend.assertions=1 -d assert.exception=1")
        return result
    }

    static func lua(_ suite: TestSuite, program: String, secret: RunSecret) -> Assembled {
        var result = Assembled(secret)
        let parts = joined(suite, program, comment: "--")
        let end =
            "if os.getenv('\(secret.control)') then os.exit(1) end\n"
            + "local seen = io.open('/proc/self/fd/3', 'w'); seen:write('\(secret.word) done\\n'); seen:close()"
        let tests = parts.tests.replacingOccurrences(
            of: "os.exit(lu.LuaUnit.run())", with: "if lu.LuaUnit.run() ~= 0 then os.exit(1) end")
        result.pipe("tests.lua", parts.program + "\n" + tests + "\n" + end, to: "lua -")
        return result
    }

    static func r(_ suite: TestSuite, program: String, secret: RunSecret) -> Assembled {
        var result = Assembled(secret)
        let parts = joined(suite, program, comment: "#")
        let end =
            "if (base::nzchar(base::Sys.getenv('\(secret.control)'))) base::quit(status = 1)\n"
            + "base::cat('\(secret.word) done\\n', file = '/proc/self/fd/3')"
        result.pipe(
            "tests.R", parts.program + "\n" + parts.tests + "\n" + end,
            to: "Rscript --vanilla -e 'eval(parse(file(\"stdin\")), globalenv())'")
        return result
    }
}
