import Foundation

/// Files that are read whole, whatever they turn out to be: what has no end is not read to it.
public enum BoundedFile {
    /// The bytes of a file, a pipe or a device; nil when there are more than `most`. Blocks as long as reading takes; throws
    /// `FileError`.
    public static func bytes(of path: String, most: Int) throws -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        if descriptor < 0 { throw FileError(path: path, action: "open", code: errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while bytes.count <= most {
            let old = bytes.count
            let chunk = min(1 << 16, most + 1 - old)
            bytes.append(contentsOf: repeatElement(0, count: chunk))
            let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress?.advanced(by: old), chunk) }
            bytes.removeLast(chunk - max(count, 0))
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw FileError(path: path, action: "read", code: errno) }
            if count == 0 { return bytes }
        }
        return nil
    }
}
