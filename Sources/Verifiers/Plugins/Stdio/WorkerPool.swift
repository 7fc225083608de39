import Experience

/// Workers of one kind, lent to batches one at a time; batches shrink when the workers turn out to be slow.
actor WorkerPool {
    private let workers: [Worker]
    private let slots: AsyncSlots
    private var idle: [Worker]
    /// Items per message.
    private(set) var batchSize: Int

    init(_ settings: WorkerSettings, count: Int, batchSize: Int) {
        workers = (0..<count).map { _ in Worker(settings) }
        slots = AsyncSlots(count)
        idle = workers.reversed()
        self.batchSize = batchSize
    }

    /// Judges one batch with the next free worker.
    func judge(_ items: [VerificationItem], _ cancellation: Cancellation) async -> [Verdict] {
        guard await slots.take() else { return items.map { _ in .cancelled } }
        // The worker used last is warm; the others need not even be started while one is enough. A slot is one of them.
        guard let worker = idle.popLast() else { return items.map { _ in .cancelled } }
        let answer = await worker.judge(items, cancellation)
        idle.append(worker)
        slots.give()
        if answer.wantsSmallerBatches { batchSize = max(1, items.count / 2) }
        return answer.verdicts
    }

    /// Why no worker can be started; nil when one runs.
    func startFault(_ cancellation: Cancellation) async -> String? {
        await workers.first?.startFault(cancellation) ?? nil
    }

    func shutdown() async {
        for worker in workers { await worker.shutdown() }
    }
}
