import Foundation
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
            ([first + "@other"], "no run 'other'"), ([first, "--tokenizer", "/etc/hostname"], "tokenizer.json"),
        ] {
            let refused = try await AssayProcess.run(["report"] + arguments)
            #expect(refused.code == 2 && refused.errors.contains(word), "\(refused.errors)")
            #expect(refused.errors.split(separator: "\n").count == 1)
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
