import Synchronization

/// What this program is: one number for it and the Python package, and the commit that it was built from.
enum Version {
    /// By semantic versioning; `make release` changes it here and in python/assay/_version.py.
    static let number = "0.1.0"

    private static let commit = Mutex("")

    /// Says which commit this is; empty for unknown.
    static func set(commit: String) { self.commit.withLock { $0 = commit } }

    /// `0.1.0+1a2b3c4d5e6f`, or the number alone.
    static var text: String {
        let commit = commit.withLock { $0 }
        return commit.isEmpty ? number : "\(number)+\(commit)"
    }
}
