import Foundation

/// Keeps a second writer out of a store; the system lets go of it when the process ends, however it ends.
final class WriterLock: Sendable {
    private let descriptor: Int32

    init(path: String) throws {
        let file = path + ".lock"
        descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        if descriptor < 0 {
            throw StoreError(path: path, "cannot make its lock file: \(String(cString: strerror(errno)))")
        }
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            close(descriptor)
            throw StoreError(path: path, "another assay is writing to this store; wait for it or stop it")
        }
    }

    deinit { close(descriptor) }
}
