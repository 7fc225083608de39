import Experience
import Foundation
import GRDB
import HTTPTypes
import JSON
import Serve
import Testing

/// What makes a run, a scoring and a problem the same when a command is given again.
@Suite(.serialized) struct IdentityTests {
    let folder: TemporaryFolder
    static let questions = (0..<12).map {
        (question: "What is \($0) + \($0)?", right: "\($0 * 2)", wrong: ["\($0 * 2 + 1)"])
    }

    init() throws {
        folder = try TemporaryFolder()
        try write(rows: Self.rows(), to: "p.jsonl")
    }

    /// The questions as rows; `change` may give other ones.
    static func rows(_ change: (Int, inout [JSONValue.Member]) -> Void = { _, _ in }) -> [String] {
        questions.enumerated().map { index, question in
            var row: [JSONValue.Member] = [
                .init("id", .string("p\(index)")), .init("prompt", .string(question.question)),
                .init("answer", .string(question.right)), .init("tests", [1]),
            ]
            change(index, &row)
            return JSONValue.object(row).text
        }
    }

    func write(rows: [String], to name: String) throws {
        try folder.write(rows.joined(separator: "\n"), to: name)
    }

    func config(_ url: String) throws -> String {
        try folder.write(
            """
            name: t
            store: \(folder.file("t.sqlite"))
            seed: 3
            dataset: {path: \(folder.file("p.jsonl")), chat: true}
            sampling: {n: 4, max_tokens: 32}
            rollout: {endpoints: ["\(url)"], concurrency: 4, attempts: 2}
            verify: {verifier: math, options: {percent: fraction, units: required, list_order: kept}}
            """, to: "c.yaml")
    }

    func serving<Value: Sendable>(_ body: @Sendable @escaping (String) async throws -> Value) async throws -> Value {
        try await SimulatedServer(policy: SimulatedPolicy(problems: Self.questions)).run(body)
    }

    /// Runs the command and gives what it wrote; the run is on a server that is gone where nothing may be asked for.
    @discardableResult
    func assay(_ arguments: [String], code: Int32 = 0) async throws -> AssayProcess.Result {
        let result = try await AssayProcess.run(arguments)
        #expect(result.code == code, "\(arguments): \(result.errors)")
        return result
    }

