import Experience
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Numbers
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
    private let onRunning: @Sendable (ServerAddress) async -> Void
    private let wasRunning = Atomic<Bool>(false)
    private var logger: Logger { Logger(label: "assay.serve", factory: { _ in FaultLogHandler(log: self.log) }) }

    /// A server that is ready to run.
    ///
    /// Throws `ConfigProblem` when the options make no sense, for example an address that is not loopback without tokens.
    public init(
        options: ServeOptions, registry: VerifierRegistry, tokens: Tokens = Tokens(),
        programs: (any ProgramRunner)? = nil, cores: Int = System.coreCount,
        onRunning: @escaping @Sendable (ServerAddress) async -> Void = { _ in }
    ) throws {
        try options.validate()
        guard options.isLoopback || !tokens.isEmpty else {
            throw ConfigProblem(
                "host", "'\(options.host)' can be reached from other machines: give a file of tokens, or use 127.0.0.1")
        }
        self.options = options
        self.onRunning = onRunning
        pool = try VerifierPool(options: options, registry: registry, cores: cores)
        log = AccessLog(level: options.accessLog)
        let programLane = Lane(slots: cores, maxPending: 1024, secondsPerItem: 0.1)
        health = Health(pool: pool, programLane: programLane, log: log)
        let store = try options.jobs.map { try JobStore(path: $0) }
        jobs = store.map { [pool, log] in JobRunner(store: $0, pool: pool, log: log) }
        let runs = try options.store.map { [log] in try RunStore(path: $0, tokenizer: options.tokenizer, log: log) }
        let live = LiveRoutes(health: health, jobs: store, runs: runs)
        let groups: [any RouteGroup] = [
            VerifyRoutes(pool: pool, options: options),
            OpenRLHFRoutes(pool: pool, options: options),
            SlimeRoutes(pool: pool, options: options),
            NeMoGymRoutes(pool: pool, options: options),
            SandboxFusionRoutes(runner: programs ?? pool.programRunner, lane: programLane, options: options),
            OpenInstructRoutes(pool: pool, options: options),
            JobRoutes(store: store, runner: jobs, pool: pool, options: options),
            OpenAPIRoutes(pool: pool),
            RunRoutes(store: runs, options: options),
            RunPages(store: runs),
            live,
            PageRoutes(live: live, pool: pool, runs: runs),
        ]
        responder = Responder(
            table: health.table(with: groups.flatMap(\.routes)), unmatched: health.unmatched, tokens: tokens,
            budget: ByteBudget(limit: options.maxBufferedBytes), log: log)
    }

    /// Serves until graceful shutdown or cancellation; then lets requests under way finish.
    public func run() async throws {
        let readTime = TimeAmount.milliseconds(Int64(clamping: options.readSeconds * 1000))
        let idleTime = TimeAmount.milliseconds(Int64(clamping: options.idleSeconds * 1000))
        let builder = HTTPServerBuilder.http1(
            configuration: .init(
                additionalChannelHandlers: [RequestGuard(readTime: readTime, writeTime: idleTime)],
                idleTimeout: idleTime,
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 64 << 10, maxHeaderFieldCount: 100)))
        let server = try builder.buildServer(
            configuration: ServerConfiguration(
                address: .hostname(options.host, port: options.port), backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(options.maxConnections)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger,
            responder: { request, writer, _ in try await self.responder.respond(to: request, writer) },
            onServerRunning: { channel in
                self.health.isReady = true
                self.wasRunning.store(true, ordering: .relaxed)
                await self.onRunning(
                    ServerAddress(host: self.options.host, port: channel.localAddress?.port ?? self.options.port))
            })
        do {
            try await withGracefulShutdownHandler {
                try await ServiceGroup(services: [server] + (jobs.map { [$0] } ?? []), logger: logger).run()
            } onGracefulShutdown: {
                self.health.isReady = false
            }
        } catch let error where !wasRunning.load(ordering: .relaxed) {
            await pool.shutdown()
            throw ListenError(host: options.host, port: options.port, error)
        }
        await pool.shutdown()
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
