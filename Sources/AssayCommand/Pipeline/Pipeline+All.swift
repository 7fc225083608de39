import Experience
import Optim
import Reports

extension Pipeline {
    /// All stages, then the report on stdout, and as a page in the file `html`.
    func runAll(json: Bool, html: String? = nil) async throws {
        let (sampling, scoring) = try await sampleAndVerify()
        _ = try await optimize(scoring)
        let report = try await StoreReport(store: store, run: run).make()
        if let html { try await LineWriter(path: html).write(Array(HTMLReport.render(report).utf8)) }
        Terminal.output(json ? String(decoding: try report.json(), as: UTF8.self) : TerminalReport.render(report))
        if let html { note("the same as a page: \(html)") }
        try Self.checkComplete(sampling)
    }
}
