import Experience
import HTTPTypes
import HummingbirdCore
import JSON
import NIOCore
import ServiceLifecycle

/// `GET /v1/events`: the server's state once a second as server-sent events, for the overview.
struct LiveRoutes: RouteGroup {
    let jobs: JobStore?
    private let live: LiveState
    private let streams: StreamSlots

    init(health: Health, jobs: JobStore?, summaries: RunSummaries?, streams: StreamSlots) {
        self.jobs = jobs
        self.streams = streams
        live = LiveState(health: health, jobs: jobs, summaries: summaries)
    }

    var routes: [Route] {
        [
            Route(.get, "/v1/events", scope: .read) { call in
                try streams.open()
                if call.request.method == .head { streams.close() }
                return Reply(
                    contentType: "text/event-stream", headers: [(.cacheControl, "no-store")],
                    body: .stream { writer in
                        defer { streams.close() }
                        while !Task.isShuttingDownGracefully {
                            let text = "data: \(try await state().text)\n\n"
                            try await writer.write(ByteBuffer(string: text))
                            try await Task.sleep(for: .seconds(1))
                        }
                    })
            }
        ]
    }

    /// What the overview shows.
    func state() async throws -> JSONValue { try await live.state() }
}
