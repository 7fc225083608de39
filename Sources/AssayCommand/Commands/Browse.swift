import ArgumentParser
import Experience
import Foundation
import Reports

/// `assay browse`: the samples of a run as pages.
struct Browse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show a run's samples: prompt, completion, verdicts, shaded tokens.",
        discussion: """
            Writes one self-contained page of samples; 'assay serve' shows all of them, with links that work. A filter is
            the query of such a page: outcome, dataset, finish, group, disputed=1, text, shade, page.

            EXAMPLE
              assay browse runs/demo/experience.sqlite --html samples.html --filter 'outcome=incorrect'
              assay browse runs/demo/experience.sqlite --html - --filter 'text=boxed&shade=advantage' > page.html
            """)

    @Argument(help: "The store.")
    var store: String

    @Option(help: "Run to show (default: the latest).")
    var run: String?

    @Option(help: "Which samples, as the query of a page's address.")
    var filter = ""

    @Option(help: "File for the page; - is standard output.")
    var html: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try Store(path: store, access: .read)
        let query = URLComponents(string: "?" + filter)?.queryItems ?? []
        let browser = SampleBrowser(store: store, run: try await store.run(named: run))
        let page = try await browser.page(SampleFilter(query: query.map { (key: $0.name, value: $0.value ?? "") }))
        try await LineWriter(path: html).write(Array(page.utf8))
        if html != "-", !common.quiet { Terminal.line("wrote \(html)") }
    }
}
