import Experience
import Foundation
import GRDB
import JSON
import Serve
import Testing

/// `assay run` against the simulated server, as a process: what it keeps, what it says, how it ends.
@Suite(.serialized) struct RunCommandTests {
    let folder: TemporaryFolder
    static let problems = (0..<40).map { (question: "What is \($0) + \($0)?", right: "\($0 * 2)", wrong: [String]()) }

    init() throws {
        folder = try TemporaryFolder()
        let rows = Self.problems.enumerated().map { index, problem in
            JSONValue.object([
                .init("id", .string("p\(index)")), .init("prompt", .string(problem.question)),
                .init("answer", .string(problem.right)),
            ]).text
        }
        try folder.write(rows.joined(separator: "\n"), to: "problems.jsonl")
    }

    func config(_ url: String, more: String = "") throws -> String {
        try folder.write(
            """
            name: t
            store: \(folder.file("t.sqlite"))
            seed: 3
            dataset: {path: \(folder.file("problems.jsonl"))}
            sampling: {n: 4, max_tokens: 32}
            rollout: {endpoints: ["\(url)"], concurrency: 4, attempts: 2}
            \(more)
            """, to: "c.yaml")
    }

    func serving<Value: Sendable>(_ body: @Sendable @escaping (String) async throws -> Value) async throws -> Value {
        try await SimulatedServer(policy: SimulatedPolicy(problems: Self.problems)).run(body)
    }

    struct Counts: Equatable, Sendable {
        var completions = 0
        var distinct = 0
        var verdicts = 0
        var advantages = 0
    }

