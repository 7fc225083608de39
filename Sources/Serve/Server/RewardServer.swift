import Experience
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Numbers
public import Rollout
public import ServiceLifecycle
import Synchronization
public import Verifiers

/// The HTTP server that trainers ask for rewards. See `docs/serve.md`.
public final class RewardServer: Service {
    /// What was left out at start-up, and why.
    public var notes: [String] { pool.notes }

    private let options: ServeOptions
    private let pool: VerifierPool
    private let health: Health
    private let log: AccessLog
    private let jobs: JobRunner?
    private let responder: Responder
    private let credentials: Credentials
    private let connections = Connections()
    private let onRunning: @Sendable (ServerAddress) async -> Void
    private let wasRunning = Atomic<Bool>(false)
    private var logger: Logger { Logger(label: "assay.serve", factory: { _ in FaultLogHandler(log: self.log) }) }

    /// A server that is ready to run.
    ///
    /// Throws `ConfigProblem` when the options make no sense, for example an address that is not loopback without tokens.
    public init(
        options: ServeOptions, registry: VerifierRegistry, tokens: Tokens = Tokens(),
        programs: (any ProgramRunner)? = nil, episodes: AgentGateway? = nil, cores: Int = System.coreCount,
        onRunning: @escaping @Sendable (ServerAddress) async -> Void = { _ in }
    ) throws {
        try options.validate()
        guard options.isLoopback || !tokens.isEmpty else {
            throw ConfigProblem(
                "host", "'\(options.host)' can be reached from other machines: give a file of tokens, or use 127.0.0.1")
        }
        self.options = options
        self.onRunning = onRunning
        let credentials = Credentials(tokens: tokens)
        self.credentials = credentials
        pool = try VerifierPool(options: options, registry: registry, cores: cores)
        log = AccessLog(level: options.accessLog)
        let programs = programs.map { ($0, Slots(cores)) } ?? pool.programs
        let programLane = Lane(
            slots: programs?.1 ?? Slots(cores), maxPending: Self.maxPrograms,
            maxPerOwner: options.maxPerToken(of: Self.maxPrograms))
        health = Health(pool: pool, programLane: programLane, log: log)
        let store = try options.jobs.map { try JobStore(path: $0) }
        jobs = store.map { [pool, log] in JobRunner(store: $0, pool: pool, log: log) }
        let runs = try options.store.map { [log] in try RunStore(path: $0, tokenizer: options.tokenizer, log: log) }
        let summaries = runs.map { RunSummaries(runs: $0) }
        let streams = StreamSlots()
        let live = LiveRoutes(health: health, jobs: store, summaries: summaries, streams: streams)
        let programRuns = ProgramRuns(
            runner: programs?.0, lane: programLane, waitSeconds: options.programWaitSeconds)
        let groups: [any RouteGroup] = [
            VerifyRoutes(pool: pool, options: options),
            OpenRLHFRoutes(pool: pool, options: options),
            SlimeRoutes(pool: pool, options: options),
            NeMoGymRoutes(pool: pool, options: options),
            SandboxFusionRoutes(programs: programRuns, options: options),
            JupyterRoutes(programs: programRuns, options: options),
            OpenR1Routes(programs: programRuns, options: options),
            NeMoSkillsRoutes(programs: programRuns, options: options),
            LLaMAFactoryRoutes(pool: pool, options: options),
            ROLLRoutes(pool: pool, options: options),
            OpenInstructRoutes(pool: pool, options: options),
            JobRoutes(store: store, runner: jobs, pool: pool, options: options),
            SignInRoutes(credentials: credentials),
            OpenAPIRoutes(pool: pool),
            RunRoutes(store: runs, options: options),
            EpisodeRoutes(gateway: episodes, options: options),
            AgentRoutes(gateway: episodes, options: options),
            RunPages(store: runs, summaries: summaries, live: RunLive(store: runs, slots: streams)),
            live,
            PageRoutes(live: live, pool: pool, summaries: summaries),
            PlaygroundRoutes(pool: pool, options: options),
        ]
        responder = Responder(
            table: health.table(with: groups.flatMap(\.routes)), unmatched: health.unmatched, credentials: credentials,
            budget: ByteBudget(limit: options.maxBufferedBytes), log: log)
    }

    /// Programs as they are that may wait.
    private static let maxPrograms = 1024

    /// From now on these tokens count and no others; what they were asked for by then goes on.
    ///
    /// Throws `ConfigProblem` when there are none: a server that has tokens is not opened while it runs.
    public func replaceTokens(by tokens: Tokens) throws {
        if credentials.isOpen { throw ConfigProblem("tokens", "this server was started without tokens") }
        if tokens.isEmpty { throw ConfigProblem("tokens", "there are none: those of before go on counting") }
        credentials.replace(by: tokens)
    }

    /// Something that those who run the server should know.
    public func note(_ message: String) { log.fault(message) }

    /// Serves until graceful shutdown or cancellation; then lets requests under way finish, for at most `drain_seconds`.
    public func run() async throws {
        let times = RequestGuard.Times(
            read: .milliseconds(Int64(clamping: options.readSeconds * 1000)),
            write: .milliseconds(Int64(clamping: options.idleSeconds * 1000)))
        let channel = ConnectionChannel(
            configuration: .init(
                idleTimeout: times.write,
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 64 << 10, maxHeaderFieldCount: 100)),
            times: times, connections: connections,
            respond: { request, writer, connection in
                try await self.responder.respond(to: request, writer, connection)
            })
        let server = channel.server(
            configuration: ServerConfiguration(
                address: .hostname(options.host, port: options.port), backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(options.maxConnections)),
            onServerRunning: { channel in
                self.health.isReady = true
                self.wasRunning.store(true, ordering: .relaxed)
                await self.onRunning(
                    ServerAddress(host: self.options.host, port: channel.localAddress?.port ?? self.options.port))
            }, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
        do {
            try await withGracefulShutdownHandler {
                try await serve(server)
            } onGracefulShutdown: {
                self.health.isReady = false
                self.connections.areEnding = true
            }
        } catch let error where !wasRunning.load(ordering: .relaxed) {
            await pool.shutdown()
            throw ListenError(host: options.host, port: options.port, error)
        }
        await pool.shutdown()
    }

    // All of it stops at the same moment: listening, jobs, and in its time what is being answered.
    private func serve(_ server: any Service) async throws {
        async let jobsEnd: Void? = jobs?.run()
        let drain = Task { await endAfterDraining() }
        defer { drain.cancel() }
        try await server.run()
        _ = await jobsEnd
    }

    // Who is not answered by then is told that the server stops; who does not take that is cut off.
    private func endAfterDraining() async {
        guard (try? await gracefulShutdown()) != nil,
            (try? await Task.sleep(for: .seconds(options.drainSeconds))) != nil
        else { return }
        connections.endAll()
        guard (try? await Task.sleep(for: .seconds(1))) != nil else { return }
        connections.closeAll()
    }

    /// Serves until the task is cancelled; then lets requests under way finish.
    public func runUntilCancelled() async throws {
        let group = ServiceGroup(services: [self], logger: logger)
        // A task of its own: to cancel the group would cut the requests off.
        let serving = Task { try await group.run() }
        try await withTaskCancellationHandler {
            try await serving.value
        } onCancel: {
            Task { await group.triggerGracefulShutdown() }
        }
    }
}
