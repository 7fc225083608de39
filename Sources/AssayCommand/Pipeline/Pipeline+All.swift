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
        let report = try await StoreReport(store: store, run: run).make()
        let page = config.report.html ?? (FilePath.withoutExtension(store.path) + ".html")
        try await LineWriter(path: page).write(Array(HTMLReport.render(report).utf8))
        Terminal.output(json ? String(decoding: try report.json(), as: UTF8.self) : TerminalReport.render(report))
        note("store   \(store.path)\nreport  \(page)")
        try Self.checkComplete(sampling)
    }
}
