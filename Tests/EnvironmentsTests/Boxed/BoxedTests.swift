import Environments
import Experience
import Foundation
import JSON
import Testing
import Verifiers

@Suite(.serialized) struct BoxedTests {
    @Test func pythonKeepsItsState() async throws {
        var game = try await Playing("python", .object([]), Playing.problem(["setup_code": "given = 20"]))
        #expect(try await game.call("python", ["code": "x = given + 1"]).text == "[no output]")
        #expect(try await game.call("python", ["code": "print(x)\nx * 2"]).text == "21\n42\n")
        let failed = try await game.call("python", ["code": "1/0"])
        #expect(
            failed.outcome == .failed && failed.text.contains("ZeroDivisionError") && !failed.text.contains("<string>"))
        #expect(try await game.call("python", ["code": "def f(:"]).text.contains("SyntaxError"))
        #expect(try await game.call("python", ["code": "x"]).text == "21\n")
        #expect(
            try await game.call("python", ["code": "import os; os.system('echo from a child')"]).text.contains(
                "from a child"))
        #expect(try await game.call("python", ["code": "raise SystemExit(3)"]).text == "SystemExit: 3\n")
        #expect(try await game.call("python", ["code": "input()"]).text.contains("EOFError"))
        #expect(await game.end() == nil)
    }

    @Test func pythonIsBounded() async throws {
        var game = try await Playing("python", ["seconds": 0.5, "memory_mb": 128, "output_bytes": 1000])
        _ = try await game.call("python", ["code": "x = 5"])
        #expect(try await game.call("python", ["code": "while True: pass"]).outcome == .timeout)
        #expect(try await game.call("python", ["code": "import time; time.sleep(100)"]).outcome == .timeout)
        #expect(try await game.call("python", ["code": "x"]).text == "5\n")
        let long = try await game.call("python", ["code": "print('a' * 10**6)"])
        #expect(long.text.utf8.count < 1200 && long.text.contains("bytes left out"))
        // What cannot be told to stop is stopped; the policy goes on with nothing.
        let deaf = try await game.call(
            "python", ["code": "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass"])
        #expect(deaf.outcome == .timeout && deaf.text.contains("begins anew"))
        #expect(try await game.call("python", ["code": "x"]).text.contains("NameError"))
        let memory = try await game.call(
            "python", ["code": "b = bytearray(400 << 20); b[::4096] = b'1' * len(b[::4096])"])
        #expect(memory.outcome == .failed)
        let exit = try await game.call("python", ["code": "import os; os._exit(3)"])
        #expect(exit.text.contains("exit code 3"))
        #expect(try await game.call("python", ["code": "import os; os.kill(os.getpid(), 9)"]).outcome == .failed)
        #expect(
            try await game.call(
                "python",
                ["code": "for i in range(3, 30):\n  try: __import__('os').write(i, b'x' * 50)\n  except OSError: pass"]
            ).outcome == .failed)
        #expect(try await game.call("python", ["code": "6 * 7"]).text == "42\n")
        await game.end()
    }

    @Test func pythonDrawsBySeed() async throws {
        let environment = try await EnvironmentRegistry.standard.make("python")
        var texts: [String] = []
        for (index, seed) in [UInt64(1), 1, 2].enumerated() {
            var game = try await Playing(environment, seed: seed, index: index)
            texts.append(
                try await game.call("python", ["code": "import random; print(random.random(), {'b', 'a', 'c'})"]).text)
            await game.end()
        }
        #expect(texts[0] == texts[1] && texts[0] != texts[2])
    }

    @Test func nothingOfTheHostIsSeen() async throws {
        var game = try await Playing("shell", .object([]), Playing.problem(["test": "true"]))
        let seen = try await game.call(
            "shell",
            [
                "command":
                    "cat /etc/shadow; ls /root /work; (echo > /dev/tcp/127.0.0.1/22) 2>&1; ls /proc | grep -c '^[0-9]'"
            ])
        #expect(!seen.text.contains("root:"))
        let count = try await game.call("shell", ["command": "ls /proc | grep -c '^[0-9]'"])
        #expect((Int(count.text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 99) < 8)
        // The one that answers is out of reach.
        let reach = try await game.call(
            "shell", ["command": "for p in /proc/[0-9]*; do ls $p/fd 2>/dev/null; done; echo x > /proc/$PPID/fd/3"])
        #expect(reach.outcome == .failed && reach.text.contains("ermission denied"))
        await game.end()
    }

    @Test func shellIsTestedAtItsEnd() async throws {
        let row = Playing.problem([
            "files": ["src/add.py": "def add(a, b):\n    return a - b\n"],
            "test": "python3 check.py", "test_files": ["check.py": "from src.add import add\nassert add(2, 3) == 5\n"],
        ])
        let environment = try await EnvironmentRegistry.standard.make("shell")
        var right = try await Playing(environment, row, index: 0)
        let fixed = try await right.call("shell", ["command": "sed -i 's/a - b/a + b/' src/add.py && cat src/add.py"])
        #expect(fixed.text.contains("a + b"))
        let failed = try await right.call("shell", ["command": "exit 7"])
        #expect(failed.outcome == .failed && failed.text == "[no output]\n[exit code 7]")
        #expect(await right.end()?.score == 1)
        let wrong = try await Playing(environment, row, index: 1)
        let verdict = await wrong.end(.turns)
        #expect(
            verdict?.score == 0 && verdict?.reason == "failed"
                && verdict?.explanation?.contains("AssertionError") == true)
    }

    @Test func theTestIsNotThePolicys() async throws {
        let row = Playing.problem([
            "test": "sh check.sh", "test_files": ["check.sh": "test -f made && python3 -c 'print(1)'"],
        ])
        let environment = try await EnvironmentRegistry.standard.make("shell")
        // A test of its own, a search path of its own, and a process that waits for the real one.
        var game = try await Playing(environment, row)
        _ = try await game.call(
            "shell", ["command": "echo 'exit 0' > check.sh; ln -s /dev/zero big; mkfifo pipe; echo x > /tmp/made"])
        _ = try await game.call(
            "shell", ["command": "(while true; do touch made; sleep 0.01; done) & mkdir bin; cp /bin/true bin/python3"])
        _ = try await game.call("shell", ["command": "pkill -f sleep; rm -f made; sleep 0.2; kill -9 -1"])
        let verdict = await game.end()
        #expect(verdict?.outcome == .correct || verdict?.outcome == .incorrect)
        var other = try await Playing(environment, row, index: 1)
        _ = try await other.call("shell", ["command": "echo 'exit 0' > check.sh"])
        #expect(await other.end()?.score == 0)
    }

    @Test func filesAreReadAndChanged() async throws {
        let row = Playing.problem([
            "files": ["a.txt": "one\ntwo\nthree", "d/b.txt": "x"], "test": "grep -q four a.txt",
        ])
        var game = try await Playing("files", ["seconds": 5], row)
        #expect(try await game.call("list_files", .object([])).text.contains("a.txt"))
        #expect(
            try await game.call("read_file", ["path": "a.txt", "first": 2, "count": 1]).text == "two\n[1 more lines]")
        #expect(try await game.call("read_file", ["path": "nope"]).text.contains("there is no file 'nope'"))
        #expect(try await game.call("read_file", ["path": "d"]).text.contains("is a folder"))
        #expect(try await game.call("read_file", ["path": "../../etc/passwd"]).text.contains("outside"))
        #expect(
            try await game.call("replace_text", ["path": "a.txt", "old": "o", "new": "0"]).text.contains("2 times"))
        #expect(try await game.call("replace_text", ["path": "a.txt", "old": "two", "new": "four"]).outcome == .ok)
        #expect(
            try await game.call("write_file", ["path": "e/f/g.txt", "text": "ü🙂"]).text == "wrote 6 bytes to e/f/g.txt")
        #expect(try await game.call("write_file", ["path": "d", "text": ""]).outcome == .failed)
        // A pipe is no file to wait for.
        _ = try await game.call("shell", ["command": "mkfifo p; ln -s /proc/self/mem q; ln -s /etc out"])
        #expect(try await game.call("read_file", ["path": "p"]).text.contains("no plain file"))
        #expect(try await game.call("read_file", ["path": "out/passwd"]).text.contains("outside"))
        #expect(try await game.call("read_file", ["path": "a.txt"]).text == "one\nfour\nthree")
        #expect(await game.end()?.score == 1)
    }

    @Test func aShellThatHangsCostsItsDeadline() async throws {
        var game = try await Playing("shell", ["seconds": 0.5], Playing.problem(["test": "sleep 100"]))
        let late = try await game.call("shell", ["command": "echo begun; sleep 100"])
        #expect(late.outcome == .timeout && late.text.hasPrefix("begun\n"))
        #expect(try await game.call("shell", ["command": "echo on"]).text == "on\n")
        await game.end(.failed)
    }

    @Test func badRowsAreOurs() async throws {
        for fields in [["files": ["a": 1]], ["files": [], "test": "true"], ["setup": "exit 1"]] as [JSONValue] {
            #expect(await kind { _ = try await Playing("shell", .object([]), Playing.problem(fields)) } == .start)
        }
        #expect(await kind { _ = try await Playing("files", .object([]), Playing.problem()) } == .start)
        #expect(
            await kind { _ = try await Playing("python", .object([]), Playing.problem(["setup_code": "1/0"])) }
                == .start)
        #expect(
            await kind { _ = try await Playing("sql", .object([]), Playing.problem(["setup": "CREATE"])) } == .start)
    }

    @Test func sqlIsReadOnlyAndBounded() async throws {
        let setup = "CREATE TABLE t(a, b); INSERT INTO t VALUES (1, 'x'), (2, NULL);"
        var game = try await Playing(
            "sql", ["steps": 1_000_000, "rows": 3], Playing.problem(["setup": .string(setup)]))
        #expect(try await game.call("query", ["sql": "SELECT * FROM t"]).text == "a | b\n1 | x\n2 | NULL")
        #expect(try await game.call("query", ["sql": "SELECT * FROM nope"]).text.contains("no such table"))
        #expect(try await game.call("query", ["sql": "DELETE FROM t"]).outcome == .failed)
        #expect(try await game.call("query", ["sql": "ATTACH '/etc/passwd' AS p"]).outcome == .failed)
        #expect(try await game.call("query", ["sql": "SELECT load_extension('x')"]).outcome == .failed)
        let endless = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"
        #expect(try await game.call("query", ["sql": .string(endless)]).outcome == .timeout)
        let many = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 9) SELECT n FROM r"
        #expect(try await game.call("query", ["sql": .string(many)]).text == "n\n1\n2\n3\n[more than 3 rows]")
        #expect(await game.end() == nil)
    }

    @Test func sqlIsCheckedByItsState() async throws {
        let row = Playing.problem([
            "setup": "CREATE TABLE t(a); INSERT INTO t VALUES (1), (2);", "check": "SELECT a FROM t",
            "expected": [[3], [1]],
        ])
        let environment = try await EnvironmentRegistry.standard.make("sql")
        var right = try await Playing(environment, row, index: 0)
        _ = try await right.call("query", ["sql": "UPDATE t SET a = 3 WHERE a = 2"])
        #expect(await right.end()?.score == 1)
        #expect(try await Playing(environment, row, index: 1).end()?.score == 0)
    }

    @Test func anEndDuringATurnEndsItSoon() async throws {
        let environment = try await EnvironmentRegistry.standard.make("shell", options: ["seconds": 60])
        let game = try await Playing(environment, Playing.problem(["test": "true"]))
        let turn = Task { () -> EnvironmentError.Kind? in
            await kind {
                var game = game
                _ = try await game.call("shell", ["command": "sleep 50"])
            }
        }
        try await Task.sleep(for: .milliseconds(300))
        let start = ContinuousClock.now
        let verdict = await game.end(.seconds)
        #expect(await turn.value == .lost)
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(verdict?.score == nil && verdict?.reason == "turnUnderWay")
    }

    @Test func aCancelledTurnEndsSoon() async throws {
        let environment = try await EnvironmentRegistry.standard.make("python", options: ["seconds": 60])
        let game = try await Playing(environment)
        let turn = Task { () -> EnvironmentError.Kind? in
            await kind {
                var game = game
                _ = try await game.call("python", ["code": "import time\nwhile True: time.sleep(1)"])
            }
        }
        try await Task.sleep(for: .milliseconds(300))
        let start = ContinuousClock.now
        turn.cancel()
        #expect(await turn.value == .lost)
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(
            await kind { _ = try await environment.step(Action(text: "x"), key: StepKey(game.key, turn: 0)) } == .lost)
        await game.end(.failed)
    }
}
