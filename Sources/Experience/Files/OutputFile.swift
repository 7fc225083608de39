import Foundation

/// Why a command may not write where it was told to; said before the work begins.
public struct OutputError: Error, Sendable, CustomStringConvertible {
    /// The path as given.
    public var path: String
    /// What is wrong with it and what to do, to follow the path.
    public var message: String

    /// One line for a person.
    public var description: String { "\(path.isEmpty ? "''" : path) \(message)" }
}

/// Where a command's output goes, settled before the work begins: never to one of its inputs, a store, or a file of
/// another kind.
///
/// A regular file appears under its name when it is whole. Standard output (`-`), pipes and terminals are written to as it
/// goes; a link is followed, so that its target is replaced and not the link.
public struct OutputFile: Sendable {
    /// The path as given; `-` is standard output.
    public let path: String
    /// Where the bytes of a resumable output are until it is whole; nil for what is no file.
    public let part: String?
    let place: Place

    enum Place: Sendable {
        /// A descriptor of this process.
        case stream(Int32)
        /// A FIFO, a terminal, `/dev/null`.
        case device
        /// Without links at its end. `isThere`: whether there is one to be replaced.
        case file(path: String, isThere: Bool)
    }

    /// Settles `path` for an output of this kind. A file that is there is replaced only with `force`, and only by its like.
    ///
    /// Throws `OutputError`, whose advice for a file that is there is `remedy`, or `FileError`.
    public init(
        _ path: String, kind: FileKind, inputs: [String] = [], force: Bool, remedy: String = "replace it with --force"
    ) throws {
        self.path = path
        part = nil
        place = try Self.settle(path, kind, inputs, force, remedy)
    }

    /// Settles `path` for rows with verdicts, which grow in a part beside it that another process can go on with.
    ///
    /// One that `resumes` takes a file that is there for its own beginning; the caller checks the rows.
    public init(resumable path: String, inputs: [String], force: Bool, resumes: Bool) throws {
        self.path = path
        let kind = resumes ? FileKind.beginningOfVerdicts : .verdicts
        place = try Self.settle(
            path, kind, inputs, force || resumes, "continue it with --resume or replace it with --force")
        if case .file(let target, _) = place {
            part = target + ".part"
            try Self.settle(part: target + ".part", kind, inputs)
        } else {
            part = nil
        }
    }

    /// A part has a name that others can guess: what lies there is gone on with, or replaced, only if it looks like a part,
    /// and is no way to another file.
    private static func settle(part: String, _ kind: FileKind, _ inputs: [String]) throws {
        var status = stat()
        if lstat(part, &status) == 0, status.st_mode & S_IFMT != S_IFREG || status.st_nlink > 1 {
            throw notPlain(part)
        }
        _ = try settle(part, kind, inputs, true, "")
    }

    static func notPlain(_ part: String) -> OutputError {
        OutputError(path: part, message: "is a link, or no plain file, and no rows are written to it; remove it")
    }

    private static func settle(
        _ path: String, _ kind: FileKind, _ inputs: [String], _ force: Bool, _ remedy: String
    ) throws -> Place {
        if let number = StandardStream.number(namedBy: path) {
            if let input = input(inputs, that: FileIdentity(of: number)) {
                throw OutputError(path: input, message: "is the output as well; send it elsewhere")
            }
            return .stream(number)
        }
        func refuse(_ message: String) -> OutputError { OutputError(path: path, message: message) }
        if path.isEmpty || path.hasSuffix("/") { throw refuse("names no file; name one") }
        let target = try followingLinks(path)
        if FileKind.belongsToStore(target) { throw refuse("belongs to a store; name another file") }
        func refuseInput() throws {
            if input(inputs, that: FileIdentity(of: target)) != nil {
                throw refuse("is an input of this command; name another file")
            }
        }
        var status = stat()
        guard stat(target, &status) == 0 else {
            guard errno == ENOENT else { throw FileError(path: path, action: "open for writing", code: errno) }
            try checkFolder(of: target, path)
            try refuseInput()
            return .file(path: target, isThere: false)
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw refuse("is a folder; name a file in it")
        case S_IFIFO: return .device
        case S_IFCHR where isHarmless(target, status): return .device
        default: throw refuse("is a device; name a file")
        }
        try refuseInput()
        if FileKind.isDatabase(target) { throw refuse("is a store or another SQLite file; name another file") }
        if !force { throw refuse("exists; \(remedy)") }
        guard try kind.contains(target) else {
            throw refuse("is not \(kind.name), and is not replaced; name another file, or remove it")
        }
        try checkFolder(of: target, path)
        return .file(path: target, isThere: true)
    }

    /// Whether it is a file, and no stream, pipe or terminal.
    public var isFile: Bool { if case .file = place { true } else { false } }

    /// Whether it is standard output, under whichever name.
    public var isStandardOutput: Bool {
        if case .stream(StandardStream.output.rawValue) = place { true } else { false }
    }

    /// Whether a file was there that the output is to replace.
    public var isThere: Bool { if case .file(_, let isThere) = place { isThere } else { false } }

    /// Takes what is there away. Throws `FileError`.
    public func remove() throws {
        guard case .file(let target, true) = place, unlink(target) != 0, errno != ENOENT else { return }
        throw FileError(path: path, action: "remove", code: errno)
    }

    /// Makes what is there the part of a resumable output, to be gone on with. Throws `FileError`, and `OutputError` for a
    /// file that has other names.
    public func becomePart() throws {
        guard case .file(let target, true) = place, let part else { return }
        var status = stat()
        if stat(target, &status) == 0, status.st_nlink > 1 { throw Self.notPlain(path) }
        if rename(target, part) != 0 { throw FileError(path: path, action: "resume", code: errno) }
    }

    /// Writes all of it. Throws `FileError`; then what was there is there still.
    public func write(_ bytes: [UInt8]) async throws {
        let writer = try LineWriter(self)
        try await writer.write(bytes)
        try await writer.finish()
    }

    private static func input(_ inputs: [String], that output: FileIdentity?) -> String? {
        guard let output else { return nil }
        return inputs.first { FileIdentity(of: $0) == output }
    }

    /// Where a chain of links ends, whether or not there is a file.
    static func followingLinks(_ path: String) throws -> String {
        var target = path
        for _ in 0..<40 {
            var status = stat()
            guard lstat(target, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return target }
            var room = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
            let count = readlink(target, &room, room.count - 1)
            if count < 0 { throw FileError(path: path, action: "open for writing", code: errno) }
            let link = String(decoding: room[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            target = link.hasPrefix("/") ? link : folder(of: target) + "/" + link
        }
        throw FileError(path: path, action: "open for writing", code: ELOOP)
    }

    /// The folder of a path, for files beside it.
    static func folder(of path: String) -> String {
        let folder = FilePath.folder(of: path)
        return folder.isEmpty ? "." : folder
    }

    private static func checkFolder(of target: String, _ path: String) throws(FileError) {
        if access(folder(of: target), W_OK | X_OK) != 0 {
            throw FileError(path: path, action: "open for writing", code: errno)
        }
    }

    /// Whether a character device takes bytes without keeping them where they do harm.
    private static func isHarmless(_ path: String, _ status: stat) -> Bool {
        let (major, minor) = (status.st_rdev >> 8 & 0xFFF, status.st_rdev & 0xFF)
        if major == 1 { return [3, 5, 7].contains(minor) }
        guard let terminal = try? FileDescriptor(opening: path, O_WRONLY | O_NOCTTY | O_NONBLOCK) else { return false }
        return isatty(terminal.number) == 1
    }
}
