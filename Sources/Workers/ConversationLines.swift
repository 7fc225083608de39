import JSON
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What waits to be written and what waits to be answered: between those who ask and the thread that has the process.
final class ConversationLines: Sendable {
    typealias Answer = Result<JSONValue, Conversation.Failure>

    fileprivate struct Open {
        /// Nil once nobody waits.
        var waiter: CheckedContinuation<Answer, Never>?
        var seconds: Double
    }

    fileprivate struct State {
        var requests: [LineRequest] = []
        var said: [UInt8] = []
        var open: [Int: Open] = [:]
        /// Ids in the order of their asking; those that were answered are still in it.
        var order: [Int] = []
        var first = 0
        var oldestSince = ContinuousClock.now
        var nextID = 0
        var grace: Double?
        var ending: Conversation.Failure?
        var mourners: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    /// A pipe that wakes the thread.
    let bell: (read: Int32, write: Int32)

    init() {
        // Without one the thread looks by itself, four times a second.
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) != 0 { ends = [-1, -1] }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        bell = (ends[0], ends[1])
    }

    deinit {
        for end in [bell.read, bell.write] where end >= 0 { close(end) }
    }

    private func ring() {
        var byte: UInt8 = 1
        _ = write(bell.write, &byte, 1)
    }

    var ending: Conversation.Failure? { state.withLock { $0.ending } }

    func number() -> Int {
        state.withLock {
            $0.nextID += 1
            return $0.nextID
        }
    }

    func put(_ request: LineRequest, _ seconds: Double, _ waiter: CheckedContinuation<Answer, Never>?) {
        let (refusal, wakes) = state.withLock { state -> (Conversation.Failure?, Bool) in
            if let ending = state.ending { return (ending, false) }
            if waiter != nil, Task.isCancelled { return (.cancelled, false) }
            if state.open.isEmpty { state.oldestSince = .now }
            state.open[request.id] = Open(waiter: waiter, seconds: seconds)
            state.order.append(request.id)
            state.requests.append(request)
            return (nil, state.requests.count == 1)
        }
        if let refusal { waiter?.resume(returning: .failure(refusal)) }
        if wakes { ring() }
    }

    func say(_ line: [UInt8]) {
        state.withLock { $0.said += line }
        ring()
    }

    func abandon(_ id: Int) {
        let waiter = state.withLock { state in
            defer { state.open[id]?.waiter = nil }
            return state.open[id]?.waiter
        }
        waiter?.resume(returning: .failure(.cancelled))
    }

    func finish(grace: Double) {
        state.withLock { $0.grace = min($0.grace ?? grace, grace) }
        ring()
    }

    func ended() async {
        await withCheckedContinuation { mourner in
            let isOver = state.withLock { state in
                if state.ending == nil { state.mourners.append(mourner) }
                return state.ending != nil
            }
            if isOver { mourner.resume() }
        }
    }
}

/// The thread's side.
extension ConversationLines {
    /// What is to be written now.
    func take() -> (requests: [LineRequest], said: [UInt8], grace: Double?) {
        state.withLock { state in
            defer { (state.requests, state.said) = ([], []) }
            return (state.requests, state.said, state.grace)
        }
    }

    /// Forgets what rang.
    func hush() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(bell.read, &bytes, bytes.count) == bytes.count {}
    }

    /// Gives an answer to who waits for it; false for an id that was not asked, or is answered already.
    func answer(_ id: Int, _ json: JSONValue) -> Bool {
        let open = state.withLock { state -> Open? in
            let open = state.open.removeValue(forKey: id)
            state.advance()
            return open
        }
        open?.waiter?.resume(returning: .success(json))
        return open != nil
    }

    /// Seconds that the oldest request still has; nil where nothing is open.
    func patience() -> Double? {
        state.withLock { state in
            guard state.first < state.order.count, let open = state.open[state.order[state.first]] else { return nil }
            let elapsed = state.oldestSince.duration(to: .now)
            return open.seconds - (Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18)
        }
    }

    /// The end: everyone hears of it, the oldest request `blamed` where it is to blame.
    func end(_ failure: Conversation.Failure, blamed: Conversation.Failure? = nil) {
        let (waiters, mourners) = state.withLock { state in
            state.ending = failure
            let oldest = state.first < state.order.count ? state.order[state.first] : nil
            let waiters = state.open.compactMap { id, open in
                open.waiter.map { ($0, id == oldest ? blamed ?? failure : failure) }
            }
            state.open = [:]
            (state.requests, state.order, state.first) = ([], [], 0)
            defer { state.mourners = [] }
            return (waiters, state.mourners)
        }
        for (waiter, failure) in waiters { waiter.resume(returning: .failure(failure)) }
        for mourner in mourners { mourner.resume() }
    }
}

extension ConversationLines.State {
    /// Moves on to the oldest that is open, whose time begins then.
    fileprivate mutating func advance() {
        let before = first
        while first < order.count, open[order[first]] == nil { first += 1 }
        if first != before { oldestSince = .now }
        if first > 1024 || first == order.count {
            order.removeFirst(first)
            first = 0
        }
    }
}

extension Conversation.Failure {
    static var cancelled: Self { Self(kind: .cancelled, description: "nobody waits any more") }
}
