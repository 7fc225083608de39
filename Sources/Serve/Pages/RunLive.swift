import Experience
import HTTPTypes
import HummingbirdCore
import JSON
import NIOCore
import Reports
import ServiceLifecycle

/// A run in progress: how far it is, how fast, what came last and what failed, as a panel and as server-sent events.
struct RunLive: Sendable {
    private static let newest = 8
    // The store is asked whether anything was written this often, and counted no more often than that.
    private static let look = Duration.milliseconds(250)
    // A proxy that hears nothing closes the stream.
    private static let quiet = Duration.seconds(15)
    private static let window = Duration.seconds(30)

    let store: RunStore?
    let slots: StreamSlots

    /// Nothing for a run that has all its samples, judged.
    func panel(_ store: Store, _ run: Run) async throws -> Markup {
        let state = try await state(store, run)
        if state.isDone { return Markup() }
        var panel: Markup = """
            <section id="run-live" data-events="\(run.pagePath)/events" aria-live="off"><h2>\(state.isMoving ? "In progress" : "Not complete")</h2>
            <p><progress id="live-bar" value="\(state.present)" max="\(max(state.wanted, 1))" aria-label="completions"></progress> \
            <span id="live-words">\(state.words)</span></p>

            """
        let rows = state.newest.map { row -> [Markup] in
            [
                "<a href=\"\(run.pagePath)/samples/\(Int(clamping: row.id))\">\(row.name)</a>",
                VerdictView.short(row.outcome),
                "\(row.reason ?? "")", "\(row.tokens.map(String.init) ?? "–")",
            ]
        }
        panel.add(
            Page.table(
                "The latest samples", head: ["sample", "verdict", "reason", "tokens"], rows: rows, words: [1, 2],
                id: "live-newest"))
        panel.add("</section>\n<script src=\"/assets/run.js\"></script>\n")
        return panel
    }

    /// A stream of states, one whenever something was written.
    func events(of run: Run, isHead: Bool) throws -> Reply {
        guard let store else { throw APIError.off("no run store is shown; name one with serve.store") }
        try slots.open()
        if isHead { slots.close() }
        return Reply(
            contentType: "text/event-stream", headers: [(.cacheControl, "no-store")],
            body: .stream { [slots] writer in
                defer { slots.close() }
                let index = try store.samples()
                var (version, said) = (-1, ContinuousClock.now)
                var history: [(at: ContinuousClock.Instant, present: Int)] = []
                while !Task.isShuttingDownGracefully {
                    let now = ContinuousClock.now
                    let current = try await index.changes()
                    if current != version {
                        version = current
                        let state = try await store.reading { try await self.state($0, run) }
                        history.append((now, state.present))
                        if history.count > 2 { history.removeFirst(history.prefix { now - $0.at > Self.window }.count) }
                        try await writer.write(
                            ByteBuffer(string: "data: \(state.json(run, rate: Self.rate(history)).text)\n\n"))
                        said = now
                    } else if now - said > Self.quiet {
                        try await writer.write(ByteBuffer(string: ": still here\n\n"))
                        said = now
                    }
                    try await Task.sleep(for: Self.look)
                }
            })
    }

    private static func rate(_ history: [(at: ContinuousClock.Instant, present: Int)]) -> Double? {
        guard let first = history.first, let last = history.last, last.present > first.present else { return nil }
        let seconds = (last.at - first.at) / .seconds(1)
        return seconds > 0 ? Double(last.present - first.present) / seconds : nil
    }

    private func state(_ store: Store, _ run: Run) async throws -> State {
        try await store.snapshot { store in
            let progress = try store.progress(run: run)
            var lastEnd: Int64 = 0
            let newest = try store.newestSamples(run: run, limit: Self.newest).compactMap { id -> State.Sample? in
                guard let sample = try store.sample(run: run, completion: id) else { return nil }
                lastEnd = max(lastEnd, min(sample.finishedAt, Timestamp.now))
                let verdict = try store.verdicts(on: id).last
                return .init(
                    id: id, name: "\(sample.problem.cut(to: 60)) #\(sample.index)", outcome: verdict?.outcome,
                    reason: verdict?.reason.cut(to: 60), tokens: sample.tokens)
            }
            return State(
                present: progress.present, wanted: progress.wanted, judged: progress.judged, failed: progress.failed,
                newest: newest, failures: try store.sampleFailures(run: run), lastEnd: lastEnd)
        }
    }

    /// How far a run is.
    struct State: Sendable {
        struct Sample: Sendable {
            var id: Int64
            var name: String
            var outcome: String?
            var reason: String?
            var tokens: Int?
        }

        var present: Int
        var wanted: Int
        var judged: Int
        var failed: Int
        var newest: [Sample]
        var failures: [String: Int]
        /// When the newest sample ended.
        var lastEnd: Int64

        // A long answer may take a while; a run that was stopped says nothing for longer.
        var isMoving: Bool { Timestamp.now - lastEnd < 15 * 60_000 }

        var isDone: Bool { present >= wanted && judged >= present }

        var words: String {
            var words = "\(present) of \(wanted) completions, \(judged) judged"
            for (reason, count) in failures.sorted(by: { $0.key < $1.key }) { words += ", \(count) failed: \(reason)" }
            return words
        }

        func json(_ run: Run, rate: Double?) -> JSONValue {
            [
                "present": .int(present), "wanted": .int(wanted), "judged": .int(judged), "failed": .int(failed),
                "done": .bool(isDone), "words": .string(words), "rate": rate.map(JSONValue.double) ?? .null,
                "left_seconds": rate.map { .double(Double(max(wanted - present, 0)) / $0) } ?? .null,
                "newest": .array(
                    newest.map {
                        [
                            "path": .string("\(run.pagePath)/samples/\($0.id)"), "name": .string($0.name),
                            "outcome": $0.outcome.map(JSONValue.string) ?? .null, "reason": .string($0.reason ?? ""),
                            "tokens": $0.tokens.map { .int($0) } ?? .null,
                        ]
                    }),
            ]
        }
    }
}
