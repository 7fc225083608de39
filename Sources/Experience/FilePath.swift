/// Parts of a path, by its text alone. Foundation's own end the process for a name of one letter.
public enum FilePath {
    /// The folder that `path` is in: "." for a plain name, "/" for what is in the root.
    public static func folder(of path: String) -> String {
        let trimmed = withoutTrailingSlashes(path)
        guard let slash = trimmed.lastIndex(of: "/") else { return trimmed.isEmpty && !path.isEmpty ? "/" : "." }
        let folder = withoutTrailingSlashes(trimmed[..<slash])
        return folder.isEmpty ? "/" : String(folder)
    }

    /// The last part of `path`; empty for the root and for no path.
    public static func name(of path: String) -> String {
        let trimmed = withoutTrailingSlashes(path)
        return String(trimmed.lastIndex(of: "/").map { trimmed[trimmed.index(after: $0)...] } ?? trimmed)
    }

    /// `path` without what follows the last point of its name; a name that begins with its only point is kept.
    public static func withoutExtension(_ path: String) -> String {
        let name = name(of: path)
        guard let point = name.lastIndex(of: "."), point > name.startIndex else { return path }
        return String(withoutTrailingSlashes(path).dropLast(name.distance(from: point, to: name.endIndex)))
    }

    private static func withoutTrailingSlashes(_ path: some StringProtocol) -> Substring {
        var end = path.endIndex
        while end > path.startIndex, path[path.index(before: end)] == "/" { end = path.index(before: end) }
        return Substring(path[..<end])
    }
}
