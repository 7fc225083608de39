import Experience
import Foundation
import Optim
import Reports

extension Pipeline {
    /// All stages, then the report: on stdout, and as a page beside the store or where the configuration says.
    func runAll(json: Bool) async throws {
        let (sampling, scoring) = try await sampleAndVerify()
        try await passes()
        _ = try await optimize(scoring)
        var options = StoreReport.Options()
        options.vocabulary = try Vocabulary.chosen(nil, for: run, isQuiet: isQuiet)
        let report = try await StoreReport(store: store, run: run, options: options).make()
        let page = config.report.html ?? ((store.path as NSString).deletingPathExtension + ".html")
        try await LineWriter(path: page).write(Array(HTMLReport.render(report).utf8))
        Terminal.output(json ? String(decoding: try report.json(), as: UTF8.self) : TerminalReport.render(report))
        note("store   \(store.path)\nreport  \(page)")
        try Self.checkComplete(sampling)
    }
}
