import Foundation

/// Shares the time over the targets, one process per core, and watches each from outside.
struct FuzzSupervisor {
    /// Growth of a worker that is a finding, in bytes.
    static let memoryLimit: Int64 = 512 << 20
    /// Seconds that an input may take beyond its own limit.
    static let grace = 2.0
    private static let findingsPerTarget = 5

    var kinds: [FuzzTargetKind]
    var corpus: Corpus
    var seed: UInt64
    var seconds: Double
    var processes: Int
    /// For the workers' files.
    var folder: String
    /// For what is found.
    var findings: String
    /// Options that every worker gets.
    var options: [String]

    /// A stretch of one target's time.
    private struct Share {
        var kind: FuzzTargetKind
        var first: UInt64
        var seconds: Double
    }

    private final class Job {
        let share: Share
        let child: Child
        let state: WorkerState
        let folder: String
        let started = WorkerState.now
        var call: (index: UInt64, calls: Int64, processor: Double)?
        var growth: Int64 = 0

        init(_ share: Share, _ supervisor: FuzzSupervisor, number: Int) throws {
            self.share = share
            folder = "\(supervisor.folder)/\(number)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            state = try WorkerState(path: folder + "/state")
            child = try Child(
                [
                    "--worker", share.kind.name, "--seed", "\(supervisor.seed)", "--first", "\(share.first)",
                    "--seconds",
                    "\(share.seconds)", "--folder", folder,
                ] + supervisor.options, errors: folder + "/errors")
        }

        /// The runtime's sentence about a trap, if there was one.
        var lastWords: String {
            let text = String(
                decoding: FileManager.default.contents(atPath: folder + "/errors") ?? Data(), as: UTF8.self)
            return text.split(separator: "\n").first { $0.contains("Fatal error") }.map(String.init) ?? ""
        }

        func remove() {
            state.unmap()
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    /// Runs until the time is over.
    /// - Returns: the figures; findings were printed and recorded.
    func run(_ say: (String) -> Void) throws -> FuzzTable {
        var table = FuzzTable(kinds.map(\.name))
        var waiting = shares()
        var jobs: [Job] = []
        var count = 0
        while !waiting.isEmpty || !jobs.isEmpty {
            while jobs.count < processes, !waiting.isEmpty {
                let share = waiting.removeFirst()
                if table[share.kind.name].findings >= Self.findingsPerTarget { continue }
                count += 1
                jobs.append(try Job(share, self, number: count))
            }
            for job in jobs {
                guard let end = verdict(on: job) else { continue }
                jobs.removeAll { $0 === job }
                add(job, to: &table)
                if let kind = end {
                    let number = table.rows.reduce(1) { $0 + $1.row.findings }
                    try report(kind, job, number: number, say)
                    table[job.share.kind.name].findings += 1
                    let left = job.share.seconds - Double(WorkerState.now - job.started) / 1e9
                    waiting.append(Share(kind: job.share.kind, first: job.state.index + 1, seconds: max(left, 0)))
                    waiting.removeAll { $0.seconds < 0.1 }
                }
                job.remove()
            }
            usleep(20_000)
        }
        return table
    }

    /// The time by target, long stretches cut so that no core waits for another at the end. Each stretch has indices of
    /// its own; the first begins with the seeds as they are.
    private func shares() -> [Share] {
        let whole = kinds.reduce(0) { $0 + $1.share }
        var shares: [Share] = []
        for kind in kinds {
            let time = seconds * Double(processes) * kind.share / whole
            let parts = max(1, min(8, Int(time / 8)))
            for part in 0..<parts {
                shares.append(Share(kind: kind, first: UInt64(part) << 40, seconds: time / Double(parts)))
            }
        }
        return shares.sorted { $0.seconds > $1.seconds }
    }

    /// nil while it runs; then how it broke, nil inside when it did not.
    private func verdict(on job: Job) -> Finding.Kind?? {
        if let end = job.child.poll() {
            switch end {
            case .exit(0): return .some(nil)
            case .signal(let number): return .signal(number, words: job.lastWords)
            case .exit(let code):
                let message = try? String(contentsOfFile: job.folder + "/message", encoding: .utf8)
                return .promise(message ?? "the worker ended with exit code \(code)")
            }
        }
        guard let memory = ProcessFigures.memory(of: job.child.pid), job.state.baseline > 0 else { return nil }
        job.growth = max(job.growth, memory.peak - job.state.baseline)
        if memory.now > job.state.baseline + Self.memoryLimit {
            job.child.end()
            return .memory(bytes: memory.now - job.state.baseline)
        }
        if let seconds = overdue(job) {
            job.child.end()
            return .overdue(seconds: seconds)
        }
        return nil
    }

    /// How long the input under way has taken when that is too long: by the worker's processor time, or, since other
    /// processes may hold the processors, four times as long by the clock.
    private func overdue(_ job: Job) -> Double? {
        let state = job.state
        guard state.since > 0, let processor = ProcessFigures.processorTime(of: job.child.pid) else { return nil }
        guard let call = job.call, call.index == state.index, call.calls == state.calls else {
            job.call = (state.index, state.calls, processor)
            return nil
        }
        let seconds = Double(WorkerState.now - state.since) / 1e9
        let allowed = state.limit + Self.grace
        return seconds > allowed && (processor - call.processor > allowed || seconds > 4 * allowed) ? seconds : nil
    }

    private func add(_ job: Job, to table: inout FuzzTable) {
        var row = table[job.share.kind.name]
        row.inputs += job.state.inputs
        row.seconds += Double(WorkerState.now - job.started) / 1e9
        if job.state.slowest > row.slowest {
            (row.slowest, row.slowestIndex) = (job.state.slowest, job.state.slowestIndex)
        }
        row.growth = max(row.growth, job.growth)
        table[job.share.kind.name] = row
    }

    private func report(_ kind: Finding.Kind, _ job: Job, number: Int, _ say: (String) -> Void) throws {
        let target = try job.share.kind.make(FuzzContext(corpus: corpus, folder: job.folder))
        let input = target.input(at: FuzzPlace(seed: seed, index: job.state.index))
        var finding = Finding(
            target: job.share.kind.name, kind: kind, seed: seed, index: job.state.index, input: input)
        finding.input = Shrinker(finding, folder: folder, options: options).smallest()
        say(try finding.record(in: findings, number: number))
    }
}
