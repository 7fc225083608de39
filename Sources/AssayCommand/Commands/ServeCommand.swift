import ArgumentParser
import Experience
import Foundation
import JSON
import Serve
import Verifiers

/// `assay serve`: rewards over HTTP, for trainers and people.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answer trainers' reward requests over HTTP.",
        discussion: """
            Speaks its own API (/openapi.json) and the protocols of OpenRLHF, slime, verl (SandboxFusion), NeMo-Gym and \
            open-instruct; prints the flag to paste for each. Listens on 127.0.0.1 unless told; any other address needs \
            tokens. Pages for people are at /. SIGTERM ends it within serve.drain_seconds; SIGHUP reads the tokens again.

            EXAMPLE
              assay serve
              assay serve config.yaml --jobs runs/jobs.sqlite
              assay serve --make-token trainer:verify >> tokens.txt
              assay serve --host 0.0.0.0 --tokens tokens.txt
              assay serve --episodes run.yaml      give agents the run's episodes: a base URL and a key each
            """)

    @Argument(help: "YAML configuration with a section 'serve'.")
    var config: String?

    @Option(name: .customLong("set"), help: ArgumentHelp("Override a key; repeatable.", valueName: "key=value"))
    var overrides: [String] = []

    @Option(
        help: ArgumentHelp(
            "Sample this run through agents: lease them its episodes, answer and record their model calls.",
            valueName: "run.yaml"))
    var episodes: String?

    @Flag(help: "With --episodes: pack batches for trainers meanwhile, as 'run --online' does.")
    var online = false

    @Option(help: "Address to listen on (127.0.0.1).")
    var host: String?

    @Option(help: "TCP port; 0 lets the system choose (8080).")
    var port: Int?

    @Option(help: "File of tokens; the variable ASSAY_TOKEN holds one more, of scope admin.")
    var tokens: String?

    @Option(help: "Run store to show.")
    var store: String?

    @Option(help: "SQLite file of jobs; made if absent.")
    var jobs: String?

    @Option(
        help: ArgumentHelp("Print a new token's line for the file, and the token on stderr.", valueName: "name:scopes"))
    var makeToken: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if config == nil, episodes == nil {
            try IdleFlags.refuse(["--set": !overrides.isEmpty], "without a configuration")
        }
        if episodes != nil {
            // The run's own file has a section 'serve'; its store is the one that is shown.
            try IdleFlags.refuse(["a second configuration": config != nil, "--store": store != nil], "with --episodes")
        } else {
            try IdleFlags.refuse(["--online": online], "without --episodes")
        }
        guard makeToken != nil else { return }
        try IdleFlags.refuse(
            [
                "the configuration": config != nil, "--host": host != nil, "--port": port != nil,
                "--tokens": tokens != nil,
                "--store": store != nil, "--jobs": jobs != nil, "--json": common.json, "--episodes": episodes != nil,
            ], "with --make-token")
    }

    func run() async throws {
        if let makeToken { return try printToken(makeToken) }
        var options = try settledOptions()
        let hosted = try episodes.map { path in try AgentRun(path: path, overrides: overrides, isOnline: online) }
        if let hosted { options.store = hosted.config.store }
        let pipeline = try await hosted?.prepare(isQuiet: common.quiet)
        let ownToken = ProcessInfo.processInfo.environment["ASSAY_TOKEN"]
        unsetenv("ASSAY_TOKEN")
        let server = try RewardServer(
            options: options, registry: VerifierRegistry.ofCommands,
            tokens: try Self.readTokens(options.tokens, and: ownToken), episodes: pipeline?.gateway,
            onRunning: { address in announce(address) })
        let path = options.tokens
        Interruption.onHangup {
            do {
                try server.replaceTokens(by: Self.readTokens(path, and: ownToken))
            } catch {
                server.note("SIGHUP: the tokens were not read again: \(error)")
            }
        }
        for note in server.notes where !common.quiet { Terminal.line(note) }
        Interruption.takesItsTime()
        guard let hosted, let pipeline else { return try await server.runUntilCancelled() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.runUntilCancelled() }
            group.addTask {
                do {
                    try await hosted.sample(pipeline, json: common.json)
                } catch is CancellationError {
                    // Who stops the server stops the run, which goes on with the same command.
                }
            }
            // Who asks for an episode when all are there is told so.
            defer { group.cancelAll() }
            try await group.waitForAll()
        }
    }

    private static func readTokens(_ path: String?, and own: String?) throws -> Tokens {
        var tokens = try path.map { try Tokens(path: $0) } ?? Tokens()
        if let own, !own.isEmpty { tokens.add(own, name: "environment", scopes: [.admin]) }
        return tokens
    }

    private func announce(_ address: ServerAddress) {
        let flags = TrainerProtocol.flags(for: address)
        common.announce(
            json: [
                "url": .string(address.baseURL), "flags": .object(flags.map { .init($0.trainer, .string($0.flag)) }),
            ],
            text: (["assay serves on \(address.baseURL)", ""]
                + flags.map { "  " + $0.trainer.padding(toLength: 18, withPad: " ", startingAt: 0) + $0.flag })
                .joined(separator: "\n"))
    }

    private func settledOptions() throws -> ServeOptions {
        var options =
            try (config ?? episodes).map {
                try RunConfig.load(path: $0, overrides: overrides, needsDataset: false).serve
            }
            ?? ServeOptions()
        if let host { options.host = host }
        if let port { options.port = port }
        if let tokens { options.tokens = tokens }
        if let store { options.store = store }
        if let jobs { options.jobs = jobs }
        try options.validate()
        return options
    }

    private func printToken(_ text: String) throws {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let names = parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : ["verify"]
        let scopes = names.compactMap(Scope.init(rawValue:))
        guard let name = parts.first, !name.isEmpty, !name.contains(where: \.isWhitespace), !name.hasControlCharacters,
            scopes.count == names.count,
            !scopes.isEmpty
        else {
            throw BadInput("--make-token takes NAME:SCOPE[,SCOPE] with scopes verify, read, admin; not '\(text)'")
        }
        let (token, line) = Tokens.make(name: name, scopes: scopes)
        Terminal.output(line)
        if Terminal.outputFailure != nil { return }
        Terminal.line("token (shown this once): \(token)")
    }
}
