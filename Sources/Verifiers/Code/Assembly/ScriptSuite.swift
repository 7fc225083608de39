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
        let reaching = ["Test::", "END {", "END{", "*CORE", "*main::", "CORE::GLOBAL", "INC{", "@INC"]
        let reaches = reaching.contains { parts.program.contains($0) && !parts.tests.contains($0) }
        result.doubt =
            reaches || parts.program.contains("Test::") || namesGlob(parts.program)
            ? "it reaches for what the tests call"
            : LyingEquality.reason(program, of: suite, language: "perl", comment: "#")
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

    // `*{"name"}` and `*$name` stand for all that has a name; behind a value the star multiplies.
    private static func namesGlob(_ program: String) -> Bool {
        ["*{", "*$"].contains { mark in
            program.ranges(of: mark).contains { range in
                let before = program[..<range.lowerBound].last { !$0.isWhitespace }
                return before.map { !$0.isLetter && !$0.isNumber && !"_)]".contains($0) } ?? true
            }
        }
    }

    static func ruby(_ suite: TestSuite, program: String, secret: RunSecret) -> Assembled {
        var result = Assembled(secret)
        let parts = joined(suite, program, comment: "#")
        result.doubt = LyingEquality.reason(program, of: suite, language: "ruby", comment: "#")
        // Methods of the library's own are written in C, and have no place in a source.
        let called = [
            "[Integer, :==]", "[Float, :==]", "[String, :==]", "[Array, :==]", "[Hash, :==]", "[BasicObject, :==]",
            "[BasicObject, :!]", "[Kernel, :raise]",
        ]
        let own =
            "exit!(1) unless method(:raise).owner == Kernel && [\(called.joined(separator: ", "))].all? "
            + "{ |owner, name| owner.instance_method(name).source_location.nil? }\n"
        // The library is there before the program, and every method of it is the same after it.
        let isUnit = parts.tests.contains("Test::Unit::TestCase"), isMini = parts.tests.contains("Minitest")
        let kept = "KEPT_\(secret.word.uppercased())"
        let modules =
            isUnit
            ? "[Test::Unit::Assertions, Test::Unit::TestCase, Test::Unit::AutoRunner, Test::Unit::AutoRunner.singleton_class]"
            : parts.tests.contains("Test::Unit::Assertions")
                ? "[Test::Unit::Assertions]"
                : isMini ? "[Minitest::Assertions, Minitest::Test, Minitest::Runnable, Minitest.singleton_class]" : "[]"
        let before =
            (isUnit
                ? "require 'test/unit'\n"
                : parts.tests.contains("Test::Unit::Assertions")
                    ? "require 'test/unit/assertions'\n" : isMini ? "require 'minitest'\n" : "")
            + "\(kept) = \(modules).flat_map { |m| (m.instance_methods + m.private_instance_methods).map { |n| "
            + "[m, n, m.instance_method(n)] } }.freeze\n"
        let same = "exit!(1) unless \(kept).all? { |m, n, was| m.instance_method(n) == was }\n"
        let end =
            own + same + "exit!(1) if ENV['\(secret.control)']; IO.for_fd(3, 'w').syswrite(\"\(secret.word) done\\n\")"
        let unit =
            "Test::Unit::AutoRunner.need_auto_run = false\nexit!(1) unless Test::Unit::AutoRunner.run\n\(end)\nexit!(0)"
        let mini = "Minitest.autorun_disabled = true rescue nil\nexit!(1) unless Minitest.run([])\n\(end)\nexit!(0)"
        let last =
            isMini ? mini : isUnit ? unit : end
        result.pipe("tests.rb", before + parts.program + "\n" + parts.tests + "\n" + last, to: "ruby -")
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
        let source = SourceText(parts.program, comment: "--")
        let owned = [
            "assert", "error", "os.exit", "io.open", "os.getenv", "os", "io", "_G", "_ENV", "math.abs", "type",
            "tostring",
        ]
        let replaces = owned.contains { name in
            source.has(name, before: "=function", "= function") || source.code.contains("function \(name)(")
        }
        result.doubt =
            replaces || !source.words.isDisjoint(with: ["_G", "_ENV", "debug"])
            ? "it replaces what the tests call"
            : LyingEquality.reason(program, of: suite, language: "lua", comment: "--")
        let end =
            "if os.getenv('\(secret.control)') then os.exit(1) end\n"
            + "local seen = io.open('/proc/self/fd/3', 'w'); seen:write('\(secret.word) done\\n'); seen:close()"
        // What the tests call is kept before the program comes, and given back after it.
        let called = ["assert", "error", "type", "pairs", "ipairs", "tostring", "os.exit", "os.getenv", "io.open"]
        let kept = "kept_\(secret.word)"
        // So is the library of assertions, with all that is in it.
        let isUnit = parts.tests.contains("luaunit")
        let keeping =
            "local \(kept) = {\(called.joined(separator: ", "))}"
            + (isUnit
                ? "\nlocal unit_\(kept), run_\(kept), was_\(kept) = require('luaunit'), require('luaunit').LuaUnit.run, {}\n"
                    + "for k, v in pairs(unit_\(kept)) do was_\(kept)[k] = v end" : "")
        let restoring =
            called.enumerated().map { "\($1) = \(kept)[\($0 + 1)]" }.joined(separator: "; ")
            + (isUnit
                ? "\npackage.loaded.luaunit = unit_\(kept); for k, v in pairs(was_\(kept)) do unit_\(kept)[k] = v end; "
                    + "unit_\(kept).LuaUnit.run = run_\(kept)" : "")
        // luaunit has an os.exit of its own.
        let checking =
            "if "
            + called.enumerated().filter { $1 != "os.exit" }.map { "\($1) ~= \(kept)[\($0 + 1)]" }
            .joined(separator: " or ") + " then \(kept)[7](1) end\n"
        let tests = parts.tests.replacingOccurrences(
            of: "os.exit(lu.LuaUnit.run())", with: "if lu.LuaUnit.run() ~= 0 then \(kept)[7](1) end")
        result.pipe(
            "tests.lua", [keeping, parts.program, restoring, tests, checking + end].joined(separator: "\n"), to: "lua -"
        )
        return result
    }

    static func r(_ suite: TestSuite, program: String, secret: RunSecret) -> Assembled {
        var result = Assembled(secret)
        let parts = joined(suite, program, comment: "#")
        let assigned = ["stopifnot", "identical", "all.equal", "isTRUE", "stop", "quit", "all"]
        let source = SourceText(parts.program, comment: "#")
        if assigned.contains(where: { source.has($0, before: "<-", "<<-", "= function", "=function") }) {
            result.doubt = "it replaces what the tests call"
        }
        let end =
            "if (base::nzchar(base::Sys.getenv('\(secret.control)'))) base::quit(status = 1)\n"
            + "base::cat('\(secret.word) done\\n', file = '/proc/self/fd/3')"
        result.pipe(
            "tests.R", parts.program + "\n" + parts.tests + "\n" + end,
            to: "Rscript --vanilla -e 'eval(parse(file(\"stdin\")), globalenv())'")
        return result
    }
}
