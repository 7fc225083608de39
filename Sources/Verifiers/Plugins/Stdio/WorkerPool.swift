import Experience

/// Workers of one kind, lent to batches one at a time; batches shrink when the workers turn out to be slow.
actor WorkerPool {
    private let workers: [Worker]
    private var idle: [Worker]
    private var waiters: [CheckedContinuation<Worker, Never>] = []
    /// Items per message.
    private(set) var batchSize: Int

    init(_ settings: WorkerSettings, count: Int, batchSize: Int) {
        workers = (0..<count).map { _ in Worker(settings) }
        idle = workers.reversed()
        self.batchSize = batchSize
    }

    /// Judges one batch with the next free worker.
    func judge(_ items: [VerificationItem], _ cancellation: Cancellation) async -> [Verdict] {
        let worker = await take()
        let answer = await worker.judge(items, cancellation)
        give(worker)
        if answer.wantsSmallerBatches { batchSize = max(1, items.count / 2) }
        return answer.verdicts
    }

    func shutdown() async {
        for worker in workers { await worker.shutdown() }
    }

    private func take() async -> Worker {
        // The worker used last is warm; the others need not even be started while one is enough.
        if let worker = idle.popLast() { return worker }
        return await withCheckedContinuation { waiters.append($0) }
    }

    private func give(_ worker: Worker) {
        if waiters.isEmpty { idle.append(worker) } else { waiters.removeFirst().resume(returning: worker) }
    }
}
