import Experience
import Foundation
import JSON
import Optim
import Reports
import Testing

/// What every renderer says of one store, word for word: `Golden/`, which `ASSAY_GOLDEN=1 swift test --filter GoldenPages` writes
/// anew. How a page looks is for `make pages`.
@Suite struct GoldenPagesTests {
    private static func fixture() async throws -> (fixture: StoreFixture, runs: [Run]) {
        let fixture = try StoreFixture()
        let first = try await fixture.run("a", right: [0, 2, 4, 1, 3, 2])
        let second = try await fixture.run("b", right: [1, 3, 4, 0, 3, 4], version: 2, entropy: 0.75)
        try await train(fixture.store, first)
        return (fixture, [first, second])
    }

    /// Steps of a trainer whose log-probs are not the sampler's.
    private static func train(_ store: Store, _ run: Run) async throws {
        var options = OptimizeOptions()
        options.batchGroups = 2
        let scoring = try await store.scorings(run: run)[0]
        let summary = try await OptimizeStage(store: store, run: run, scoring: scoring, options: options).run()
        _ = try await BatchStage(store: store, run: run, set: summary.set, options: options).run(includesPartial: true)
        for step in 0..<2 {
            let now = Int64(1000 * step)
            let lease = try #require(try await store.lease(run: run, trainer: "t", milliseconds: 900, now: now))
            let tokens =
                try await store.tensors(batch: lease.batch.id).first { $0.name == "token_ids" }?.data.count ?? 0
            let logprobs_T = (0..<tokens / 4).map { -0.125 * Float($0 % 7) }
            try await store.record(logprobs_T: logprobs_T, of: lease, policyVersion: step + 2, now: now)
            try await store.end(
                lease, outcome: .done, policyVersion: step + 3, metrics: ["loss": .double(0.5 / Double(step + 1))],
                run: run,
                now: now + 500)
        }
    }

    /// Words of a page and where its links lead, a line for each piece; without design, scripts and drawings.
    private static func words(_ page: String) -> String {
        var page = page
        for tag in ["style", "script", "svg"] {
            while let start = page.range(of: "<\(tag)"),
                let end = page.range(of: "</\(tag)>", range: start.upperBound..<page.endIndex)
            {
                page.removeSubrange(start.lowerBound..<end.upperBound)
            }
        }
        var lines: [String] = []
        for piece in page.split(separator: "<") {
            let parts = piece.split(separator: ">", maxSplits: 1, omittingEmptySubsequences: false)
            for name in ["href", "title", "aria-label", "value", "placeholder"] {
                if let start = parts[0].range(of: " \(name)=\""),
                    let end = parts[0].range(of: "\"", range: start.upperBound..<parts[0].endIndex)
                {
                    lines.append("[\(name) \(parts[0][start.upperBound..<end.lowerBound])]")
                }
            }
            let text = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespacesAndNewlines) : ""
            if !text.isEmpty { lines.append(text) }
        }
        return lines.joined(separator: "\n")
    }

    private static func check(_ text: String, _ name: String, _ folder: String) throws {
        // Where and when it was made is another each time, and the last digits are the processor's.
        var text = text.replacing(folder, with: "FOLDER")
        text.replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?Z?( UTC)?/, with: "TIME")
        text.replace(/"created_at" : \d+/, with: "\"created_at\" : TIME")
        text.replace(/(\d\.\d{11})\d+/) { $0.1 }
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
        if ProcessInfo.processInfo.environment["ASSAY_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data((text + "\n").utf8).write(to: file)
        }
        let golden = try String(contentsOf: file, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        let lines = (text + "\n").split(separator: "\n", omittingEmptySubsequences: false)
        let place = zip(lines, golden).enumerated().first { $1.0 != $1.1 }?.offset ?? min(lines.count, golden.count)
        let isAsKept = lines == golden
        #expect(isAsKept, "\(name):\(place + 1): '\(place < lines.count ? lines[place] : "")'")
    }

    @Test func reports() async throws {
        let (fixture, runs) = try await Self.fixture()
        let report = try await StoreReport(store: fixture.store, run: runs[0]).make()
        try Self.check(Self.words(HTMLReport.render(report, samples: "/samples")), "report.html.txt", fixture.folder)
        try Self.check(TerminalReport.render(report), "report.txt", fixture.folder)
        try Self.check(CSVReport.render(report), "report.csv", fixture.folder)
        var onTerminal = report
        onTerminal.source.path = "store.sqlite"
        for width in [60, 80, 200] {
            let text = TerminalReport.render(onTerminal, width: width)
            #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
            try Self.check(text, "report.\(width).txt", fixture.folder)
        }
        let json = String(decoding: try report.json(), as: UTF8.self)
        try Self.check(json.replacing(",\"", with: ",\n\""), "report.json.txt", fixture.folder)
    }

    @Test func comparisons() async throws {
        let (fixture, runs) = try await Self.fixture()
        let comparison = try Comparison.make(
            try await StoreReport(store: fixture.store, run: runs[0]).side(),
            try await StoreReport(store: fixture.store, run: runs[1]).side())
        try Self.check(Self.words(HTMLComparison.render(comparison)), "compare.html.txt", fixture.folder)
        try Self.check(TerminalComparison.render(comparison), "compare.txt", fixture.folder)
        var onTerminal = comparison
        onTerminal.first.source.path = "store.sqlite"
        onTerminal.second.source.path = "store.sqlite"
        let text = TerminalComparison.render(onTerminal, width: 60)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 60 })
        try Self.check(text, "compare.60.txt", fixture.folder)
    }

    @Test(arguments: [
        ("samples", ""), ("sorted", "sort=-tokens&q=outcome:incorrect"), ("found", "text=answer+2"),
    ])
    func samples(name: String, address: String) async throws {
        let (fixture, runs) = try await Self.fixture()
        let browser = SampleBrowser(store: fixture.store, run: runs[0])
        let filter = try SampleFilter(address: address)
        let page = try await browser.page(filter, address: "/runs/a/samples")
        try Self.check(Self.words(page), "\(name).html.txt", fixture.folder)
    }

    @Test func aSample() async throws {
        let (fixture, runs) = try await Self.fixture()
        let page = try await SampleBrowser(store: fixture.store, run: runs[0]).sample(
            6, SampleFilter(), navigation: Markup(), address: "/runs/a/samples")
        try Self.check(Self.words(try #require(page)), "sample.html.txt", fixture.folder)
    }
}
