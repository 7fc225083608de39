import Foundation

/// A file that stands where a verifier's name stands: `--verifier ./mine.py`.
enum VerifierPath {
    /// The verifier whose option `file` a path stands for.
    static let verifier = "python"

    /// Whether it is a path: no name has a slash or ends so.
    static func isPath(_ name: String) -> Bool { name.contains("/") || name.hasSuffix(".py") }

    /// The file of this name that lies here, as it would have to be named.
    static func file(of name: String) -> String? {
        let path = "./\(name).py"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }
}
