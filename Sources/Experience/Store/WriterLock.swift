import Foundation
import Synchronization

/// Keeps a second writer out of a store. The lock is on the file itself, so that no link, relative path or bind mount leads
/// round it; the system lets go of it when the process ends, however it ends.
final class WriterLock: Sendable {
    private struct File: Hashable {
        var device: UInt64
        var inode: UInt64

        init(_ status: stat) {
            device = UInt64(truncatingIfNeeded: status.st_dev)
            inode = UInt64(truncatingIfNeeded: status.st_ino)
        }
    }

    private struct Entry {
        var descriptor: Int32
        var isHeld = false
    }

    // Kept open until the process ends: closing one would drop the locks that SQLite has on the same file (fcntl(2)).
    private static let entries = Mutex<[File: Entry]>([:])
    private let file: File

    /// Takes the lock, making the file if it is absent; throws `StoreError`.
    init(path: String) throws {
        file = try Self.entries.withLock { entries in
            let file = try Self.open(path, &entries)
            // One process has one descriptor for a file, whose lock it would get twice.
            guard let entry = entries[file], !entry.isHeld, flock(entry.descriptor, LOCK_EX | LOCK_NB) == 0 else {
                throw StoreError(path: path, "another assay is writing to this store; wait for it or stop it")
            }
            entries[file]?.isHeld = true
            return file
        }
    }

    /// Whether the locked file is still what the path leads to.
    func isOfFile(at path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && File(status) == file
    }

    deinit {
        Self.entries.withLock { entries in
            if let entry = entries[file] { flock(entry.descriptor, LOCK_UN) }
            entries[file]?.isHeld = false
        }
    }

    private static func open(_ path: String, _ entries: inout [File: Entry]) throws -> File {
        var status = stat()
        if stat(path, &status) == 0, entries[File(status)] != nil { return File(status) }
        let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            throw StoreError(path: path, "cannot be opened for writing: \(String(cString: strerror(errno)))")
        }
        entries[File(status)] = Entry(descriptor: descriptor)
        return File(status)
    }
}
