internal import CZlib
internal import Experience
internal import Foundation
internal import Synchronization

/// Unpacks a gzip file on a thread of its own into a pipe, whose other end reads like any file.
final class GzipPipe: Sendable {
    /// Path under which this process can open the unpacked bytes.
    let readPath: String
    private let path: String
    private let readEnd: Int32
    private let failure = Mutex<String?>(nil)

    /// Opens the file; throws `FileError`.
    init(path: String) throws {
        self.path = path
        let source = open(path, O_RDONLY | O_CLOEXEC)
        if source < 0 { throw FileError(path: path, action: "open", code: errno) }
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else {
            close(source)
            throw FileError(path: path, action: "unpack", code: errno)
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        readEnd = ends[0]
        readPath = "/dev/fd/\(ends[0])"
        let writeEnd = ends[1]
        Thread.detachNewThread { [weak self] in
            let error = Self.unpack(source, into: writeEnd)
            self?.failure.withLock { $0 = error }
            close(writeEnd)
        }
    }

    deinit { close(readEnd) }

    /// Throws `DatasetError` if the file was damaged or cut off; called at the end of the bytes.
    func check() throws {
        if let reason = failure.withLock({ $0 }) {
            throw DatasetError(path: path, line: 0, message: "not a whole gzip file: \(reason)")
        }
    }

    /// Copies until the end, an error, or until nobody reads; the reason of an error.
    private static func unpack(_ source: Int32, into target: Int32) -> String? {
        guard let file = gzdopen(source, "rb") else {
            close(source)
            return "zlib has no memory"
        }
        signal(SIGPIPE, SIG_IGN)
        var buffer = [UInt8](repeating: 0, count: 1 << 17)
        while true {
            let count = gzread(file, &buffer, UInt32(buffer.count))
            if count < 0 {
                var code: Int32 = 0
                let reason = gzerror(file, &code).map { String(cString: $0) } ?? "error \(code)"
                gzclose_r(file)
                return reason
            }
            if count == 0 { break }
            var written = 0
            while written < Int(count) {
                let step = buffer.withUnsafeBytes {
                    write(target, $0.baseAddress?.advanced(by: written), Int(count) - written)
                }
                if step < 0, errno == EINTR { continue }
                if step <= 0 {
                    gzclose_r(file)
                    return nil
                }
                written += step
            }
        }
        return gzclose_r(file) == Z_OK ? nil : "it ends in the middle"
    }
}
