import Experience
import Foundation
import JSON
import TestServers
import Testing
import Verifiers

/// What an item does to a worker is that item's verdict alone.
@Suite(.serialized, .enabled(if: PythonWorker.isAvailable, "python3 is not on this machine"))
struct CommandVerifierTests {
    private static func items(_ responses: [String]) -> [VerificationItem] {
        responses.enumerated().map { index, response in
            VerificationItem(
                problem: Problem(id: "\(index)", answer: "right"), completion: Completion(text: response))
        }
    }

    private static func verifier(_ worker: PythonWorker, mode: String = "item", timeout: Double = 2) -> CommandVerifier
    {
        var options = CommandVerifier.Options(command: ["python3", worker.path])
        options.workers = 2
        options.batch = 16
        options.timeout = timeout
        options.startTimeout = 30
        options.maxMemoryMiB = 512
        options.environment = ["MODE": mode]
        return CommandVerifier(options)
    }

    private static let faults = """
        held = []
        def judge(item):
            text = item["response"]
            reply = {"id": item["id"], "score": 1 if text == item["answer"] else 0}
            if text == "hang": time.sleep(60)
            if text == "die": os._exit(7)
            if text == "killed": os.kill(os.getpid(), 9)
            if text == "garbage":
                print("Traceback or so", file=out, flush=True)
                return None
            if text == "binary":
                out.buffer.write(bytes(range(256)) + b"\\n"); out.flush()
                return None
            if text == "foreign": return {"id": item["id"] + 100000, "score": 1}
            if text == "stranger": return {"id": -1, "score": 1}
            if text == "components": return {"id": item["id"], "score": 1, "components": {"style": 1e999}}
            if text == "score": return {"id": item["id"], "score": "very good"}
            if text == "nan": return {"id": item["id"], "score": float("inf")}
            if text == "later":
                held.append(reply)
                return None
            if text == "twice": return [reply, {"id": item["id"], "score": 1}]
            if text == "flood":
                for _ in range(2000): sys.stderr.write("x" * 1000 + "\\n")
                sys.stderr.flush()
            if text == "leak":
                global block
                block = bytearray(1 << 30)
                for i in range(0, len(block), 4096): block[i] = 1
                time.sleep(60)
            if text == "close": os.close(out.fileno()); os.close(1); time.sleep(60)
            if text == "silent": return None
            if held and text != "later":
                late, held[:] = held[:], []
                return [reply] + late[::-1]
            return reply
        """

    @Test(
        "A culprit among good items",
        arguments: [
            ("hang", Outcome.timeout, "timeout"), ("die", .verifierError, "workerDied"),
            ("killed", .verifierError, "workerDied"), ("garbage", .verifierError, "badReply"),
            ("binary", .verifierError, "badReply"), ("foreign", .verifierError, "badReply"),
            ("stranger", .verifierError, "badReply"), ("components", .verifierError, "badReply"),
            ("score", .verifierError, "badReply"), ("nan", .verifierError, "badReply"),
            ("leak", .verifierError, "workerMemory"), ("close", .verifierError, "workerDied"),
            ("silent", .timeout, "timeout"),
        ])
    func culprit(text: String, outcome: Outcome, reason: String) async throws {
        let worker = try PythonWorker(Self.faults)
        // Half of the faults with a worker that answers item by item, half with one that answers whole messages.
        let verifier = Self.verifier(
            worker, mode: text.count % 2 == 0 ? "item" : "batch", timeout: text == "leak" ? 20 : 3)
        var responses = Array(repeating: ["right", "wrong"], count: 20).flatMap { $0 }
        responses[5] = text
        let verdicts = await verifier.verify(Self.items(responses))
        await verifier.shutdown()
        #expect(verdicts.count == responses.count)
        for (response, verdict) in zip(responses, verdicts) {
            if response == text {
                #expect(verdict.outcome == outcome, "\(verdict)")
                #expect(verdict.reason == reason, "\(verdict)")
                #expect(verdict.score == nil)
            } else {
                #expect(verdict.outcome == (response == "right" ? .correct : .incorrect), "\(response): \(verdict)")
            }
        }
    }