    static let nowhere = ["--set", #"rollout.endpoints=["http://127.0.0.1:9"]"#]

    func count(_ sql: String) async throws -> Int {
        let store = try Store(path: folder.file("t.sqlite"), access: .read)
        return try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(sql)") ?? 0 }
    }

    @Test func oneConfigurationIsOneScoringInEveryProcess() async throws {
        try await serving { url in
            let config = try config(url)
            try await assay(["run", config, "--quiet"])
            let first = try await assay(["optimize", config, "--json"])
            for _ in 0..<7 {
                let again = try await assay(["verify", config, "--json"])
                #expect(try JSONValue(parsing: again.output.utf8)["judged_now"] == 0)
                #expect(try await assay(["optimize", config, "--json"]).output == first.output)
            }
            #expect(try await count("scorings") == 1)
            #expect(try await count("advantage_sets") == 1)
            #expect(try await count("verdicts") == 48)
        }
    }

    @Test func correctedAnswersAreJudgedAnewAndNothingIsSampled() async throws {
        try await serving { url in
            let config = try config(url)
            try await assay(["run", config, "--quiet"])
            let right = try await count("verdicts WHERE outcome = 'correct'")
            try write(
                rows: Self.rows { index, row in
                    if index < 3 { row[2].value = "a pear" }
                    if index == 3 { row[3].value = [2] }
                }, to: "p.jsonl")
            let again = try await assay(["run", config] + Self.nowhere)
            #expect(
                again.errors.contains("4 problems have a new answer or fields; 16 verdicts are made anew"),
                "\(again.errors)")
            #expect(try await count("verdicts") == 48)
            #expect(try await count("advantages") == 48)
            #expect(try await count("verdicts WHERE outcome = 'correct'") < right)
            #expect(
                try await count(
                    """
                    verdicts JOIN completions USING(completion_id) JOIN groups USING(group_id)
                        JOIN problems USING(problem_id) WHERE answer = 'a pear' AND outcome = 'correct'
                    """) == 0)
            // The old content again, by a stage that samples nothing: its verdicts are there.
            try write(rows: Self.rows(), to: "p.jsonl")
            let back = try await assay(["verify", config, "--json"] + Self.nowhere)
            #expect(try JSONValue(parsing: back.output.utf8)["judged_now"] == 0)
            #expect(try await count("verdicts WHERE outcome = 'correct'") == right)
        }
    }

    @Test func whatDoesNotChangeTheSamplesNeedsNoNewRun() async throws {
        try await serving { url in
            let config = try config(url)
            try await assay(["run", config, "--quiet"])
            try write(rows: Self.rows { _, row in row[2].key = "gold" }, to: "other.jsonl")
            for changes in [
                ["dataset.path=\(folder.file("other.jsonl"))", "dataset.answer_field=gold"],
                ["verify.verifier=exact", "verify.options={}"],
                ["verify.options={\"percent\":\"either\"}"], ["dataset.id_field=prompt"], ["rollout.concurrency=1"],
            ] {
                let arguments = changes.flatMap { ["--set", $0] }
                try await assay(["run", config, "--quiet"] + arguments + Self.nowhere)
            }
            #expect(try await count("completions") == 48)
            #expect(try await count("runs") == 1)
        }
    }

    @Test func rowsAtTheEndAreSampledAndOthersRefused() async throws {
        try await serving { url in
            let config = try config(url)
            try write(rows: Array(Self.rows().prefix(10)), to: "p.jsonl")
            try await assay(["run", config, "--quiet"])
            try write(rows: Self.rows(), to: "p.jsonl")
            let short = try await assay(["verify", config])
            #expect(short.errors.contains("the data has more problems than run 't'"), "\(short.errors)")
            try await assay(["run", config, "--quiet"])
            #expect(try await count("completions") == 48)
            try write(rows: Self.rows().reversed(), to: "p.jsonl")
            let moved = try await assay(["run", config], code: 2)
            #expect(moved.errors.split(separator: "\n").count == 1, "\(moved.errors)")
            #expect(moved.errors.contains("position 0") && moved.errors.contains("--set name=t-2"), "\(moved.errors)")
            try write(rows: Array(Self.rows().prefix(10)), to: "p.jsonl")
            let gone = try await assay(["rollout", config])
            #expect(
                gone.errors.contains("the last 2 problems of run 't' are not in the data any more"), "\(gone.errors)")
        }
    }

    @Test func anotherModelIsRefusedUntilItIsAccepted() async throws {
        try await serving { url in
            let config = try config(url)
            try write(rows: Array(Self.rows().prefix(10)), to: "p.jsonl")
            try await assay(["run", config, "--quiet"])
            try write(rows: Self.rows(), to: "p.jsonl")
            // As if the samples so far were another server's.
            let store = try Store(path: folder.file("t.sqlite"), access: .trainer)
            try await store.write { try $0.execute(sql: "UPDATE run_models SET model = 'other-7b'") }
            let refused = try await assay(["run", config, "--quiet"], code: 2)
            #expect(refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
            for words in ["other-7b", SimulatedPolicy.modelName, "--accept-model", "--set name=t-2"] {
                #expect(refused.errors.contains(words), "\(refused.errors)")
            }
            #expect(try await count("completions") == 40)
            // Named in the configuration, also where nothing is left to sample.
            let named = try await assay(
                ["optimize", config, "--set", "rollout.model=\(SimulatedPolicy.modelName)"], code: 2)
            #expect(named.errors.contains("other-7b"), "\(named.errors)")
            try await assay(["run", config, "--quiet", "--accept-model"])
            #expect(try await count("completions") == 48)
            #expect(try await count("run_models") == 2)
            try await assay(["run", config, "--quiet"])
        }
    }

    @Test func aRunCanBeRenamed() async throws {
        try await serving { url in
            let config = try config(url)
            try await assay(["run", config, "--quiet"])
            let path = folder.file("t.sqlite")
            let renamed = try await assay(["rename", path, "base"])
            #expect(renamed.output.contains("run 't' in \(path) is 'base' now"))
            try await assay(["run", config, "--quiet", "--set", "name=base"] + Self.nowhere)
            try await assay(["rename", path + "@t", "x"], code: 2)
            try await assay(["rename", path, "base"], code: 2)
            try await assay(["rename", path, ""], code: 2)
            try await assay(["rename", path + "@base", "a@b"], code: 2)
            try await assay(["rename", folder.file("c.yaml"), "x"], code: 2)
            let json = try await assay(["rename", path + "@base", "x", "--json"])
            #expect(try JSONValue(parsing: json.output.utf8)["was"] == "base")
        }
    }

    @Test func otherPackOptionsSayWhatToDo() async throws {
        try await serving { url in
            let config = try config(url)
            try await assay(["run", config, "--quiet"])
            let first = try await assay(["optimize", config, "--pack", "--json"])
            #expect(try JSONValue(parsing: first.output.utf8)["batches"] == 1)
            let other = ["--set", "optimize.pack.aggregation=prompt-mean"]
            let refused = try await assay(["optimize", config, "--pack"] + other, code: 2)
            #expect(refused.errors.contains("optimize.pack.aggregation") && refused.errors.contains("--repack"))
            let again = try await assay(["optimize", config, "--repack", "--json"] + other)
            #expect(try JSONValue(parsing: again.output.utf8)["withdrawn"] == 1)
            let last = try await assay(["optimize", config, "--pack"] + other)
            #expect(last.output.contains("groups are in batches already"), "\(last.output)")
        }
    }

    @Test func twoRunsThroughALinkAreOne() async throws {
        let config = try config("http://127.0.0.1:9")
        let store = try Store(path: folder.file("t.sqlite"), access: .create)
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link.sqlite"), withDestinationPath: folder.file("t.sqlite"))
        try FileManager.default.linkItem(atPath: store.path, toPath: folder.file("hard.sqlite"))
        for path in ["link.sqlite", "hard.sqlite", "./t.sqlite"] {
            let result = try await assay(["run", config, "--set", "store=\(folder.file(path))"], code: 1)
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
            #expect(result.errors.contains("another assay is writing to this store"), "\(result.errors)")
        }
    }
}
