import Datasets
import Experience
import Foundation
import Optim
import Reports
import Rollout

extension Pipeline {
    /// All stages, then the report: on stdout, and as a page beside the store or where the configuration says.
    func runAll(json: Bool) async throws {
        let path = config.report.html ?? (FilePath.withoutExtension(store.path) + ".html")
        // Settled before anything is sampled; the page of an earlier run is replaced.
        let page = try OutputFile(path, kind: .page, inputs: [config.dataset.path, store.path], force: true)
        let (sampling, scoring) = try await sampleAndVerify()
        try await passes()
        let undefined = try await optimize(scoring).undefined.sorted { $0.key < $1.key }
        if !undefined.isEmpty {
            note("no advantage: " + undefined.map { "\($0.value) \($0.key)" }.joined(separator: ", "))
        }
        var options = StoreReport.Options()
        options.vocabulary = try Vocabulary.chosen(nil, for: run, isQuiet: isQuiet)
        let report = try await StoreReport(store: store, run: run, options: options).make()
        try await page.write(Array(HTMLReport.render(report).utf8))
        if page.isStandardOutput { return try Self.checkComplete(sampling) }
        Terminal.output(
            json
                ? String(decoding: try report.json(), as: UTF8.self)
                : TerminalReport.render(report, width: Terminal.width(of: .output)))
        note("store   \(store.path)\nreport  \(path)")
        try Self.checkComplete(sampling)
    }
}
