import ArgumentParser
import Experience
import Foundation
import JSON
import Reports
import Serve
import Verifiers

/// `assay browse`: a store's report and samples as pages.
struct Browse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show a store as pages: the report, every sample with verdicts and shaded tokens, two runs compared.",
        discussion: """
            Serves the pages on this machine until Ctrl-C. With --html one page of samples is written to a file instead; a \
            filter is the query of such a page: outcome, dataset, finish, group, disputed=1, text, shade, page.

            EXAMPLE
              assay browse runs/demo/experience.sqlite
              assay browse runs/demo/experience.sqlite --html samples.html --filter 'outcome=incorrect'
              assay browse runs/demo/experience.sqlite --html - --filter 'text=boxed&shade=advantage' > page.html
            """)

    @Argument(help: "The store.")
    var store: String

    @Option(help: "Run to show (default: the latest).")
    var run: String?

    @Option(help: "Which samples, as the query of a page's address.")
    var filter = ""

    @Option(help: "tokenizer.json or GGUF model that turns token ids into text (default: the run's report.tokenizer).")
    var tokenizer: String?

    @Option(help: "Write one page of samples to this file instead of serving; - is standard output.")
    var html: String?

    @OptionGroup var replacing: ForceFlag

    @Option(help: "TCP port of the pages on 127.0.0.1; 0, the default, lets the system choose.")
    var port: Int?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        try replacing.refuseIdle(for: html)
        if html != nil { try IdleFlags.refuse(["--port": port != nil, "--json": common.json], "with --html") }
    }

    func run() async throws {
        guard let argument = try StoreArgument(store) else { throw BadInput("\(store): not a store") }
        let (store, run) = try await argument.open(run: run)
        let filter = try SampleFilter(address: filter)
        try await SampleBrowser(store: store, run: run).check(filter)
        if let html {
            try await write(store, run, filter, to: html)
        } else {
            try await serve(store.path, run, filter)
        }
    }

    private func write(_ store: Store, _ run: Run, _ filter: SampleFilter, to html: String) async throws {
        let file = try OutputFile(
            html, kind: .page, inputs: [store.path] + [tokenizer].compactMap(\.self), force: replacing.force)
        let vocabulary = try Vocabulary.chosen(tokenizer, for: run, isQuiet: common.quiet)
        let page = try await SampleBrowser(store: store, run: run, vocabulary: vocabulary)
            .page(filter)
        try await file.write(Array(page.utf8))
        if !file.isStandardOutput, !common.quiet { Terminal.line("wrote \(html)") }
    }

    private func serve(_ path: String, _ run: Run, _ filter: SampleFilter) async throws {
        var options = ServeOptions()
        options.port = port ?? 0
        options.store = path
        options.tokenizer = tokenizer
        let samples = filter == SampleFilter() ? "" : "/samples" + filter.query
        let server = try RewardServer(
            options: options, registry: VerifierRegistry.ofCommands,
            onRunning: { address in
                let url = address.baseURL + run.pagePath + samples
                common.announce(json: ["url": .string(url)], text: "\(run.name) is shown on \(url)\nCtrl-C ends it")
            })
        Interruption.takesItsTime()
        try await server.runUntilCancelled()
    }
}
