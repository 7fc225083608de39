import Foundation
import GRDB
import JSON
import Testing

/// `assay report`, `compare` and `browse` as processes, over stores of the simulated policy.
@Suite(.serialized) struct ReportCommandTests {
    private static func demo(_ folder: TemporaryFolder, _ name: String = "a") async throws -> String {
        let made = try await AssayProcess.run(["demo", "--simulated", "--quiet", "--folder", folder.file(name)])
        #expect(made.code == 0, "\(made.errors)")
        return folder.file(name) + "/experience.sqlite"
    }

    @Test func severalStoresAreOneReport() async throws {
        let folder = try TemporaryFolder()
        let (first, second) = (try await Self.demo(folder, "a"), try await Self.demo(folder, "b"))
        let one = try JSONValue(parsing: try await AssayProcess.run(["report", first, "--json"]).output.utf8)
        let both = try await AssayProcess.run(["report", first, second + "@demo", "--json"])
        let report = try JSONValue(parsing: both.output.utf8)
        let count = try #require(one["overall"]?["completions"]?.intValue)
        #expect(count > 0 && report["overall"]?["completions"]?.intValue == 2 * count)
        let runs = report["breakdowns"]?.arrayValue?.first { $0["by"] == "run" }?["slices"]?.arrayValue ?? []
        #expect(runs.map { $0["label"]?.stringValue } == [first + "@demo", second + "@demo"])
        for (arguments, word) in [
            ([first, first], "named before"), ([first, folder.file("absent")], "no such file"),
            ([try folder.write("store: a", to: "c.yaml")], "c.yaml: a configuration, not a store"),
            ([first + "@other"], "no run 'other'"), ([first, "--tokenizer", "/etc/hostname"], "tokenizer.json"),
        ] {
            let refused = try await AssayProcess.run(["report"] + arguments)
            #expect(refused.code == 2 && refused.errors.contains(word), "\(refused.errors)")
            #expect(refused.errors.split(separator: "\n").count == 1)
        }
    }

    @Test(arguments: [
        (#"{"outcome": "great", "score": 1, "reason": "x"}"#, "outcome \"great\""),
        (#"{"outcome": "correct", "score": "1", "reason": "x"}"#, "score \"1\""),
        (#"{"outcome": "correct", "score": 1}"#, "reason missing"),
    ])
    func aVerdictThatIsNoneIsNamed(verdict: String, words: String) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(#"{"response": "4", "answer": "4", "verdict": "# + verdict + "}\n", to: "odd.jsonl")
        let result = try await AssayProcess.run(["report", path])
        #expect(
            result.code == 2 && result.errors.contains("odd.jsonl:1: this row's verdict is none"), "\(result.errors)")
        #expect(result.errors.contains(words), "\(result.errors)")
    }

    @Test func aStoreUnderTwoNamesIsOneStore() async throws {
        let folder = try TemporaryFolder()
        let store = try await Self.demo(folder)
        try FileManager.default.createSymbolicLink(atPath: folder.file("soft.sqlite"), withDestinationPath: store)
        try FileManager.default.linkItem(atPath: store, toPath: folder.file("hard.sqlite"))
        for other in [
            store, folder.file("soft.sqlite"), folder.file("hard.sqlite") + "@demo",
            folder.path + "/./a/experience.sqlite",
        ] {
            let refused = try await AssayProcess.run(["report", store, other])
            #expect(refused.code == 2 && refused.errors.contains("of this store was named before"), "\(refused)")
        }
    }

    @Test func aFileThatIsNoStoreIsBadInputToEveryCommand() async throws {
        let folder = try TemporaryFolder()
        let store = try await Self.demo(folder)
        try FileManager.default.removeItem(atPath: store)
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: store + suffix) }
        let config = folder.file("a/config.yaml")
        for contents in ["my notes, which are no store\n", nil] {
            if let contents {
                try Data(contents.utf8).write(to: URL(fileURLWithPath: store))
            } else {
                try FileManager.default.removeItem(atPath: store)
                try await DatabaseQueue(path: store).write { try $0.execute(sql: "CREATE TABLE mine(a)") }
            }
            for command in ["run", "rollout", "optimize", "verify"] {
                let refused = try await AssayProcess.run([command, config, "--set", "store=\(store)"])
                #expect(refused.code == 2, "\(command): \(refused.errors)")
                #expect(refused.errors.contains(contents == nil ? "not an assay store" : "not a SQLite file"))
            }
        }
    }

    @Test func watchingEndsWhenTheRunIsComplete() async throws {
        let folder = try TemporaryFolder()
        let store = try await Self.demo(folder)
        let page = folder.file("page.html")
        let watched = try await AssayProcess.run(["report", store, "--watch", "--every", "0.1", "--html", page])
        #expect(watched.code == 0 && watched.output.contains("pass@1"))
        #expect(FileManager.default.contents(atPath: page)?.isEmpty == false)
    }

    @Test func aRunDoesNotDifferFromItself() async throws {
        let folder = try TemporaryFolder()
        let store = try await Self.demo(folder)
        let compared = try await AssayProcess.run(["compare", store, store + "@demo"])
        #expect(compared.code == 0 && compared.output.contains("no difference"))
    }

    @Test func browsingServesTheReportAndItsSamples() async throws {
        let folder = try TemporaryFolder()
        let store = try await Self.demo(folder)
        let line = """
            $ASSAY browse '\(store)' --json > '\(folder.file("url"))' & pid=$!
            for i in $(seq 100); do [ -s '\(folder.file("url"))' ] && break; sleep 0.1; done
            url=$(sed 's/.*"url":"\\([^"]*\\)".*/\\1/' '\(folder.file("url"))')
            curl -s "$url" ; curl -s "$url/samples?outcome=incorrect"
            kill -TERM $pid; wait $pid; echo "code $?"
            """
        let browsed = try await AssayProcess.shell(line)
        #expect(browsed.output.contains("<h1>demo</h1>") && browsed.output.contains("<h1>Samples of demo</h1>"))
        #expect(browsed.output.contains("href=\"/runs/demo/samples"))
        #expect(browsed.output.contains("code 0"), "\(browsed.errors)")
    }

    @Test func aPageOfSamplesGoesToAFile() async throws {
        let folder = try TemporaryFolder()
        let store = try await Self.demo(folder)
        let page = try await AssayProcess.run(["browse", store, "--html", "-", "--filter", "outcome=incorrect"])
        #expect(page.code == 0 && page.output.hasPrefix("<!doctype html>") && page.output.contains("✗ incorrect"))
    }
}
