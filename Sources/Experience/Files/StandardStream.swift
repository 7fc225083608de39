import Foundation

/// The process's own streams. All that commands print, log and show of their progress goes through `write`.
public enum StandardStream: Int32, Sendable {
    case input = 0
    case output, errors

    /// What messages call it.
    public var name: String {
        switch self {
        case .input: "standard input"
        case .output: "standard output"
        case .errors: "standard error"
        }
    }

    /// Writes all bytes, waiting for a slow reader. Throws `FileError`: EPIPE when the reader has gone, ENOSPC when the disk
    /// is full, EBADF when the stream was closed.
    public func write(_ bytes: [UInt8]) throws(FileError) {
        if let code = FileDescriptor.write(bytes, to: rawValue) {
            throw FileError(path: name, action: "write", code: code)
        }
    }

    /// Whether a write would find room now; true as well when it would fail at once.
    public var isReady: Bool {
        var polled = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
        return poll(&polled, 1, 0) != 0
    }

    /// The descriptor that a path names: `-` is standard output, and `/dev/stdout`, `/dev/fd/3` and the like are what the
    /// process has open under that number, which to open anew would truncate or lose its place.
    static func number(namedBy path: String) -> Int32? {
        switch path {
        case "-", "/dev/stdout": return output.rawValue
        case "/dev/stderr": return errors.rawValue
        default: break
        }
        for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
            return Int32(path.dropFirst(folder.count))
        }
        return nil
    }
}
