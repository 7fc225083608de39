import Experience
import Foundation
import JSON
import Rollout
import Testing
import Verifiers

@Suite struct EnvCommandTests {
    /// In a process of its own: whatever it leaves behind is its own.
    @Test(arguments: ["python", "shell", "files", "sql", "calculator", "retry", "critique", "hint"])
    func soundOnesHaveNoFinding(name: String) async throws {
        if await Sandbox.probe().isolation == nil { return }
        try await hasNoFinding(name)
    }

    @Test(arguments: ["guess", "grid", "tictactoe", "nim", "code"], ["text", "tool"])
    func soundGamesHaveNoFinding(name: String, interface: String) async throws {
        try await hasNoFinding(#"game:{"game": "\#(name)", "interface": "\#(interface)"}"#)
    }

    private func hasNoFinding(_ environment: String) async throws {
        let result = try await AssayProcess.run(["env", "check", environment])
        #expect(result.code == 0 && result.output.hasPrefix("nothing"), "\(result)")
    }

    @Test func whatRunsOutsideIsListed() async throws {
        let list = try await AssayProcess.run(["env", "list", "agent"])
        #expect(list.code == 0 && list.output.contains("serve --episodes") && list.output.contains("max_model_calls"))
        // It has the options that a configuration may set.
        #expect(throws: ConfigProblem.self) { _ = try AgentOptions(["max_model_call": 3]) }
        for option in AgentOptions.listed {
            let error = #expect(throws: ConfigProblem.self) { _ = try AgentOptions(.object([.init(option.name, -1)])) }
            #expect(error.map { !"\($0)".contains("is no option") } == true, "\(option.name)")
        }
    }

    @Test(
        "What init writes works, its test passes, and it is not written over",
        arguments: [
            ("python", "python3", "mine.py", "mine_test.py"), ("node", "node", "mine.js", "mine.test.js"),
            ("shell", "sh", "mine.sh", "mine.test.sh"),
        ])
    func templates(flag: String, interpreter: String, script: String, test: String) async throws {
        if try await program(["sh", "-c", "command -v \(interpreter)"], in: NSTemporaryDirectory()) != 0 { return }
        let folder = try TemporaryFolder()
        let made = try await AssayProcess.run(["env", "init", "--\(flag)", "mine"], folder: folder.path)
        #expect(made.code == 0, "\(made)")
        #expect(try await program([interpreter, test], in: folder.path) == 0)
        let check = try await AssayProcess.run(
            ["env", "check", "command", "--option", "command=[\"\(interpreter)\", \"\(script)\"]"], folder: folder.path)
        #expect(check.code == 0 && check.output.hasPrefix("nothing"), "\(check)")
        try folder.write("mine", to: test)
        let again = try await AssayProcess.run(["env", "init", "--\(flag)", "mine"], folder: folder.path)
        #expect(again.code != 0 && again.errors.contains(script), "\(again)")
    }

    /// A process for each episode that is never ended: named, and ended by the check; one of others is not.
    @Test func whatIsLeftBehindIsFoundAndEnded() async throws {
        if try await program(["sh", "-c", "command -v python3"], in: NSTemporaryDirectory()) != 0 { return }
        let folder = try TemporaryFolder()
        _ = try await AssayProcess.run(["env", "init", "--python", "mine"], folder: folder.path)
        let mine = try String(contentsOfFile: folder.file("mine.py"), encoding: .utf8)
        let start = "    def start(self):\n"
        let left =
            start + """
                        import os, subprocess
                        child = subprocess.Popen(["sleep", "61"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                                 stderr=subprocess.DEVNULL, start_new_session=True)
                        open("left", "a").write(f"{child.pid}\\n")

                """
        #expect(mine.contains(start))
        try folder.write(mine.replacing(start, with: left), to: "mine.py")
        let check = try await AssayProcess.run(
            ["env", "check", "command", "--option", "command=[\"python3\", \"mine.py\"]"], folder: folder.path)
        #expect(check.code == 1 && check.output.contains("orphan: after 12 episodes"), "\(check)")
        let pids = try String(contentsOfFile: folder.file("left"), encoding: .utf8).split(separator: "\n")
        // One that has ended and is not yet waited for has no words any more.
        let still = pids.filter {
            (try? String(contentsOfFile: "/proc/\($0)/cmdline", encoding: .utf8))?.isEmpty == false
        }
        #expect(still.count < pids.count, "\(still) of \(pids)")
        for pid in still.compactMap({ Int32($0) }) { kill(pid, SIGKILL) }
    }

    @Test(arguments: [("sleep 60", "hang: "), ("exit 3", "failure: "), ("echo x; sleep 60", "contract: ")])
    func aHandshakeThatFailsIsNamed(script: String, finding: String) async throws {
        let check = try await AssayProcess.run([
            "env", "check", "command", "--option", "command=[\"sh\", \"-c\", \"\(script)\"]", "--option",
            "start_timeout_s=0.5",
        ])
        #expect(check.code == 1 && check.output.hasPrefix(finding), "\(check)")
    }

    private func program(_ words: [String], in folder: String) async throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        return try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
    }

    @Test func whatIsAskedForIsListed() async throws {
        let all = try await AssayProcess.run(["env", "list", "--json"])
        #expect(try JSONValue(parsing: all.output.utf8).arrayValue?.count == 15)
        let one = try await AssayProcess.run(["env", "list", "game"])
        #expect(one.output.contains("game: ") && one.output.contains("default guess"), "\(one)")
        let none = try await AssayProcess.run(["env", "list", "gmae"])
        #expect(none.code == 2 && none.errors.contains("did you mean 'game'?"), "\(none)")
    }

    @Test func aConfigurationsEnvironmentIsReadAtOnce() async throws {
        let folder = try TemporaryFolder()
        try folder.write(#"{"question": "1?", "answer": "1"}"#, to: "p.jsonl")
        for (name, options, said) in [
            ("gmae", "{}", "did you mean 'game'?"), ("game", "{gaem: nim}", "did you mean 'game'?"),
            ("python", "{tools: 1}", "environment.options.tools"),
        ] {
            try folder.write(
                """
                dataset: {path: p.jsonl}
                rollout: {endpoints: [http://127.0.0.1:1]}
                environment: {name: \(name), options: \(options)}
                """, to: "c.yaml")
            let result = try await AssayProcess.run(["run", "c.yaml"], folder: folder.path)
            #expect(result.code == 2 && result.errors.contains(said), "\(result)")
        }
    }
}
