import Experience
import JSON
import Synchronization
import Workers

/// The processes of one command. Each holds many episodes; one that has died is replaced when the next episode needs it.
final class ProcessPool: Sendable {
    /// A process that runs.
    struct Running: Sendable {
        let conversation: Conversation
        let ready: EnvironmentReady
    }

    /// A place for one episode in a process.
    struct Seat: Sendable {
        let process: Running
        fileprivate let slot: Int
        fileprivate let generation: Int
    }

    private struct Slot {
        /// Nil where none was started.
        var starting: Task<Result<Running, EnvironmentError>, Never>?
        var conversation: Conversation?
        var generation = 0
        var episodes = 0
        /// Episodes that it can hold.
        var room = Int.max
        var isOver: Bool { starting == nil || conversation?.ending != nil }
    }

    private struct State {
        var slots: [Slot]
        var failures = 0
        var lastFailure: (time: ContinuousClock.Instant, error: EnvironmentError)?
        var isClosed = false
    }

    let settings: CommandSettings
    private let state: Mutex<State>

    // A command that does not start is not tried for every episode again.
    private static let patience = (failures: 3, pause: Duration.seconds(5))

    init(_ settings: CommandSettings, processes: Int) {
        self.settings = settings
        state = Mutex(State(slots: Array(repeating: Slot(), count: processes)))
    }

    /// A place in the process that has the fewest episodes, which is started where need be.
    func seat() async throws(EnvironmentError) -> Seat {
        let (slot, generation, starting) = try state.withLock { state throws(EnvironmentError) in
            try choose(in: &state)
        }
        let result = await starting.value
        state.withLock { state in
            guard state.slots[slot].generation == generation else { return }
            switch result {
            case .success(let running):
                state.slots[slot].conversation = running.conversation
                state.slots[slot].room = running.ready.episodes ?? .max
                state.failures = 0
            case .failure(let error):
                state.slots[slot] = Slot(generation: generation + 1)
                state.failures += 1
                state.lastFailure = (.now, error)
            }
        }
        return Seat(process: try result.get(), slot: slot, generation: generation)
    }

    /// Gives a place back.
    func leave(_ seat: Seat) {
        state.withLock { state in
            guard state.slots[seat.slot].generation == seat.generation else { return }
            state.slots[seat.slot].episodes -= 1
        }
    }

    /// Ends all processes and waits for that.
    func close() async {
        let open = state.withLock { state in
            state.isClosed = true
            return state.slots.compactMap(\.starting)
        }
        await withTaskGroup(of: Void.self) { group in
            for starting in open {
                group.addTask {
                    starting.cancel()
                    if case .success(let running) = await starting.value { await running.conversation.close() }
                }
            }
        }
    }

    private func choose(
        in state: inout State
    ) throws(EnvironmentError) -> (Int, Int, Task<Result<Running, EnvironmentError>, Never>) {
        if state.isClosed { throw EnvironmentError(.lost, "the environment was shut down") }
        for index in state.slots.indices where state.slots[index].isOver && state.slots[index].generation >= 0 {
            if state.slots[index].starting != nil {
                state.slots[index] = Slot(generation: state.slots[index].generation + 1)
            }
        }
        // The one used last is warm; others need not even be started while one is idle.
        let best = state.slots.indices.min { left, right in
            let (left, right) = (state.slots[left], state.slots[right])
            if left.episodes != right.episodes { return left.episodes < right.episodes }
            return left.starting != nil && right.starting == nil
        }
        guard let best, state.slots[best].episodes < state.slots[best].room else {
            throw EnvironmentError(.full, "every process of '\(settings.title)' has as many episodes as it can hold")
        }
        state.slots[best].episodes += 1
        if let starting = state.slots[best].starting { return (best, state.slots[best].generation, starting) }
        if let last = state.lastFailure, state.failures >= Self.patience.failures,
            ContinuousClock.now < last.time + Self.patience.pause
        {
            state.slots[best].episodes -= 1
            throw last.error
        }
        let starting = Task.detached { [settings] in await Self.start(settings) }
        state.slots[best].starting = starting
        return (best, state.slots[best].generation, starting)
    }

    private static func start(_ settings: CommandSettings) async -> Result<Running, EnvironmentError> {
        let conversation = settings.start(EnvironmentLines())
        do throws(EnvironmentError) {
            let hello: JSONValue = ["hello": .int(EnvironmentLines.protocolVersion), "options": settings.options]
            let json: JSONValue
            do {
                json = try await conversation.ask("hello", seconds: settings.startTimeout) { _ in hello.bytes }
            } catch {
                let what = error.kind == .notStarted ? "" : "no handshake: "
                let kind: EnvironmentError.Kind =
                    switch error.kind {
                    case .garbled: .contract
                    case .late: .deadline
                    case .notStarted, .lost, .cancelled: .start
                    }
                throw EnvironmentError(kind, what + error.description)
            }
            return .success(Running(conversation: conversation, ready: try EnvironmentReady(json, settings.title)))
        } catch {
            await conversation.close(grace: 0)
            return .failure(error)
        }
    }
}