    func counts() async throws -> Counts {
        let store = try Store(path: folder.file("t.sqlite"), access: .read)
        return try await store.read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT (SELECT count(*) FROM completions) AS a,
                        (SELECT count(*) FROM (SELECT DISTINCT ordinal, idx FROM completions JOIN groups USING(group_id)))
                            AS b,
                        (SELECT count(*) FROM verdicts) AS c, (SELECT count(*) FROM advantages) AS d
                    """)
            return Counts(
                completions: row?["a"] ?? 0, distinct: row?["b"] ?? 0, verdicts: row?["c"] ?? 0,
                advantages: row?["d"] ?? 0)
        }
    }

    @Test func theWholePipelineAndAgain() async throws {
        try await serving { url in
            let config = try config(url)
            let first = try await AssayProcess.run(["run", config])
            #expect(first.code == 0, "\(first.errors)")
            #expect(first.output.contains("pass@1"))
            let all = Counts(completions: 160, distinct: 160, verdicts: 160, advantages: 160)
            #expect(try await counts() == all)
            let again = try await AssayProcess.run(["run", config, "--json"])
            #expect(again.code == 0, "\(again.errors)")
            #expect(again.errors.contains("160 of 160 completions"))
            #expect(try JSONValue(parsing: again.output.utf8)["schema"] == "assay.report")
            #expect(try await counts() == all)
        }
    }

    @Test func eachStageAlone() async throws {
        try await serving { url in
            let config = try config(url)
            func run(_ command: String, _ words: String) async throws {
                let result = try await AssayProcess.run([command, config, "--quiet"])
                #expect(result.code == 0, "\(result.errors)")
                #expect(result.output.contains(words), "\(result.output)")
            }
            let early = try await AssayProcess.run(["verify", config, "--quiet"])
            #expect(early.code == 2 && early.errors.contains("no such store"), "\(early.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder.file("t.sqlite")))
            try await run("rollout", "160 of 160 completions")
            for command in ["verify", "optimize"] {
                let typo = try await AssayProcess.run([command, config, "--quiet", "--set", "name=tt"])
                #expect(typo.code == 2 && typo.errors.contains("did you mean 't'?"), "\(typo.errors)")
            }
            let runs = try await Store(path: folder.file("t.sqlite"), access: .read).runs().map(\.name)
            #expect(runs == ["t"])
            try await run("verify", "160 judged now, 160 of 160 completions in all, by math")
            try await run("verify", "0 judged now, 160 of 160")
            try await run("optimize", "160 advantages in 40 groups")
            #expect(try await counts() == Counts(completions: 160, distinct: 160, verdicts: 160, advantages: 160))
            let json = try await AssayProcess.run(["verify", config, "--quiet", "--json"])
            #expect(try JSONValue(parsing: json.output.utf8)["judged"]?.intValue == 160)
        }
    }

    @Test func dynamicSamplingEndsWithEnoughUnequalGroups() async throws {
        try await serving { url in
            let config = try config(url)
            let refused = try await AssayProcess.run(["rollout", config, "--set", "rollout.wanted_groups=5"])
            #expect(refused.code == 2 && refused.errors.contains("assay run"), "\(refused.errors)")
            let result = try await AssayProcess.run([
                "run", config, "--set", "rollout.wanted_groups=5", "--set", "rollout.groups_in_flight=2",
            ])
            #expect(result.code == 0, "\(result.errors)")
            #expect(result.errors.contains("of 5 wanted groups have unequal scores"), "\(result.errors)")
            let store = try Store(path: folder.file("t.sqlite"), access: .read)
            let mixed = try await store.read { db in
                try Int.fetchOne(
                    db,
                    sql: """
                        SELECT count(*) FROM (SELECT 1 FROM completions JOIN verdicts USING(completion_id)
                            GROUP BY group_id HAVING count(*) = 4 AND min(score) < max(score))
                        """) ?? 0
            }
            #expect(mixed >= 5)
            #expect(try await counts().completions < 160)
            let capped = try await AssayProcess.run([
                "run", config, "--set", "rollout.wanted_groups=40", "--set", "rollout.max_groups=20",
            ])
            #expect(capped.errors.contains("max_groups ended sampling"), "\(capped.errors)")
        }
    }

    @Test func optimizePacksBatchesForATrainer() async throws {
        try await serving { url in
            let config = try config(url)
            // As chat the server tells the prompt's ids, too.
            let chat = ["--set", "dataset.chat=true"]
            #expect(try await AssayProcess.run(["run", config] + chat).code == 0)
            let set = chat + ["--set", "optimize.batch_groups=8", "--json"]
            let first = try await AssayProcess.run(["optimize", config, "--pack"] + set)
            #expect(first.code == 0, "\(first.errors)")
            let batches = try JSONValue(parsing: first.output.utf8)["batches"]?.intValue ?? 0
            #expect(batches > 0)
            let again = try await AssayProcess.run(["optimize", config, "--pack"] + set)
            #expect(try JSONValue(parsing: again.output.utf8)["batches"] == 0)
        }
    }

    @Test func killedAtAnyMomentEachSampleIsThereOnce() async throws {
        try await serving { url in
            let config = try config(url)
            let wide = ["run", config, "--quiet", "--set", "sampling.n=64"]
            let all = Counts(completions: 2560, distinct: 2560, verdicts: 2560, advantages: 2560)
            var (reported, interrupted, delay) = (0, 0, 0.1)
            for _ in 0..<30 where interrupted < 4 {
                // The first kills may fall before anything is kept, by far on a busy machine.
                delay = reported == 0 ? delay * 1.2 : delay + 0.07
                let arguments = wide.joined(separator: " ")
                _ = try await AssayProcess.shell("timeout -s KILL \(delay) \"$ASSAY\" \(arguments)")
                guard FileManager.default.fileExists(atPath: folder.file("t.sqlite")),
                    let counts = try? await counts()
                else { continue }
                #expect(counts.completions == counts.distinct)
                #expect(counts.completions >= reported, "lost what had been kept")
                if counts.completions > reported, counts.completions < all.completions { interrupted += 1 }
                reported = counts.completions
            }
            #expect(interrupted > 0, "never killed in the middle")
            let last = try await AssayProcess.run(wide)
            #expect(last.code == 0, "\(last.errors)")
            #expect(try await counts() == all)
        }
    }

    @Test func aServerThatIsDownIsOneLine() async throws {
        let result = try await AssayProcess.run(["run", config("http://127.0.0.1:9"), "--quiet"])
        #expect(result.code == 1)
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
        #expect(result.errors.contains("http://127.0.0.1:9"))
        #expect(try await counts() == Counts())
    }

    @Test func aWrongModelNameIsOneLine() async throws {
        try await serving { url in
            let result = try await AssayProcess.run(["run", config(url), "--quiet", "--set", "rollout.model=gpt"])
            #expect(result.code == 1)
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
            #expect(result.errors.contains("gpt") && result.errors.contains(SimulatedPolicy.modelName))
        }
    }

    @Test func badInputEndsWithTwoAndSaysWhere() async throws {
        let config = try config("http://127.0.0.1:9")
        func check(_ arguments: [String], _ words: String) async throws {
            let result = try await AssayProcess.run(arguments + ["--quiet"])
            #expect(result.code == 2, "\(arguments): \(result.errors)")
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
            #expect(result.errors.contains(words), "\(result.errors)")
        }
        try await check(["run", folder.file("none.yaml")], "assay init")
        try await check(["run", config, "--set", "sampling.temprature=1"], "did you mean 'temperature'")
        try await check(["run", config, "--set", "sampling.n=0"], "sampling.n")
        try await check(["run", config, "--set", "optimize.preset=grop"], "optimize.preset")
        try await check(["run", config, "--set", "verify.verifier=maths"], "did you mean 'math'")
        try await check(["run", config, "--set", "dataset.path=\(folder.file("none"))"], "No such file")
        try await check(["run", config, "--set", "dataset.prompt_field=promt"], "problems.jsonl:1")
        try folder.write("", to: "empty.jsonl")
        try await check(["run", config, "--set", "dataset.path=\(folder.file("empty.jsonl"))"], "no problems")
        try Data([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]).write(to: URL(fileURLWithPath: folder.file("bad.jsonl")))
        try await check(["run", config, "--set", "dataset.path=\(folder.file("bad.jsonl"))"], "UTF-8")
    }

    @Test func changedDataOrSamplingNeedsAnotherName() async throws {
        try await serving { url in
            let config = try config(url)
            #expect(try await AssayProcess.run(["run", config, "--quiet"]).code == 0)
            let result = try await AssayProcess.run(["run", config, "--quiet", "--set", "sampling.temperature=0.5"])
            #expect(result.code == 2)
            #expect(result.errors.contains("sampling.temperature 1, not 0.5"), "\(result.errors)")
            #expect(result.errors.contains("--set name=t-2"), "\(result.errors)")
            let other = try await AssayProcess.run(
                ["run", config, "--quiet", "--set", "sampling.temperature=0.5", "--set", "name=cold"])
            #expect(other.code == 0, "\(other.errors)")
        }
    }

    static let canMount = (try? AssayProcess.canMountTemporaryFileSystem()) ?? false

    @Test(.enabled(if: canMount, "needs user namespaces to mount a small file system"))
    func aFullDiskIsOneLineAndTheStoreStaysWhole() async throws {
        try await serving { url in
            let config = try config(url)
            let disk = folder.file("disk")
            try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
            let result = try await AssayProcess.shell(
                """
                unshare -rm sh -c 'mount -t tmpfs -o size=2m none \(disk) &&
                    "$ASSAY" run \(config) --quiet --set store=\(disk)/t.sqlite --set sampling.n=64; echo "code $?";
                    cp \(disk)/t.sqlite* \(folder.path)/'
                """)
            #expect(result.output.contains("code 1"), "\(result)")
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
            #expect(result.errors.contains("disk is full"), "\(result.errors)")
            let kept = try await counts()
            #expect(kept.completions == kept.distinct && kept.completions > 0)
        }
    }
}

extension AssayProcess {
    static func canMountTemporaryFileSystem() throws -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "unshare -rm mount -t tmpfs none /mnt 2>/dev/null"]
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
