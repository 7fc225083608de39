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
            """)

    @Argument(help: "YAML configuration with a section 'serve'.")
    var config: String?

    @Option(name: .customLong("set"), help: ArgumentHelp("Override a key; repeatable.", valueName: "key=value"))
    var overrides: [String] = []

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
        if config == nil { try IdleFlags.refuse(["--set": !overrides.isEmpty], "without a configuration") }
        guard makeToken != nil else { return }
        try IdleFlags.refuse(
            [
                "the configuration": config != nil, "--host": host != nil, "--port": port != nil,
                "--tokens": tokens != nil,
                "--store": store != nil, "--jobs": jobs != nil, "--json": common.json,
            ], "with --make-token")
    }

    func run() async throws {
        if let makeToken { return try printToken(makeToken) }
        let options = try settledOptions()
        let ownToken = ProcessInfo.processInfo.environment["ASSAY_TOKEN"]
        unsetenv("ASSAY_TOKEN")
        let server = try RewardServer(
            options: options, registry: VerifierRegistry.ofCommands,
            tokens: try Self.readTokens(options.tokens, and: ownToken), onRunning: { address in announce(address) })
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
        try await server.runUntilCancelled()
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
            try config.map { try RunConfig.load(path: $0, overrides: overrides, needsDataset: false).serve }
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
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        let names = parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : ["verify"]
        let scopes = names.compactMap(Scope.init(rawValue:))
        guard let name = parts.first, !name.contains(where: \.isWhitespace), scopes.count == names.count,
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
