import Synchronization

/// What the control runs found: tests run once against a stub, before any program is judged by them.
final class SuiteControls: Sendable {
    /// What a row's tests do without a program.
    enum Outcome: Sendable {
        /// They fail as they must. Tests in `skipped` do not run, whatever the program.
        case fails(skipped: Set<String>)
        /// They prove nothing, or cannot be run.
        case fault(RowFault)
    }

    private let known = Mutex(RecentlyUsed<TestSuite, Outcome>(capacity: 4096, bytes: 64 << 20))

    func outcome(of suite: TestSuite) -> Outcome? { known.withLock { $0[suite] } }

    func keep(_ outcome: Outcome, of suite: TestSuite) {
        let bytes = suite.source.utf8.count + suite.files.reduce(0) { $0 + $1.bytes.count }
        known.withLock { $0.set(suite, outcome, bytes: bytes) }
    }
}