    @Test("After every kind of fault the same few processes judge on, in messages as large as before")
    func recovery() async throws {
        let worker = try PythonWorker(
            Self.faults.replacing(
                "reply = {",
                with: "reply = {\"reason\": str(os.getpid()), \"explanation\": str(len(message[\"verify\"])),"))
        let verifier = Self.verifier(worker, timeout: 1)
        for fault in ["hang", "die", "garbage", "silent"] {
            _ = await verifier.verify(Self.items(["right", fault, "right"]))
        }
        let verdicts = await verifier.verify(Self.items(Array(repeating: "right", count: 320)))
        await verifier.shutdown()
        #expect(verdicts.allSatisfy { $0.outcome == .correct })
        #expect(Set(verdicts.map(\.reason)).count <= 2)
        #expect(Set(verdicts.map(\.explanation)) == ["16"])
    }

    @Test("Out of order, twice and a flood on stderr change nothing", arguments: ["item", "batch"])
    func harmless(mode: String) async throws {
        let worker = try PythonWorker(Self.faults)
        let verifier = Self.verifier(worker, mode: mode, timeout: 10)
        let responses = ["later", "right", "later", "wrong", "later", "right", "twice", "right", "flood", "right"]
        let verdicts = await verifier.verify(Self.items(responses))
        await verifier.shutdown()
        for (response, verdict) in zip(responses, verdicts) {
            #expect(verdict.outcome == (response == "right" ? .correct : .incorrect), "\(response): \(verdict)")
        }
    }

    @Test("A worker that cannot start says so for every item, with its own words")
    func noStart() async throws {
        let missing = CommandVerifier(.init(command: ["/nonexistent/verifier"]))
        let absent = await missing.verify(Self.items(["right", "wrong"]))
        await missing.shutdown()
        #expect(absent.allSatisfy { $0.reason == "workerNotStarted" && $0.score == nil })
        #expect(absent[0].explanation?.contains("No such file") == true)
        let worker = try PythonWorker("raise SystemExit('no model at /models/x')")
        let verifier = Self.verifier(worker)
        let verdicts = await verifier.verify(Self.items(["right"]))
        await verifier.shutdown()
        #expect(verdicts[0].reason == "workerNotStarted")
        #expect(verdicts[0].explanation?.contains("no model at /models/x") == true)
    }

    @Test(
        "The line that says what went wrong is at the front, where no table cuts it off",
        arguments: [
            ("import a_module_that_nobody_has", "ModuleNotFoundError: No module named 'a_module_that_nobody_has'"),
            ("def broken(:", "SyntaxError: invalid syntax"),
            (
                "for _ in range(20_000): sys.stderr.write('warning ' * 10 + chr(10))\nraise KeyError('gold')",
                "KeyError: 'gold'"
            ),
            ("def deep(n): return deep(n - 1) if n else [][1]\ndeep(300)", "IndexError: list index out of range"),
            ("try: 1/0\nexcept Exception: raise ValueError('of two')", "ValueError: of two"),
        ])
    func decisiveLine(body: String, line: String) async throws {
        let worker = try PythonWorker(body, name: "v-\(UUID().uuidString.prefix(4))")
        let parts: JSONValue = [
            ["verifier": "command", "options": ["command": .array(["python3", .string(worker.path)])]]
        ]
        let verifier = try VerifierRegistry.standard.make("combine", options: ["parts": parts])
        let verdict = await verifier.verdicts(of: Self.items(["right"]))[0]
        await verifier.shutdown()
        #expect(verdict.reason == "workerNotStarted" && verdict.explanation?.hasPrefix("part 'command': ") == true)
        #expect(verdict.explanation?.prefix(200).contains(line) == true, "\(verdict.explanation ?? "")")
    }

    @Test("A program that is written in an argument is not repeated in messages")
    func shortCommands() async throws {
        let source = "import sys\n" + String(repeating: "x = 1\n", count: 1000) + "sys.exit('gone')"
        let verifier = CommandVerifier(.init(command: ["python3", "-c", source]))
        let verdict = await verifier.verdicts(of: Self.items(["right"]))[0]
        await verifier.shutdown()
        #expect(verdict.explanation?.contains("'python3 -c import sys…' exited with code 1: gone") == true)
    }

