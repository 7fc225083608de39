import ArgumentParser
import Experience
import Serve

/// `assay demo`: the whole pipeline on twenty problems of our own.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the whole pipeline on twenty small problems.",
        discussion: """
            With --endpoint, a real server is sampled; 'make demo' starts one. Without, an in-process server on a loopback \
            port answers from a small table with true log-probabilities, and everything it makes is labelled simulated.

            EXAMPLE
              assay demo --simulated
              assay demo --endpoint http://127.0.0.1:8080
            """)

    @Option(help: "Base URL of an OpenAI-compatible server.")
    var endpoint: String?

    @Flag(help: "Sample the simulated policy (the default without --endpoint).")
    var simulated = false

    @Option(help: "The server's tokenizer.json or GGUF model, so that pages show tokens as text.")
    var tokenizer: String?

    @Option(help: "Folder for problems, configuration, store and report; its earlier demo is replaced.")
    var folder = "runs/demo"

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if simulated, endpoint != nil { throw ValidationError("Give --endpoint or --simulated, not both.") }
    }

    func run() async throws {
        let files = DemoFiles(folder: folder)
        try files.removeEarlierRun()
        let python = await CodeProbe.run(["python"])["python"]
        let canRunCode = python?.works == true
        try Task.checkCancellation()
        if !canRunCode, !common.quiet {
            Terminal.line("code problems are left out: \(python?.detail ?? "no program was run")")
        }
        if let endpoint {
            try await run(files, endpoint: endpoint, canRunCode: canRunCode)
        } else {
            try await SimulatedServer(policy: Self.policy).run { [self] url in
                try await run(files, endpoint: url, canRunCode: canRunCode)
            }
        }
    }

    private func run(_ files: DemoFiles, endpoint: String, canRunCode: Bool) async throws {
        try await files.write(
            endpoint: endpoint, isSimulated: self.endpoint == nil, canRunCode: canRunCode, tokenizer: tokenizer)
        let config = try RunConfig.load(path: files.config, overrides: [])
        try await Preflight(config).run(isQuiet: common.quiet)
        let pipeline = try await Pipeline(config: config, isSimulated: self.endpoint == nil, isQuiet: common.quiet)
        try await pipeline.runAll(json: common.json)
    }

    private static var policy: SimulatedPolicy {
        SimulatedPolicy(
            problems: DemoProblems.all.map { ($0.question, $0.reference ?? $0.answer, $0.wrong) })
    }
}
