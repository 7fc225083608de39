import Foundation

/// What makes two paths one file, whatever links lead to it.
public struct FileIdentity: Hashable, Sendable {
    private var device: UInt64
    private var number: UInt64
    /// The name of a file that is not there yet, in the folder that the numbers are of.
    private var name: String?

    init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        number = UInt64(truncatingIfNeeded: status.st_ino)
    }

    /// Of the regular file at `path`, or of the one that could be made there; `-` is standard input. nil for what is no file.
    public init?(of path: String) {
        var status = stat()
        let code = path == "-" ? fstat(StandardStream.input.rawValue, &status) : stat(path, &status)
        if code == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else { return nil }
            self.init(status)
            return
        }
        guard path != "-", let target = try? OutputFile.followingLinks(path),
            stat(FilePath.folder(of: target), &status) == 0
        else { return nil }
        self.init(status)
        name = FilePath.name(of: target)
    }

    /// Of the regular file that a descriptor is open on; nil for what is no file.
    init?(of descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        self.init(status)
    }
}
