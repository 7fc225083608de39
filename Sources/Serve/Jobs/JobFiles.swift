import Foundation
import HTTPTypes

/// Server-side files that jobs may read.
struct JobFiles: Sendable {
    /// The allowed folder; nil: none.
    let root: String?

    /// The real path of a regular file under the root; links that lead out of it are refused.
    func resolve(_ path: String) throws -> String {
        guard let root else {
            throw APIError(status: .forbidden, code: "forbidden", message: "jobs by path need serve.jobs_root")
        }
        guard let base = Self.real(root) else { throw APIError.off("serve.jobs_root '\(root)' does not exist") }
        guard !path.utf8.contains(0), let real = Self.real(root + "/" + path), real.hasPrefix(base + "/") else {
            throw APIError.notFound("there is no file '\(path.prefix(200))' under the jobs folder")
        }
        var status = stat()
        guard stat(real, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw APIError.badRequest("'\(path.prefix(200))' is not a regular file")
        }
        return real
    }

    static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    private static func real(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
