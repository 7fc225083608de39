import Foundation

/// Appends whole lines to a file, on a thread of its own. `-` is standard output.
public actor LineWriter {
    /// What to do with a file that exists.
    public enum Mode: Sendable, Equatable {
        /// Refuse it.
        case create
        /// Empty it.
        case replace
        /// Keep its first `keeping` bytes and go on after them.
        case resume(keeping: Int)
    }

    /// The path as given.
    public nonisolated let path: String
    private nonisolated let executor = BlockingExecutor(label: "assay.write")
    private let descriptor: Int32

    /// A thread of its own: file I/O blocks.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens `path`; throws `FileError`.
    public init(path: String, mode: Mode = .replace) throws {
        self.path = path
        if path == "-" {
            descriptor = dup(1)
        } else {
            var flags = O_WRONLY | O_CREAT | O_CLOEXEC
            switch mode {
            case .create: flags |= O_EXCL
            case .replace: flags |= O_TRUNC
            case .resume: break
            }
            descriptor = open(path, flags, 0o644)
        }
        if descriptor < 0 { throw FileError(path: path, action: "open for writing", code: errno) }
        if case .resume(let keeping) = mode, path != "-" {
            guard ftruncate(descriptor, off_t(keeping)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
                let code = errno
                close(descriptor)
                throw FileError(path: path, action: "resume", code: code)
            }
        }
    }

    deinit { close(descriptor) }

    /// Writes all bytes; throws `FileError`, for example when the disk is full or the reader went away.
    public func write(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                Foundation.write(descriptor, raw.baseAddress?.advanced(by: done), bytes.count - done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(path: path, action: "write", code: errno)
            }
            done += count
        }
    }

    /// Waits until what was written is on disk; no effect on a pipe.
    public func synchronize() throws {
        if fsync(descriptor) != 0, errno != EINVAL, errno != EROFS {
            throw FileError(path: path, action: "write", code: errno)
        }
    }

    /// Makes `path` hold exactly `bytes`: whoever reads it sees the old or the new content, whole.
    public static func replace(_ path: String, with bytes: [UInt8]) async throws {
        let part = path + ".part"
        let writer = try LineWriter(path: part)
        try await writer.write(bytes)
        try await writer.synchronize()
        try rename(part, to: path)
    }

    /// Puts one file in another's place, in one step. Throws `FileError`.
    public static func rename(_ part: String, to path: String) throws {
        if Foundation.rename(part, path) != 0 { throw FileError(path: path, action: "replace", code: errno) }
    }
}
