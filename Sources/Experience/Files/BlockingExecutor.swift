import Dispatch

/// Runs an actor's jobs on a thread of its own, so that blocking file I/O never holds a thread of Swift's pool.
public final class BlockingExecutor: SerialExecutor {
    private let queue: DispatchQueue

    /// An executor; `label` names its queue in debuggers.
    public init(label: String) { queue = DispatchQueue(label: label) }

    /// Runs `job` after those before it.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
