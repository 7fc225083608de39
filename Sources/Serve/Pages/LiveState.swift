import Experience
import JSON

/// What the overview shows, computed at most twice a second however many pages watch.
actor LiveState {
    /// A page lists the latest runs alone: counting is work.
    private static let listedRuns = 20
    private let health: Health
    private let jobs: JobStore?
    private let runs: RunStore?
    private var latest: (at: ContinuousClock.Instant, state: Task<JSONValue, any Error>)?

    init(health: Health, jobs: JobStore?, runs: RunStore?) {
        self.health = health
        self.jobs = jobs
        self.runs = runs
    }

    /// Health, verifiers, jobs and runs as one object.
    func state() async throws -> JSONValue {
        if let latest, ContinuousClock.now - latest.at < .milliseconds(500) { return try await latest.state.value }
        let state = Task { try await make() }
        latest = (.now, state)
        return try await state.value
    }

    private func make() async throws -> JSONValue {
        let verifiers = health.pool.endpoints.map { endpoint in
            JSONValue.object([
                .init("name", .string(endpoint.name)), .init("pending", .int(endpoint.lane.load.pending)),
                .init("outcomes", Job.json(endpoint.counts)),
            ])
        }
        return [
            "uptime_seconds": .int(health.uptimeSeconds), "requests": .int(health.requestCount),
            "verifiers": .array(verifiers), "jobs": .array(try await jobs?.latest(50).map(\.json) ?? []),
            "runs": .array(try await listRuns()),
        ]
    }

    /// Newest first.
    private func listRuns() async throws -> [JSONValue] {
        guard let runs else { return [] }
        return try await runs.reading { store in
            var list: [JSONValue] = []
            for run in try await store.runs().suffix(Self.listedRuns).reversed() {
                let counts = try await store.sampleCounts(run: run)
                list.append([
                    "name": .string(run.name), "path": .string(run.pagePath),
                    "completions": .int(counts.present), "wanted": .int(counts.wanted),
                    "policy_version": .int(try await store.policyVersion(run: run)),
                    "simulated": .bool(run.isSimulated),
                ])
            }
            return list
        }
    }
}
