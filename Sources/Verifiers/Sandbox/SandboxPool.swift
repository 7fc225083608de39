import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A thread's own place: its worker process, started when first needed and again after a failure.
final class SandboxSlot {
    private var worker: SandboxWorker?
    private var plan: SandboxPlan?

    /// A worker behind the walls of `plan`; the last one if it still fits.
    func worker(_ wanted: SandboxPlan) throws -> SandboxWorker {
        if let worker, plan == wanted { return worker }
        discard()
        let fresh = try SandboxWorker(plan: wanted)
        worker = fresh
        plan = wanted
        return fresh
    }

    /// Ends the worker.
    func discard() {
        worker?.stop()
        worker = nil
    }
}

/// Threads of our own, each with a worker: programs are waited for here and never on Swift's cooperative pool.
final class SandboxPool: Sendable {
    /// Gets no slot when there is no thread to do it: after shutdown, or at the system's limit of threads.
    private typealias Work = @Sendable (SandboxSlot?) -> Void

    /// Why work was not begun.
    enum NotBegun: Error {
        /// There is no thread to do it.
        case shutDown
        /// Its task was cancelled before its turn.
        case cancelled
    }

    private struct State {
        var queue: [Work] = []
        var next = 0
        var idle = 0
        var threads: [pthread_t] = []
        var isStopping = false
    }

    private let state = Mutex(State())
    private let wakeup = Semaphore()
    private let slots: Int

    init(slots: Int) { self.slots = slots }

    /// Does `work` on a thread of the pool when its turn comes. The work of a task that was cancelled before then is never
    /// begun; work under way is told by its `Cancellation`.
    func run<Value: Sendable>(
        _ work: @escaping @Sendable (SandboxSlot, Cancellation) -> Value
    ) async -> Result<Value, NotBegun> {
        let order = SandboxOrder<Value>()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if order.place(work, continuation) { submit { order.fill(in: $0) } }
            }
        } onCancel: {
            order.cancel()
        }
    }

    /// Queues work; threads are started as they are needed, at most `slots`.
    private func submit(_ work: @escaping Work) {
        let isAccepted = state.withLock { state in
            guard !state.isStopping else { return false }
            state.queue.append(work)
            if state.idle < state.queue.count - state.next && state.threads.count < slots,
                let thread = SandboxThread.start({ self.loop() })
            {
                state.threads.append(thread)
            }
            return !state.threads.isEmpty
        }
        if isAccepted { wakeup.signal() } else { work(nil) }
    }

    /// Lets all threads and their workers end once the queue is empty; gives the threads.
    @discardableResult func stop() -> [pthread_t] {
        let threads = state.withLock { state in
            state.isStopping = true
            defer { state.threads = [] }
            return state.threads
        }
        for _ in threads { wakeup.signal() }
        return threads
    }

    private func loop() {
        let slot = SandboxSlot()
        defer { slot.discard() }
        while true {
            state.withLock { $0.idle += 1 }
            wakeup.wait()
            let work: Work? = state.withLock { state in
                state.idle -= 1
                guard state.next < state.queue.count else { return nil }
                let work = state.queue[state.next]
                state.next += 1
                // The done part is dropped now and then, so that the queue stays small and taking stays cheap.
                if state.next > 1024 || state.next == state.queue.count {
                    state.queue.removeFirst(state.next)
                    state.next = 0
                }
                return work
            }
            guard let work else { return }
            work(slot)
        }
    }
}

/// A counting semaphore for threads.
private final class Semaphore: @unchecked Sendable {
    // The kernel's object has an address of its own and is only ever used through it.
    private let object = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(object, 0, 0) }

    deinit {
        sem_destroy(object)
        object.deallocate()
    }

    func signal() { sem_post(object) }

    func wait() { while sem_wait(object) != 0 && errno == EINTR {} }
}
