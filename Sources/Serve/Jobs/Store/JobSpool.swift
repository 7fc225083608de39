import Experience
import Foundation

/// Writes a job's rows to a file of the server's own, off Swift's pool, with a fingerprint for idempotency.
actor JobSpool {
    nonisolated let path: String
    private nonisolated let executor = BlockingExecutor(label: "assay.spool")
    private let descriptor: FileDescriptor
    private(set) var byteCount = 0
    // FNV-1a, 64 bits: tells a repeated request from another one, nothing more.
    private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(path: String) throws {
        self.path = path
        descriptor = try FileDescriptor(
            opening: path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600, action: "write")
        // Says to other servers on the same file that somebody writes; it ends with the descriptor, however that ends.
        _ = flock(descriptor.number, LOCK_EX | LOCK_NB)
    }

    // Seconds: a younger file may be another server's that has just been made.
    private static let youth = 60

    /// Takes a file away unless somebody is writing it, here or in another process.
    static func removeIfLeft(_ path: String) {
        guard let descriptor = try? FileDescriptor(opening: path, O_WRONLY | O_NOFOLLOW) else { return }
        var status = stat()
        guard fstat(descriptor.number, &status) == 0, time(nil) - status.st_mtim.tv_sec > youth else { return }
        if flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
    }

    func write(_ bytes: [UInt8]) throws {
        try descriptor.write(bytes)
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        byteCount += bytes.count
    }

    /// Makes the rows durable and gives their fingerprint.
    func finish() throws -> String {
        try descriptor.synchronize()
        return "\(byteCount)-\(String(hash, radix: 16))"
    }

    /// Takes a spooled file away.
    static func remove(_ path: String) { unlink(path) }
}
