import Experience
import JSON
import Numbers
import Reports

/// What the overview shows, computed at most twice a second however many pages watch.
actor LiveState {
    /// A page lists the latest runs alone: counting is work.
    private static let listedRuns = 20
    private let health: Health
    private let jobs: JobStore?
    private let summaries: RunSummaries?
    private var latest: (at: ContinuousClock.Instant, state: Task<JSONValue, any Error>)?

    init(health: Health, jobs: JobStore?, summaries: RunSummaries?) {
        self.health = health
        self.jobs = jobs
        self.summaries = summaries
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
        guard let summaries else { return [] }
        return try await summaries.list(limit: Self.listedRuns).runs.map { listing in
            [
                "name": .string(listing.run.name), "path": .string(listing.path),
                "completions": listing.progress.map { .int($0.present) } ?? .null,
                "wanted": listing.progress.map { .int($0.wanted) } ?? .null,
                "policy_version": .int(listing.policyVersion),
                "simulated": .bool(listing.run.isSimulated), "id": .int(Int(clamping: listing.run.id)),
                "pass_at_1": listing.figures?.passAt1.value.map(JSONValue.double) ?? .null,
                "tokens": listing.figures.map { .int($0.tokens) } ?? .null,
            ]
        }
    }
}
