import Foundation

/// An open file or stream that is closed once, when its owner is gone, however the owner's initialiser ended.
///
/// What signals, slow readers and non-blocking descriptors do to reading and writing is dealt with here, for all of assay.
public struct FileDescriptor: ~Copyable, Sendable {
    /// The system's number, never 0, 1 or 2.
    public let number: Int32
    let path: String

    /// Opens `path` with flags of `open(2)`, close-on-exec; throws `FileError` with the words `action`.
    public init(opening path: String, _ flags: Int32, mode: UInt32 = 0o644, action: String = "open") throws(FileError) {
        var number: Int32
        repeat {
            number = open(path, flags | O_CLOEXEC, mode)
        } while number < 0 && errno == EINTR
        if number < 0 { throw FileError(path: path, action: action, code: errno) }
        self.number = number
        self.path = path
    }

    /// A second descriptor of the file that `number` is open on; errors call it `path`. Throws `FileError`.
    public init(duplicating number: Int32, path: String) throws(FileError) {
        // Above the standard streams' numbers, also where one of those is free.
        self.number = fcntl(number, F_DUPFD_CLOEXEC, 3)
        self.path = path
        if self.number < 0 { throw FileError(path: path, action: "open", code: errno) }
    }

    deinit { if number >= 0 { close(number) } }

    /// Reads at most `count` bytes, waiting for the first; none at the end. Throws `FileError`.
    public borrowing func read(atMost count: Int) throws(FileError) -> [UInt8] {
        let number = number
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            repeat {
                initialized = Foundation.read(number, buffer.baseAddress, count)
                code = initialized < 0 ? errno : 0
            } while initialized < 0 && Self.mayGoOn(after: code, on: number, for: POLLIN)
            initialized = max(initialized, 0)
        }
        if code != 0 { throw FileError(path: path, action: "read", code: code) }
        return bytes
    }

    /// Writes all bytes; throws `FileError`, for example when the disk is full or the reader went away.
    public borrowing func write(_ bytes: [UInt8]) throws(FileError) {
        if let code = Self.write(bytes, to: number) { throw FileError(path: path, action: "write", code: code) }
    }

    /// Waits until what was written is on disk; no effect on a pipe. Throws `FileError`.
    public borrowing func synchronize() throws(FileError) {
        while fsync(number) != 0 {
            let code = errno
            if code == EINVAL || code == EROFS { return }
            if code != EINTR { throw FileError(path: path, action: "write", code: code) }
        }
    }

    /// Writes all bytes to a descriptor; the error's number when that is impossible.
    static func write(_ bytes: [UInt8], to number: Int32) -> Int32? {
        bytes.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = Foundation.write(number, bytes.baseAddress?.advanced(by: done), bytes.count - done)
                if count > 0 {
                    done += count
                } else {
                    let code = count == 0 ? EIO : errno
                    guard mayGoOn(after: code, on: number, for: POLLOUT) else { return code }
                }
            }
            return nil
        }
    }

    /// Whether the call that failed is to be made again. Somebody else may have made our terminal or pipe non-blocking: then
    /// the other side is waited for here.
    private static func mayGoOn(after code: Int32, on number: Int32, for event: Int32) -> Bool {
        guard code == EAGAIN else { return code == EINTR }
        var polled = pollfd(fd: number, events: Int16(event), revents: 0)
        _ = poll(&polled, 1, -1)
        return true
    }
}
