import Experience
import Synchronization

/// Sessions for episodes: the one that all share, or one for each, some of them greeted before they are wanted.
final class MCPSessions: Sendable {
    typealias Start = @Sendable () async throws(EnvironmentError) -> MCPSession
    private typealias Starting = Task<Result<MCPSession, EnvironmentError>, Never>

    private let isShared: Bool
    private let warm: Int
    private let start: Start
    private struct State {
        /// Started and not yet wanted; the shared one is the first and stays.
        var waiting: [Starting] = []
        var isClosed = false
    }
    private let state = Mutex(State())

    init(isShared: Bool, warm: Int, start: @escaping Start) {
        self.isShared = isShared
        self.warm = warm
        self.start = start
    }

    func take() async throws(EnvironmentError) -> MCPSession {
        while true {
            let starting = try state.withLock { state throws(EnvironmentError) in
                if state.isClosed { throw EnvironmentError(.lost, "the environment was shut down") }
                if isShared {
                    if state.waiting.isEmpty { state.waiting = [begun()] }
                    return state.waiting[0]
                }
                let next = state.waiting.isEmpty ? begun() : state.waiting.removeFirst()
                while state.waiting.count < warm { state.waiting.append(begun()) }
                return next
            }
            let result = await starting.value
            if case .success(let session) = result, session.transport.ending == nil { return session }
            if isShared { state.withLock { state in state.waiting.removeAll { $0 == starting } } }
            // One that died while it waited is nobody's fault; one that cannot start is.
            if case .failure(let error) = result { throw error }
        }
    }

    /// Gives a session back: the shared one stays, another has had its episode.
    func give(_ session: MCPSession) async {
        if !isShared { await session.transport.close() }
    }

    func close() async {
        let open = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for starting in open {
            starting.cancel()
            if case .success(let session) = await starting.value { await session.transport.close() }
        }
    }

    private func begun() -> Starting {
        Task.detached { [start] in
            do throws(EnvironmentError) {
                return .success(try await start())
            } catch {
                return .failure(error)
            }
        }
    }
}
