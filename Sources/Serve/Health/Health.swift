import HTTPTypes
import JSON
import Numbers
import Synchronization

/// What the server knows of itself: `/healthz`, `/readyz` and `/metrics`.
final class Health: Sendable {
    let pool: VerifierPool
    let programLane: Lane
    let log: AccessLog
    /// Requests that matched no route.
    let unmatched = RouteStatistics()
    private let ready = Atomic<Bool>(false)
    private let statistics = Mutex<[RouteStatistics]>([])
    private let started = ContinuousClock.now

    init(pool: VerifierPool, programLane: Lane, log: AccessLog) {
        self.pool = pool
        self.programLane = programLane
        self.log = log
    }

    /// Whether new work is welcome: from listening until shutdown begins.
    var isReady: Bool {
        get { ready.load(ordering: .relaxed) }
        set { ready.store(newValue, ordering: .relaxed) }
    }

    /// Since this server was made.
    var uptimeSeconds: Int { Int(clamping: (ContinuousClock.now - started) / .seconds(1), .down) }

    /// Requests answered so far.
    var requestCount: Int { statistics.withLock { $0.reduce(0) { $0 + $1.latency.snapshot.count } } }

    /// The routes with those of this type; `/metrics` tells of all of them.
    func table(with routes: [Route]) -> RouteTable {
        let own = [
            Route(.get, "/healthz", scope: nil) { _ in .json(["status": "ok"]) },
            Route(.get, "/readyz", scope: nil) { [self] _ in
                isReady
                    ? .json(["status": "ready"])
                    : .json(["status": "stopping"], status: .serviceUnavailable)
            },
        ]
        let metrics = Route(.get, "/metrics", scope: .read) { [self] _ in
            .text(exposition(routes + own), type: "text/plain; version=0.0.4; charset=utf-8")
        }
        let all = routes + own + [metrics]
        statistics.withLock { $0 = all.map(\.statistics) + [unmatched] }
        return RouteTable(all)
    }
}
