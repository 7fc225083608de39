import CSandbox
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A file that a run in a box makes, once for each compiler, and that the user's cache folder keeps.
final class CachedArtifact: Sendable {
    /// Held while it is made; true once that was tried.
    private let turn = Mutex(false)
    private let made = Mutex<String?>(nil)

    /// The file on the host, once it is there.
    var path: String? { made.withLock { $0 } }

    /// The plan with the file at `target`.
    func shown(in plan: SandboxPlan, at target: String) -> SandboxPlan {
        guard let path, !plan.isOpen else { return plan }
        var plan = plan
        plan.binds.append(.init(source: path, target: target))
        return plan
    }

    /// Finds or makes it, once. Who comes meanwhile waits, as to do without it would take as long. `key` is all that the file
    /// depends on; nil where that cannot be said.
    func make(
        _ name: (_ key: String) -> String, of key: () -> String?, unless cancellation: Cancellation,
        by run: () -> RunReport
    ) {
        turn.withLock { isTried in
            if isTried { return }
            isTried = true
            guard let folder = Self.folder, let key = key() else { return }
            var hash = FNV1a()
            hash.add(key.utf8)
            let path = folder + "/" + name(hash.text)
            if access(path, R_OK) == 0 { return made.withLock { $0 = path } }
            let report = run()
            guard report.ending == .exited(0), !report.artifact.isEmpty else {
                // Given up, not failed: the next program tries again.
                isTried = !cancellation.isCancelled
                return
            }
            let code = report.artifact.withUnsafeBytes { bytes in
                sandbox_save(folder, path, bytes.baseAddress, UInt64(bytes.count))
            }
            if code == 0 { made.withLock { $0 = path } }
        }
    }

    private static var folder: String? {
        let base =
            getenv("XDG_CACHE_HOME").map { String(cString: $0) }
            ?? getenv("HOME").map { String(cString: $0) + "/.cache" }
        guard let base else { return nil }
        mkdir(base, 0o700)
        let folder = base + "/assay"
        mkdir(folder, 0o755)
        return access(folder, W_OK) == 0 ? folder : nil
    }
}
