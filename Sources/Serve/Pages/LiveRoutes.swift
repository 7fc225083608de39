import Experience
import HTTPTypes
import HummingbirdCore
import JSON
import NIOCore
import ServiceLifecycle
import Synchronization

/// `GET /v1/events`: the server's state once a second as server-sent events, for the overview.
struct LiveRoutes: RouteGroup {
    private static let maxStreams = 64
    let jobs: JobStore?
    private let live: LiveState
    private let streams = Streams()

    init(health: Health, jobs: JobStore?, runs: RunStore?) {
        self.jobs = jobs
        live = LiveState(health: health, jobs: jobs, runs: runs)
    }

    var routes: [Route] {
        [
            Route(.get, "/v1/events", scope: .read) { call in
                guard streams.open(atMost: Self.maxStreams) else {
                    throw APIError.overloaded("\(Self.maxStreams) pages are watching", status: .tooManyRequests)
                }
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

    private final class Streams: Sendable {
        private let count = Atomic<Int>(0)

        func open(atMost limit: Int) -> Bool {
            if count.add(1, ordering: .relaxed).newValue <= limit { return true }
            close()
            return false
        }

        func close() { count.subtract(1, ordering: .relaxed) }
    }
}
