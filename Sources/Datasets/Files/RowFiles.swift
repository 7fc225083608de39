internal import Experience
internal import Foundation

/// The files that a path names: one, the shards in a folder, or those that a pattern (`*`, `?`, `[…]`) matches.
public struct RowFiles: Sendable {
    /// In the order in which they are read: by name, numbers by their value.
    public let files: [String]
    /// Files of a folder that hold no rows, or not by their name.
    public let passedOver: [String]

    /// Files of a folder that are looked at, at most.
    private static let limit = 100_000
    private static let kinds = ["jsonl", "ndjson", "json", "csv", "tsv", "parquet", "arrow"]
    private static let packings = [".gz", ".zst", ".zstd", ".xz", ".bz2"]
    /// What tools write about a data set beside it.
    private static let descriptions: Set<String> = [
        "dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json", "config.json", "metadata.json",
        "package.json", "croissant.json",
    ]
    private static let splits = [
        "train": "train", "training": "train", "test": "test", "testing": "test", "validation": "validation",
        "valid": "validation", "val": "validation", "dev": "validation", "eval": "test",
    ]

    /// Throws `DatasetError` for a folder or pattern without rows, or with rows that do not belong together. A path that
    /// names nothing is its own file, whose opening says so.
    public init(_ path: String) throws {
        var status = stat()
        if path == "-" || (stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR) {
            (files, passedOver) = ([path], [])
        } else if status.st_mode & S_IFMT == S_IFDIR {
            let all = try Self.walk(path)
            let rows = all.filter { Self.kind(of: $0) != nil }
            if rows.isEmpty {
                throw DatasetError(
                    path: path, line: 0,
                    message: "a folder without files of rows (\(Self.kinds.joined(separator: ", ")))")
            }
            try Self.checkKinds(rows, path)
            try Self.checkSplits(rows, path)
            (files, passedOver) = (rows, all.filter { Self.kind(of: $0) == nil })
        } else if path.contains(where: { "*?[".contains($0) }) {
            let found = Self.matches(path)
            if found.isEmpty { throw DatasetError(path: path, line: 0, message: "no file matches the pattern") }
            (files, passedOver) = (found, [])
        } else {
            (files, passedOver) = ([path], [])
        }
    }

    /// Whether there is something to be read at `path`; standard input always is.
    public static func exist(at path: String) -> Bool {
        path == "-" || FileManager.default.fileExists(atPath: path) || !matches(path).isEmpty
    }

    /// A name without the ending of its packing, in lower case.
    static func unpackedName(_ path: String) -> String {
        let name = path.lowercased()
        guard let packing = packings.first(where: name.hasSuffix) else { return name }
        return String(name.dropLast(packing.count))
    }

    private static func kind(of path: String) -> String? {
        if descriptions.contains(FilePath.name(of: path)) { return nil }
        let name = unpackedName(path)
        return kinds.first { name.hasSuffix("." + $0) }
    }

    private static func walk(_ folder: String) throws -> [String] {
        let root = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        guard let names = FileManager.default.enumerator(atPath: root) else {
            throw FileError(path: folder, action: "read", code: EACCES)
        }
        var files: [String] = []
        while let name = names.nextObject() as? String {
            if name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) { continue }
            if names.level > 8 { names.skipDescendants() }
            var status = stat()
            if stat("\(root)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG {
                files.append("\(root)/\(name)")
            }
            if files.count > limit {
                throw DatasetError(
                    path: folder, line: 0, message: "over \(limit) files; name some of them by a pattern")
            }
        }
        return sorted(files)
    }

    private static func matches(_ pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, 0, nil, &found) == 0 else { return [] }
        let count = min(Int(clamping: found.gl_pathc), limit)
        return sorted((0..<count).compactMap { found.gl_pathv[$0].map { String(cString: $0) } })
    }

    private static func sorted(_ files: [String]) -> [String] {
        files.sorted { $0.compare($1, options: [.numeric, .literal]) == .orderedAscending }
    }

    private static func checkKinds(_ files: [String], _ path: String) throws {
        let byKind = Dictionary(grouping: files) { kind(of: $0) ?? "" }
        if byKind.count < 2 { return }
        let kinds = byKind.sorted { $0.key < $1.key }.map { "\($0.value.count) of \($0.key)" }
        let first = byKind.keys.min() ?? ""
        throw DatasetError(
            path: path, line: 0,
            message:
                "the folder holds files of several kinds, \(kinds.joined(separator: ", ")), which may be the same rows; "
                + "name one kind: '\(hint(byKind[first]?.first ?? path, "*." + first))'")
    }

    /// To train on what is there to be tested by is never meant.
    private static func checkSplits(_ files: [String], _ path: String) throws {
        var found: [String: [String]] = [:]
        for file in files {
            if let split = split(of: String(file.dropFirst(path.count))) { found[split, default: []].append(file) }
        }
        if found.count < 2 { return }
        let splits = found.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value.count) files)" }
        let first = found["train"]?.first ?? found.values.first?.first ?? path
        throw DatasetError(
            path: path, line: 0,
            message: "the folder holds several splits, \(splits.joined(separator: ", ")); name one: "
                + "'\(hint(first, "*\(split(of: FilePath.name(of: first)) == nil ? "" : "train*")"))'")
    }

    private static func split(of name: String) -> String? {
        let words = name.lowercased().split { !$0.isLetter }.map(String.init)
        return words.lazy.compactMap { splits[$0] }.first
    }

    private static func hint(_ file: String, _ pattern: String) -> String { FilePath.folder(of: file) + "/" + pattern }
}
