import Foundation

/// A process that feeds one target, input after input, until its time is over or an input brings it down.
struct FuzzWorker {
    var kind: FuzzTargetKind
    var context: FuzzContext
    var seed: UInt64
    var first: UInt64
    var seconds: Double
    var state: WorkerState

    /// How the process ends when a promise was broken; a signal says the rest.
    static let failed: Int32 = 3

    /// - Returns: the exit code; what was broken is written to `message`.
    func run(message: String) async throws -> Int32 {
        let target = try kind.make(context)
        let end = WorkerState.now + Int64(seconds * 1e9)
        state.ready(resident: ProcessFigures.memory(of: getpid())?.now ?? 0)
        var index = first
        while WorkerState.now < end {
            let input = target.input(at: FuzzPlace(seed: seed, index: index))
            state.begin(index, limit: target.limit(of: input))
            do {
                try await target.run(input)
                let nanoseconds = state.end(count: target.count(of: input))
                // Half a gigabyte takes its time to be written to.
                if nanoseconds > 20_000_000 { try checkMemory() }
            } catch {
                try "\(error)".write(toFile: message, atomically: false, encoding: .utf8)
                return Self.failed
            }
            index += 1
        }
        await target.close()
        return 0
    }

    private func checkMemory() throws {
        guard let memory = ProcessFigures.memory(of: getpid()),
            memory.peak > state.baseline + FuzzSupervisor.memoryLimit
        else { return }
        throw FuzzFailure("memory grew by \((memory.peak - state.baseline) >> 20) MB")
    }

    /// Feeds the rows of a file, one by one, and says how each went.
    static func replay(_ path: String, corpus: Corpus, folder: String, isQuiet: Bool) async throws {
        for (row, name) in try Corpus.rows(path) {
            guard let kind = FuzzTargetKind.all.first(where: { $0.name == name }) else {
                throw FuzzFailure("\(path): there is no target '\(name)'")
            }
            let target = try kind.make(FuzzContext(corpus: corpus, folder: folder))
            let start = WorkerState.now
            try await target.run(FuzzInput(row))
            let time = Double(WorkerState.now - start) / 1e6
            if !isQuiet { print("\(name): \((time * 10).rounded() / 10) ms") }
            await target.close()
        }
    }
}
