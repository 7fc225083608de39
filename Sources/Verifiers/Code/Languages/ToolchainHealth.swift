import Synchronization

/// Which languages, and which of their modules, were seen to work in a program that is known to be right.
final class ToolchainHealth: Sendable {
    private let seen = Mutex<[String: Bool]>([:])

    func known(_ key: String) -> Bool? { seen.withLock { $0[key] } }

    func note(_ key: String, _ isUsable: Bool) { seen.withLock { $0[key] = isUsable } }
}
