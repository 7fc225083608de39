import Datasets
import Experience
import Foundation
import JSON
import Rollout
import Testing

@testable import AssayCommand

/// What is looked at before anything is sampled. The endpoint of these runs does not exist: exit code 2, not 1, says that
/// nobody was asked.
@Suite struct PreflightTests {
    @Test(arguments: ["not a url", "ftp://x", ""])
    func whatIsNoServersAddressIsRefused(endpoint: String) async throws {
        let result = try await AssayProcess.run(["init", "-", "--endpoint", endpoint])
        #expect(result.code == 2 && result.errors.contains("--endpoint: '") && result.output.isEmpty, "\(result)")
    }

    let folder: TemporaryFolder
    static let python = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")

    init() throws {
        folder = try TemporaryFolder()
        let rows = (0..<20).map { #"{"id": "p\#($0)", "prompt": "What is \#($0) + 1?", "answer": "\#($0 + 1)"}"# }
        try folder.write(rows.joined(separator: "\n"), to: "rows.jsonl")
    }

    private func config(_ more: String = "", rows: String = "rows.jsonl") throws -> String {
        try folder.write(
            """
            name: t
            store: \(folder.file("t.sqlite"))
            sampling: {n: 2, max_tokens: 32}
            rollout: {endpoints: ["http://127.0.0.1:9"]}
            dataset: {path: \(folder.file(rows))}
            \(more)
            """, to: "c.yaml")
    }

    private func checks(_ more: String = "", rows: String = "rows.jsonl") async throws -> [PreflightCheck] {
        try await Preflight(RunConfig.load(path: config(more, rows: rows), overrides: [])).checks()
    }

    @Test(arguments: [
        (
            ["dataset.answer_field=answr"],
            ["no field 'answr' in any row (dataset.answer_field; did you mean 'answer'?)"]
        ),
        (
            ["dataset.answer_field=answr", "dataset.prompt_field=promt"],
            ["'promt' in any row (dataset.prompt_field; did you mean 'prompt'?)", "'answr'", "have id, prompt, answer"]
        ),
        (["dataset.id_field=idd"], ["no field 'idd' in any row (dataset.id_field; did you mean 'id'?)"]),
        (["verify.verifier=choice"], ["none of 20 rows can be judged by 'choice'", "line 1, id 'p0', answer '1'"]),
        (["verify.verifier=command", "verify.options.command=[/none/such, x]"], ["cannot start '/none/such x'"]),
        (["verify.verifier=command", "verify.options.command=[/bin/false]"], ["exited with code 1"]),
        (
            [
                "verify.verifier=combine",
                "verify.options.parts=[math, {verifier: command, options: {command: [/bin/false]}}]",
            ],
            ["verifier combine/command:", "exited with code 1"]
        ),
    ])
    func aRunForNothingIsRefusedBeforeAnybodyIsAsked(_ settings: [String], _ words: [String]) async throws {
        for command in ["run", "rollout"] {
            let sets = settings.flatMap { ["--set", $0] }
            let result = try await AssayProcess.run([command, config()] + sets)
            #expect(result.code == 2, "\(result.errors)")
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
            for word in words { #expect(result.errors.contains(word), "\(result.errors)") }
            #expect(!FileManager.default.fileExists(atPath: folder.file("t.sqlite")))
        }
    }

    @Test("A start that fails leaves no run behind", arguments: [[], ["rollout.api_key_env=NO_SUCH_KEY_HERE"]])
    func aFailedStartLeavesNoRun(_ settings: [String]) async throws {
        let sets = settings.flatMap { ["--set", $0] }
        for command in ["run", "rollout"] {
            let result = try await AssayProcess.run([command, config()] + sets)
            #expect(result.code != 0, "\(result.errors)")
            let store = try Store(path: folder.file("t.sqlite"), access: .read)
            #expect(try await store.runs().isEmpty)
        }
    }

    @Test(arguments: [
        (#"{"id": "a", "prompt": "", "answer": "1"}"#, "the prompt is empty"),
        (#"{"id": "a\u0000b", "prompt": "x", "answer": "1"}"#, "control characters"),
    ])
    func aRowThatCannotBeSampledIsNamed(_ row: String, _ words: String) async throws {
        try folder.write(row, to: "bad.jsonl")
        let result = try await AssayProcess.run(["run", config(rows: "bad.jsonl")])
        #expect(result.code == 2 && result.errors.contains(words), "\(result.errors)")
    }

    @Test(
        .enabled(if: python),
        arguments: [
            ("def f(:\n    pass", "SyntaxError: invalid syntax"),
            ("import no_such_package_at_all", "ModuleNotFoundError: No module named 'no_such_package_at_all'"),
            ("import sys\n\ndef main():\n    raise RuntimeError('x' * 10 + ' decides')\nmain()", "decides"),
        ])
    func theLineOfATracebackThatDecidesIsShown(_ script: String, _ line: String) async throws {
        let path = try folder.write(script, to: "mine.py")
        let result = try await AssayProcess.run([
            "run", config(), "--set", "verify.verifier=command", "--set",
            "verify.options.command=[/usr/bin/python3, \(path)]",
        ])
        #expect(result.code == 2 && result.errors.contains(line), "\(result.errors)")
        #expect(result.errors.contains("mine.py, line") && !result.errors.contains("Traceback"), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    }

    @Test(.enabled(if: python)) func aWorkerThatFailsOnEveryRowIsRefused() async throws {
        let script = """
            import json, sys
            sys.stdin.readline()
            print('{"ready": 1}', flush=True)
            for line in sys.stdin:
                for item in json.loads(line).get("verify", []):
                    print(json.dumps({"id": item["id"], "error": "Traceback (most recent call last):\\n  x\\nKeyError: 'y'"}), flush=True)
            """
        let path = try folder.write(script, to: "mine.py")
        let result = try await AssayProcess.run([
            "run", config(), "--set", "verify.verifier=command", "--set",
            "verify.options.command=[/usr/bin/python3, \(path)]",
        ])
        #expect(result.code == 2 && result.errors.contains("verifier command: KeyError: 'y'"), "\(result.errors)")
    }

    @Test func someUnreadableGoldsAreCountedAndShown() async throws {
        let rows = (0..<8).map {
            #"{"prompt": "q", "answer": \#($0 < 3 ? "\"x^{\"" : $0 == 3 ? "null" : "\"7\"")}"#
        }
        try folder.write(rows.joined(separator: "\n"), to: "some.jsonl")
        let checks = try await checks(rows: "some.jsonl")
        let dataset = try #require(checks.first { $0.name == "dataset" })
        #expect(dataset.state == .warn, "\(dataset)")
        #expect(dataset.detail.contains("4 of 8 rows cannot be judged by 'math'"), "\(dataset)")
        #expect(dataset.detail.contains("line 1, id '1', answer 'x^{'"), "\(dataset)")
        #expect(checks.allSatisfy { $0.state != .failed })
    }

    @Test func aRouteIsCheckedByItsOwnRows() async throws {
        let rows = [
            #"{"prompt": "q", "verifier": "m", "answer": "7"}"#, #"{"prompt": "q", "verifier": "c", "answer": "B"}"#,
            #"{"prompt": "q", "verifier": "z", "answer": "B"}"#,
        ]
        try folder.write(rows.joined(separator: "\n"), to: "routed.jsonl")
        let checks = try await checks(
            "verify: {verifier: route, options: {routes: {m: math, c: choice, unused: {verifier: command, options: {command: [/bin/false]}}}}}",
            rows: "routed.jsonl")
        let dataset = try #require(checks.first { $0.name == "dataset" })
        #expect(dataset.state == .warn && dataset.detail.contains("1 of 3 rows") && dataset.detail.contains("'z'"))
        let states = checks.filter { $0.name.hasPrefix("verifier") }.map { "\($0.name) \($0.state.rawValue)" }
        // A route that no row takes may as well be broken.
        #expect(states == ["verifier route/c ok", "verifier route/m ok", "verifier route/unused warn"])
    }

    @Test func aSystemMessageThatNoPromptHasIsSaid() async throws {
        let path = try config()
        for (chat, count) in [("false", 1), ("true", 0)] {
            let config = try RunConfig.load(path: path, overrides: ["dataset.system=Be brief", "dataset.chat=\(chat)"])
            let warnings = try await Preflight(config).checks().filter { $0.state == .warn }
            #expect(
                warnings.count == count && warnings.allSatisfy { $0.detail.contains("dataset.system has no effect") })
        }
    }

    @Test func answersThatAVerifierDoesNotNeedMayBeAbsent() async throws {
        try folder.write(#"{"prompt": "q"}"#, to: "bare.jsonl")
        #expect(try await checks("verify: {verifier: format}", rows: "bare.jsonl").allSatisfy { $0.state == .ok })
        let needed = try await checks(rows: "bare.jsonl").first { $0.name == "dataset" }
        #expect(needed?.state == .failed && needed?.detail.contains("answer absent") == true)
    }

    @Test(arguments: [
        (FileSystemKind(name: "nfs4", free: 1 << 40), PreflightCheck.State.failed, PreflightCheck.State.ok),
        (FileSystemKind(name: "fuse.sshfs", free: 1 << 40), .failed, .ok),
        (FileSystemKind(name: "9p", free: 1 << 40, sharesFiles: false), .failed, .ok),
        (FileSystemKind(name: "9p", free: 1 << 40), .ok, .ok), (FileSystemKind(name: "ext4", free: 1 << 40), .ok, .ok),
        (FileSystemKind(name: "xfs", free: 2 << 20), .ok, .warn),
        (FileSystemKind(name: "tmpfs", free: 100), .ok, .failed),
    ])
    func theStoresFileSystemIsLookedAt(
        _ kind: FileSystemKind, _ fileSystem: PreflightCheck.State, _ disk: PreflightCheck.State
    ) async throws {
        let config = try RunConfig.load(
            path: config("seed: 1"), overrides: ["sampling.n=64", "sampling.max_tokens=4096"])
        var preflight = Preflight(config)
        preflight.fileSystem = { _ in kind }
        let checks = try await preflight.checks()
        #expect(checks.first { $0.name == "file system" }?.state == fileSystem)
        #expect(checks.first { $0.name == "disk" }?.state == disk)
        if fileSystem == .failed || disk == .failed {
            let error = await #expect(throws: BadInput.self) { try await preflight.run(isQuiet: true) }
            #expect(error?.description.contains("\n") == false)
        }
    }

    @Test func whatNoDiskHoldsIsNoFigure() async throws {
        let config = try RunConfig.load(
            path: config("seed: 1"), overrides: ["sampling.n=65536", "sampling.max_tokens=9000000000000000"])
        var preflight = Preflight(config)
        preflight.fileSystem = { _ in FileSystemKind(name: "ext4", free: 1 << 40) }
        let disk = try #require(try await preflight.checks().first { $0.name == "disk" })
        #expect(disk.state == .warn && disk.detail.contains("take more than any disk holds"), "\(disk.detail)")
    }

    @Test func theMountOfAPathIsTheLongestAndLatest() {
        let table = """
            22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
            30 22 0:40 / /mnt/a rw - autofs none rw
            31 22 0:41 / /mnt/a rw,noatime shared:5 - nfs4 host:/x rw,vers=4.2
            32 22 0:42 / /mnt/a\\040b rw - fuse.sshfs me@host:/ rw,user_id=0
            33 22 0:43 / /l rw - lustre 10.0.0.1@tcp:/scratch rw,noflock,lazystatfs
            broken line
            """
        #expect(FileSystemKind.mount(of: "/home", in: table)?.type == "ext4")
        #expect(FileSystemKind.mount(of: "/mnt/a/deep/er", in: table)?.type == "nfs4")
        #expect(FileSystemKind.mount(of: "/mnt/ab", in: table)?.type == "ext4")
        #expect(FileSystemKind.mount(of: "/mnt/a b/c", in: table)?.type == "fuse.sshfs")
        #expect(FileSystemKind.mount(of: "/l", in: table)?.options.contains("noflock") == true)
        #expect(FileSystemKind.mount(of: "/", in: "") == nil)
        #expect(FileSystemKind.of(NSTemporaryDirectory() + "not/there/yet.sqlite")?.free ?? 0 > 0)
    }

    @Test func whetherMemoryCanBeSharedIsTriedAndLeavesNothing() throws {
        #expect(FileSystemKind.canShareMemory(in: folder.path))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["rows.jsonl"])
        // Where it cannot be tried, nothing speaks against it.
        #expect(FileSystemKind.canShareMemory(in: folder.file("absent")))
    }

    @Test func doctorShowsEveryCheckAndMakesNothing() async throws {
        let result = try await AssayProcess.run(["doctor", config("serve: {jobs_root: x}"), "--json"])
        #expect(result.code == 1, "the endpoint does not answer")
        let checks = try JSONValue(parsing: result.output.utf8)["checks"]?.arrayValue ?? []
        let states = checks.map { "\($0["name"]?.stringValue ?? ""): \($0["state"]?.stringValue ?? "")" }
        #expect(
            states == [
                "configuration: warn", "file system: ok", "disk: ok", "dataset: ok", "verifier math: ok",
                "endpoint http://127.0.0.1:9: failed",
            ])
        #expect(!FileManager.default.fileExists(atPath: folder.file("t.sqlite")))
        #expect(try await AssayProcess.run(["doctor", "--set", "name=x"]).code == 2)
    }

    @Test func aDataSetThatCannotBeReadIsOneOfTheFindings() async throws {
        let path = try config()
        for (file, words) in [("gone.jsonl", "gone.jsonl"), ("broken.jsonl", "broken.jsonl:2")] {
            try folder.write("{\"prompt\": \"q\", \"answer\": \"1\"}\n{\"prompt\"", to: "broken.jsonl")
            let result = try await AssayProcess.run([
                "doctor", path, "--json", "--set", "dataset.path=\(folder.file(file))",
            ])
            #expect(result.code == 1 && result.errors.isEmpty, "\(result.errors)")
            let checks = try JSONValue(parsing: result.output.utf8)["checks"]?.arrayValue ?? []
            #expect(checks.map { $0["name"]?.stringValue ?? "" }.suffix(3).first == "dataset", "\(result.output)")
            let dataset = try #require(checks.first { $0["name"]?.stringValue == "dataset" })
            #expect(dataset["state"]?.stringValue == "failed")
            #expect(dataset["detail"]?.stringValue?.contains(words) == true, "\(dataset.text)")
        }
    }

    @Test func keysWithoutEffectAreSaidWithTheirLine() throws {
        let config = try RunConfig.load(
            path: config("optimize:\n  shaping: {laser_alpha: 1, clip_low: 0}\nverify: {}"),
            overrides: ["rollout.max_groups=3"])
        // Every term that counts what a completion spent is one that the threshold holds for.
        for (shaping, count) in [("relative_length: 0.1", 0), ("relative_turns: 0.1", 0), ("cosine_limit: 9", 1)] {
            let notes = try RunConfig.load(
                path: self.config("optimize:\n  shaping: {lambda_threshold: 0.5, \(shaping)}\nverify: {}"),
                overrides: []
            ).notes
            #expect(notes.count == count, "\(notes)")
        }
        #expect(config.notes.count == 2, "\(config.notes)")
        #expect(config.notes.contains { $0.contains("c.yaml:7: optimize.shaping.laser_alpha: has no effect without") })
        #expect(
            config.notes.contains {
                $0.contains("--set rollout.max_groups: has no effect without rollout.wanted_groups")
            })
        #expect(try RunConfig.load(path: self.config(), overrides: []).notes.isEmpty)
    }

    @Test func aMixtureAndACombinationLoadFromYAML() throws {
        let path = try config(
            """
            verify:
              verifier: combine
              options:
                parts:
                  - {verifier: math, options: {require_boxed: true}, name: boxed, weight: 2}
                  - {verifier: text, options: {metric: f1}}
            """)
        var text = try String(contentsOfFile: path, encoding: .utf8)
        text = text.replacing(
            "rows.jsonl}", with: "rows.jsonl, mix: [{path: a.jsonl, weight: 2}, {path: b.jsonl, chat: true}]}")
        try folder.write(text, to: "mix.yaml")
        let config = try RunConfig.load(path: folder.file("mix.yaml"), overrides: ["dataset.mix.1.path=c.jsonl"])
        #expect(config.dataset.mix.map(\.path) == ["a.jsonl", "c.jsonl"] && config.dataset.mix[1].chat)
        for (set, message) in [
            ("dataset.mix.0.epochs=2", "unknown key 'dataset.mix.0.epochs'"),
            ("dataset.mix.0.weight=0", "dataset.mix.0.weight: must be above 0"),
            ("verify.options.parts.0.wieght=1", "verify.options.parts.0.wieght: no such key; did you mean 'weight'?"),
            ("verify.options.parts.1.options.metrc=f1", "did you mean 'metric'?"),
            ("verify.options.rule=any", "verify.options.parts.0.weight: has no effect with rule any"),
        ] {
            let error = #expect(throws: ConfigError.self) {
                _ = try RunConfig.load(path: folder.file("mix.yaml"), overrides: [set])
            }
            #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        }
    }
}
