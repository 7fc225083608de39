import Synchronization

/// Which languages were seen to build and run a program that is known to be right.
final class ToolchainHealth: Sendable {
    private let seen = Mutex<[String: Bool]>([:])

    func known(_ language: String) -> Bool? { seen.withLock { $0[language] } }

    func note(_ language: String, _ isUsable: Bool) { seen.withLock { $0[language] = isUsable } }
}
