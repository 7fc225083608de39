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

    /// One line: path, action and the system's words.
    public var description: String { "\(path): cannot \(action): \(String(cString: strerror(code)))" }
}
