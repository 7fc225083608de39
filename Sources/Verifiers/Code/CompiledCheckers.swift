import Synchronization

/// Checkers that were compiled, so that a group of completions compiles its problem's checker once.
final class CompiledCheckers: Sendable {
    private static let most = 64

    private let runs = Mutex<[(checker: CheckerProgram, artifact: ProgramRun.File)]>([])

    func artifact(of checker: CheckerProgram) -> ProgramRun.File? {
        runs.withLock { $0.first { $0.checker == checker }?.artifact }
    }

    func keep(_ artifact: ProgramRun.File, of checker: CheckerProgram) {
        runs.withLock { runs in
            if runs.count == Self.most { runs.removeFirst() }
            runs.append((checker, artifact))
        }
    }
}
