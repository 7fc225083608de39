import Foundation

/// A file could not be opened, read or written.
public struct FileError: Error, Sendable, CustomStringConvertible {
    /// The path as the user gave it, or "standard input" and the like.
    public var path: String
    /// What was attempted, for example "open".
    public var action: String
    /// The system's error number.
    public var code: Int32

    /// An error from `errno`.
    public init(path: String, action: String, code: Int32) {
        self.path = path
        self.action = action
        self.code = code
    }

    /// One line: path, action and the system's words; of a file that is not there, the nearest name beside it.
    public var description: String {
        let near = code == ENOENT ? Self.nearest(to: path).map { "; did you mean '\($0)'?" } : nil
        return "\(path): cannot \(action): \(String(cString: strerror(code)))" + (near ?? "")
    }

    /// The name in a path's folder that is nearest to the path's own, of those with this ending; nil where none is near.
    public static func nearest(to path: String, ending: String = "") -> String? {
        let url = URL(fileURLWithPath: path)
        let beside = try? FileManager.default.contentsOfDirectory(atPath: url.deletingLastPathComponent().path)
        let own = url.lastPathComponent
        return own.nearest(in: (beside ?? []).prefix(10_000).filter { $0 != own && $0.hasSuffix(ending) }.sorted())
    }
}
