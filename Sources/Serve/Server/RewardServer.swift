public import Experience
import HTTPTypes
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
    /// The address it listens on.
    public struct Address: Sendable {
        /// The host it was told.
        public var host: String
        /// The port, chosen by the system when it was told 0.
        public var port: Int
        /// `http://host:port`.
        public var baseURL: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }
    }

    /// What was left out at start-up, and why.
    public var notes: [String] { pool.notes }

    private let options: ServeOptions
    private let pool: VerifierPool
    private let tokens: Tokens
    private let origin: OriginCheck
    private let table: RouteTable
    private let log: AccessLog
    private let health: Health
    private let jobs: JobRunner?
    private let onRunning: @Sendable (Address) async -> Void
    private let date = HTTPDate()
    private let budget: ByteBudget
    private let requestPrefix = String(UInt32.random(in: .min ... .max), radix: 36) + "-"
    private let requestCount = Atomic<UInt64>(0)
    private let wasRunning = Atomic<Bool>(false)
    private var logger: Logger { Logger(label: "assay.serve", factory: { _ in FaultLogHandler(log: self.log) }) }

    /// A server that is ready to run.
    ///
    /// Throws `ConfigProblem` when the options make no sense, for example an address that is not loopback without tokens.
    public init(
        options: ServeOptions, registry: VerifierRegistry, tokens: Tokens = Tokens(),
        programs: (any ProgramRunner)? = nil, cores: Int = System.coreCount,
        onRunning: @escaping @Sendable (Address) async -> Void = { _ in }
    ) throws {
        try options.validate()
        guard options.isLoopback || !tokens.isEmpty else {
            throw ConfigProblem(
                "host", "'\(options.host)' can be reached from other machines: give a file of tokens, or use 127.0.0.1")
        }
        self.options = options
        self.tokens = tokens
        self.onRunning = onRunning
        budget = ByteBudget(limit: options.maxBufferedBytes)
        pool = try VerifierPool(options: options, registry: registry, cores: cores)
        origin = OriginCheck(isOpen: tokens.isEmpty)
        log = AccessLog(level: options.accessLog)
        let programLane = Lane(slots: cores, maxPending: 1024, secondsPerItem: 0.1)
        health = Health(pool: pool, programLane: programLane, log: log)
        var routes = VerifyRoutes(pool: pool, options: options).routes
        routes += OpenRLHFRoutes(pool: pool, options: options).routes
        routes += SlimeRoutes(pool: pool, options: options).routes
        routes += NeMoGymRoutes(pool: pool, options: options).routes
        routes +=
            SandboxFusionRoutes(
                runner: programs ?? pool.programRunner, lane: programLane, options: options
            ).routes
        routes += OpenInstructRoutes(pool: pool, options: options).routes
        let store = try options.jobs.map { try JobStore(path: $0) }
        jobs = store.map { [pool, log] in JobRunner(store: $0, pool: pool, log: log) }
        routes += JobRoutes(store: store, runner: jobs, pool: pool, options: options).routes
        let runs = try options.store.map { [log] in try RunStore(path: $0, tokenizer: options.tokenizer, log: log) }
        let live = LiveRoutes(health: health, jobs: store, runs: runs)
        routes += OpenAPIRoutes(pool: pool).routes
        routes += RunRoutes(store: runs, options: options).routes
        routes += RunPages(store: runs).routes
        routes += live.routes + PageRoutes(live: live, pool: pool, runs: runs).routes
        table = health.table(with: routes)
    }

    /// The path of a run's report; its samples are under `/samples` of it.
    public static func path(of run: Run) -> String { "/runs/\(PercentEncoding.encode(run.name))" }

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
            responder: { request, writer, _ in try await self.respond(to: request, writer) },
            onServerRunning: { channel in
                self.health.isReady = true
                self.wasRunning.store(true, ordering: .relaxed)
                await self.onRunning(
                    Address(host: self.options.host, port: channel.localAddress?.port ?? self.options.port))
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

    private func respond(to request: Request, _ writer: consuming ResponseWriter) async throws {
        let start = ContinuousClock.now
        let target = request.head.path ?? "/"
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        let path = mark.map { String(target[..<$0]) } ?? target
        let query = mark.map { String(target[target.index(after: $0)...]) } ?? ""
        let id = requestID(request)
        var statistics = health.unmatched
        var principal: Principal?
        var reply: Reply
        var message: String?
        do {
            let (route, parameters) = try table.route(request.method, path)
            statistics = route.statistics
            try origin.check(request)
            if let scope = route.scope {
                let caller = try tokens.principal(request.headers)
                principal = caller
                guard caller.may(scope) else {
                    throw APIError(
                        status: .forbidden, code: "forbidden", message: "this token does not allow '\(scope.rawValue)'")
                }
            }
            let call = Call(
                request: request, id: id, parameters: parameters, query: query, principal: principal ?? .local,
                start: start, reservation: ByteReservation(budget))
            if let known = route.query { try call.checkQuery(known) }
            reply = try await route.handler(call)
        } catch let error as APIError {
            reply = error.reply
            message = error.message
        } catch  where error is HTTPParserError || error is ChannelError || error is IOError {
            // The client broke off or broke the grammar: the connection's handler answers and closes.
            statistics.record(status: 499, seconds: (ContinuousClock.now - start) / .seconds(1))
            throw error
        } catch {
            // What failed inside is for those who run the server: it may name files, tables and settings.
            message = "\(error)"
            reply = (error is CancellationError ? APIError.overloaded("the server is stopping") : .inside(id)).reply
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        statistics.record(status: reply.status.code, seconds: seconds)
        log.request(
            id: id, method: request.method.rawValue, path: path, status: reply.status.code, seconds: seconds,
            principal: principal?.name ?? "", message: message)
        var response = reply.response(requestID: id, isHead: request.method == .head)
        response.headers[.date] = date.text
        try await writer.write(response: response.head, body: response.body)
    }

    // A client's own id is kept when it is short and plain, so that its logs and ours meet.
    private func requestID(_ request: Request) -> String {
        if let given = request.headers[.requestID], (1...64).contains(given.utf8.count),
            given.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x7A).contains($0) || $0 == 0x2D })
        {
            return given
        }
        return requestPrefix + String(requestCount.add(1, ordering: .relaxed).newValue, radix: 36)
    }
}