    @Test("A library's host is not ended by a plug-in that closes its pipe")
    func hostKeepsRunning() async {
        let verifier = CommandVerifier(.init(command: ["/bin/false"]))
        _ = await verifier.verify(Self.items(["right"]))
        await verifier.shutdown()
        var action = sigaction()
        sigaction(SIGPIPE, nil, &action)
        #expect(unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) != 0, "SIGPIPE ends this process")
    }

    @Test("Cancelling the task ends a worker that hangs, at once")
    func cancellation() async throws {
        let worker = try PythonWorker(Self.faults)
        let verifier = Self.verifier(worker, timeout: 50)
        let task = Task { await verifier.verify(Self.items(["hang", "right"])) }
        try await Task.sleep(for: .milliseconds(300))
        task.cancel()
        let verdicts = await task.value
        await verifier.shutdown()
        #expect(verdicts.allSatisfy { $0.score == nil })
        #expect(verdicts[0].reason == "cancelled")
    }

    @Test(
        "Cancelling also ends a worker that never falls silent, and one that does not get ready",
        .timeLimit(.minutes(1)))
    func cancellationOfTheBusy() async throws {
        let mark = NSTemporaryDirectory() + "mark-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: mark) }
        let begin = "open('\(mark)', 'w').close()"
        for body in [
            "def judge(item):\n    \(begin)\n    while True: sys.stderr.write('x' * 1000 + '\\n'); sys.stderr.flush()",
            "def judge(item):\n    \(begin)\n    while True: print('{\"id\": 1, \"score\": 1}', file=out, flush=True)",
            "\(begin)\ntime.sleep(3600)",
        ] {
            let worker = try PythonWorker(body)
            let verifier = Self.verifier(worker, timeout: 3600)
            let task = Task { await verifier.verdicts(of: Self.items(Array(repeating: "right", count: 100))) }
            try await eventually { FileManager.default.fileExists(atPath: mark) }
            let start = ContinuousClock.now
            task.cancel()
            let verdicts = await task.value
            #expect(verdicts.suffix(50).allSatisfy { $0.reason == "cancelled" }, "\(verdicts.map(\.reason))")
            #expect(
                ContinuousClock.now - start < .seconds(20),
                "a loaded machine takes long, a worker that goes on for ever")
            await verifier.shutdown()
            try FileManager.default.removeItem(atPath: mark)
        }
    }

    @Test("A pipe, a device and a file of gigabytes on the command line are no reason to wait", .timeLimit(.minutes(1)))
    func namedFiles() throws {
        let folder = NSTemporaryDirectory() + "files-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (pipe, big) = (folder + "/pipe", folder + "/model.bin")
        #expect(mkfifo(pipe, 0o600) == 0)
        func version(_ path: String) -> String { CommandVerifier(.init(command: ["sh", path])).version }
        #expect(version(pipe) == version(pipe) && version("/dev/zero") == version("/dev/zero"))
        #expect(version(folder) == version(folder))

        let descriptor = open(big, O_RDWR | O_CREAT, 0o600)
        defer { close(descriptor) }
        #expect(ftruncate(descriptor, 64 << 30) == 0)
        let empty = version(big)
        for place in [0, (64 << 30) - 1] {
            #expect(pwrite(descriptor, "x", 1, off_t(place)) == 1)
            #expect(version(big) != empty)
            #expect(pwrite(descriptor, "\0", 1, off_t(place)) == 1)
            #expect(version(big) == empty)
        }
        #expect(ftruncate(descriptor, (64 << 30) + 1) == 0)
        #expect(version(big) != empty)
    }

    @Test("Other options, another revision and another command are other versions")
    func versionsFollowWhatIsRun() {
        func version(_ command: String = "cat", _ options: JSONValue = [:], revision: String = "") -> String {
            var all = CommandVerifier.Options(command: [command])
            (all.options, all.revision) = (options, revision)
            return CommandVerifier(all).version
        }
        let versions = [
            version(), version("true"), version("cat", ["a": 1]), version("cat", ["a": 2]), version(revision: "2"),
        ]
        #expect(Set(versions).count == versions.count)
        #expect(version() == version())
    }

    @Test("A script that is edited where it stands is another version, to the last byte that is read whole")
    func editedInPlace() throws {
        let path = NSTemporaryDirectory() + "script-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        for count in [1, 100, (1 << 20) - 1] {
            var bytes = [UInt8](repeating: 0x61, count: count)
            var versions: Set<String> = []
            for place in [nil, 0, count / 2, count - 1] {
                if let place { bytes[place] += 1 }
                try Data(bytes).write(to: URL(fileURLWithPath: path))
                versions.insert(CommandVerifier(.init(command: ["sh", path])).version)
            }
            #expect(versions.count == 4, "\(count)")
        }
    }

    @Test("After shutdown no process of the worker is left")
    func shutdownLeavesNothing() async throws {
        let worker = try PythonWorker(
            """
            import subprocess
            child = subprocess.Popen(["sleep", "300"])
            def judge(item): return {"id": item["id"], "score": 0, "reason": f"{os.getpid()} {child.pid}"}
            """)
        let verifier = Self.verifier(worker)
        let verdict = await verifier.verify(Self.items(["x"]))[0]
        let pids = verdict.reason.split(separator: " ").compactMap { Int32($0) }
        #expect(pids.count == 2 && pids.allSatisfy { kill($0, 0) == 0 })
        await verifier.shutdown()
        try await Task.sleep(for: .milliseconds(200))
        for pid in pids {
            let state = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
            #expect(state.isEmpty || state.contains(") Z "), "process \(pid) is still there")
        }
    }

    @Test("A slow worker that answers whole messages gets smaller ones")
    func slowBatches() async throws {
        let worker = try PythonWorker(
            "def judge(item):\n    time.sleep(0.1)\n    return {\"id\": item[\"id\"], \"score\": 1}")
        let verifier = Self.verifier(worker, mode: "batch", timeout: 1)
        let verdicts = await verifier.verify(Self.items(Array(repeating: "x", count: 32)))
        await verifier.shutdown()
        #expect(verdicts.allSatisfy { $0.outcome == .correct }, "\(verdicts.map(\.reason))")
    }

    @Test("Every field of a reply reaches the verdict; scores below correct_at are incorrect")
    func replyFields() async throws {
        let worker = try PythonWorker(
            """
            def judge(item):
                replies = {
                    "full": {"score": 0.5, "outcome": "correct", "reason": "near", "extracted": "4",
                             "explanation": "why", "components": {"format": 1, "style": None}},
                    "half": {"score": 0.5}, "true": {"score": True}, "null": {"score": None},
                    "error": {"error": "KeyError: 'x'"}, "none": {"score": 0, "outcome": "noAnswer"},
                    "odd": {"score": 1, "outcome": "perfect"}, "fields": {"score": 1, "reason": item["fields"]["level"]},
                }
                return dict(replies[item["response"]], id=item["id"])
            """)
        let registry = VerifierRegistry.standard
        let verifier = try registry.make(
            "command",
            options: ["command": .array(["python3", .string(worker.path)]), "workers": 1, "name": "graded"])
        #expect(verifier.name == "graded")
        let names = ["full", "half", "true", "null", "error", "none", "odd", "fields"]
        let record = try JSONRow(checking: Array("{\n  \"level\": \"hard\"\n}".utf8))
        let verdicts = await verifier.verify(
            names.map {
                VerificationItem(problem: Problem(id: $0, fields: record), completion: Completion(text: $0))
            })
        await verifier.shutdown()
        #expect(
            verdicts.map(\.outcome) == [
                .correct, .incorrect, .correct, .verifierError, .verifierError, .noAnswer, .verifierError, .correct,
            ])
        #expect(verdicts[0].components == ["format": 1, "style": nil])
        #expect(verdicts[0].extracted == "4" && verdicts[0].explanation == "why" && verdicts[0].score == 0.5)
        #expect(verdicts[3].reason == "noScore" && verdicts[4].reason == "raised" && verdicts[6].reason == "badReply")
        #expect(verdicts[4].explanation == "KeyError: 'x'")
        #expect(verdicts[7].reason == "hard")
    }

    @Test("The version follows the script's contents and the options")
    func versions() throws {
        let one = try PythonWorker("def judge(item): return None", name: "version")
        let first = CommandVerifier(.init(command: ["python3", one.path])).version
        var options = CommandVerifier.Options(command: ["python3", one.path])
        #expect(CommandVerifier(options).version == first)
        options.options = ["strict": true]
        #expect(CommandVerifier(options).version != first)
        let two = try PythonWorker("def judge(item): return 1", name: "version")
        #expect(CommandVerifier(.init(command: ["python3", two.path])).version != first)
    }

    @Test("A shell reads tab-separated lines")
    func shell() async throws {
        let script = #"""
            read -r hello
            printf '{"ready":1,"format":"tsv"}\n'
            while IFS="$(printf '\t')" read -r id response answer prompt; do
                response=$(printf '%b' "$response")
                [ "$response" = "$(printf '%b' "$answer")" ] && score=1 || score=0
                printf '%s\t%s\tcompared\n' "$id" "$score"
            done
            """#
        let verifier = CommandVerifier(.init(command: ["sh", "-c", script]))
        let verdicts = await verifier.verify(
            ["a\tb\\n\nc", "other"].map {
                VerificationItem(problem: Problem(id: $0, answer: "a\tb\\n\nc"), completion: Completion(text: $0))
            })
        await verifier.shutdown()
        #expect(verdicts.map(\.outcome) == [.correct, .incorrect])
        #expect(verdicts[0].reason == "compared")
    }

    @Test("Options that make no sense are named")
    func badOptions() {
        let registry = VerifierRegistry.standard
        for (options, key) in [
            (["command": []], "command"), (["command": ["sh"], "timeout_s": -1], "timeout_s"),
            (["command": "sh", "options": 3], "options"), (["command": ["sh", 4]], "command"),
        ] as [(JSONValue, String)] {
            let error = #expect(throws: VerifierOptionsError.self) { try registry.make("command", options: options) }
            #expect(error?.key == key)
        }
    }

    @Test("Inside the sandbox a worker judges, sees no network and no files of ours, and its faults stay typed")
    func sandbox() async throws {
        guard await Sandbox.probe().isolation != nil else { return }
        let worker = try PythonWorker(
            """
            import socket
            def judge(item):
                text = item["response"]
                if text == "net":
                    try: socket.create_connection(("127.0.0.1", 22), 1); found = "connected"
                    except OSError as error: found = type(error).__name__
                    return {"id": item["id"], "score": 1, "reason": found}
                if text == "files": return {"id": item["id"], "score": 1, "reason": str(os.path.exists("/var/lib"))}
                if text == "write":
                    try: open(sys.argv[0] + ".x", "w"); found = "wrote"
                    except OSError as error: found = type(error).__name__
                    return {"id": item["id"], "score": 1, "reason": found}
                if text == "die": os._exit(7)
                if text == "hang": time.sleep(60)
                if text == "leak": block = bytearray(1 << 30); time.sleep(60)
                return {"id": item["id"], "score": 1 if text == item["answer"] else 0}
            """)
        var options = CommandVerifier.Options(command: ["python3", worker.path])
        options.workers = 1
        options.timeout = 3
        options.maxMemoryMiB = 256
        options.isSandboxed = true
        let verifier = CommandVerifier(options)
        let texts = [
            "right", "net", "files", "write", "die", "hang", "leak", "wrong", String(repeating: "x", count: 300_000),
        ]
        let verdicts = await verifier.verify(Self.items(texts))
        await verifier.shutdown()
        #expect(verdicts[0].outcome == .correct, "\(verdicts[0])")
        #expect(["ConnectionRefusedError", "OSError"].contains(verdicts[1].reason), "\(verdicts[1])")
        #expect(verdicts[2].reason == "False" && verdicts[3].reason == "OSError", "\(verdicts[2...3])")
        #expect(verdicts[4].reason == "workerDied", "\(verdicts[4])")
        #expect(verdicts[5].outcome == .timeout, "\(verdicts[5])")
        #expect(verdicts[6].reason == "workerMemory", "\(verdicts[6])")
        #expect(verdicts[7...].allSatisfy { $0.outcome == .incorrect }, "\(verdicts[7...])")
    }
}
