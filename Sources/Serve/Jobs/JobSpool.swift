import Experience
import Foundation

/// Writes a job's rows to a file of the server's own, off Swift's pool, with a fingerprint for idempotency.
actor JobSpool {
    nonisolated let path: String
    private nonisolated let executor = BlockingExecutor(label: "assay.spool")
    private let descriptor: Int32
    private(set) var byteCount = 0
    // FNV-1a, 64 bits: tells a repeated request from another one, nothing more.
    private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw FileError(path: path, action: "write", code: errno) }
    }

    deinit { close(descriptor) }

    func write(_ bytes: [UInt8]) throws {
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                Foundation.write(descriptor, raw.baseAddress?.advanced(by: start), raw.count - start)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(path: path, action: "write", code: errno)
            }
            start += count
        }
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        byteCount += bytes.count
    }

    /// Makes the rows durable and gives their fingerprint.
    func finish() throws -> String {
        if fsync(descriptor) != 0 { throw FileError(path: path, action: "write", code: errno) }
        return "\(byteCount)-\(String(hash, radix: 16))"
    }

    /// Takes a spooled file away.
    static func remove(_ path: String) { unlink(path) }
}
