import Synchronization

/// What happened on one route.
final class RouteStatistics: Sendable {
    let latency = Histogram()
    private let statuses = Mutex<[Int: Int]>([:])

    func record(status: Int, seconds: Double) {
        latency.record(seconds)
        statuses.withLock { $0[status, default: 0] += 1 }
    }

    var countsByStatus: [(status: Int, count: Int)] {
        statuses.withLock { counts in counts.map { ($0.key, $0.value) } }.sorted { $0.0 < $1.0 }
    }
}
