/// A row that is no problem or cannot be judged, or a file that holds no rows: file, line, and what to do.
public struct DatasetError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file.
    public var path: String
    /// 1-based line, of Parquet and Arrow the row; 0 when it is about the whole file.
    public var line: Int
    /// What is wrong.
    public var message: String

    /// An error at a line, or of a whole file for 0.
    public init(path: String, line: Int, message: String) {
        self.path = path
        self.line = line
        self.message = message
    }

    /// `path:line: message`.
    public var description: String { line > 0 ? "\(path):\(line): \(message)" : "\(path): \(message)" }
}
