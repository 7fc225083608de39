#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Folders that files are put into.
public enum Folder {
    static let action = "make the folder"

    /// Makes the folder at `path`, and those above it, where they are not there.
    ///
    /// Throws `FileError`, with the part of the path that cannot be one: Foundation's own errors are no sentences.
    public static func make(_ path: String) throws(FileError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += part
            if mkdir(made, 0o777) != 0 {
                let code = errno
                var status = stat()
                let isThere = stat(made, &status) == 0
                if !isThere || status.st_mode & S_IFMT != S_IFDIR {
                    throw FileError(path: made, action: action, code: isThere ? ENOTDIR : code)
                }
            }
            made += "/"
        }
    }
}
