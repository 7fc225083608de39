import Foundation

/// Writes an output bit by bit, on a thread of its own. A file appears under its name with `finish`; until then, and when
/// that is never called, what was there is there still.
public actor LineWriter {
    /// The path as given.
    public nonisolated let path: String
    /// Whether it is standard output, under whichever name.
    public nonisolated let isStandardOutput: Bool
    private nonisolated let executor = BlockingExecutor(label: "assay.write")
    private let descriptor: FileDescriptor
    private let target: Target?
    private var size: Int
    private var isFinished = false

    /// The file that is to be, and where its bytes are until it is whole.
    fileprivate struct Target {
        var path: String
        var isThere: Bool
        var part: String
        /// Whether the part outlives a failure, for another process to go on with.
        var isKept: Bool
    }

    /// A thread of its own: file I/O blocks.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens standard output; throws `FileError` when it is closed.
    public static func standardOutput() throws -> LineWriter {
        try LineWriter(OutputFile("-", kind: .verdicts, force: false))
    }

    /// Opens what takes the bytes; of a file one beside it that is gone if it is never finished. Throws `FileError`.
    public init(_ file: OutputFile) throws {
        switch file.place {
        case .stream(let number):
            let name = StandardStream(rawValue: number)?.name ?? file.path
            try self.init(file, FileDescriptor(duplicating: number, path: name), nil)
        case .device:
            let flags = O_WRONLY | O_NOCTTY
            try self.init(file, FileDescriptor(opening: file.path, flags, action: "open for writing"), nil)
        case .file(let path, let isThere):
            let part = "\(OutputFile.folder(of: path))/.assay-\(String(UInt64.random(in: .min ... .max), radix: 36))"
            let flags = O_WRONLY | O_CREAT | O_EXCL
            try self.init(
                file, FileDescriptor(opening: part, flags, action: "open for writing"),
                Target(path: path, isThere: isThere, part: part, isKept: false))
        }
    }

    /// Opens a file's part (`OutputFile.part`) and goes on after its first `keeping` bytes, or makes it anew where those are
    /// none; the part outlives a failure.
    ///
    /// Throws `FileError`, and `OutputError` when another process is writing to the part or it leads to another file.
    public init(_ file: OutputFile, keeping: Int) throws {
        guard case .file(let path, let isThere) = file.place, let part = file.part else {
            try self.init(file)
            return
        }
        if keeping == 0 { try FileDescriptor.removePart(part) }
        let descriptor = try FileDescriptor.part(part, keeping == 0 ? O_CREAT | O_EXCL : 0)
        try descriptor.truncate(to: keeping)
        self.init(
            file, descriptor, Target(path: path, isThere: isThere, part: part, isKept: true), size: keeping)
    }

    private init(_ file: OutputFile, _ descriptor: consuming FileDescriptor, _ target: Target?, size: Int = 0) {
        path = file.path
        isStandardOutput = file.isStandardOutput
        self.descriptor = descriptor
        self.target = target
        self.size = size
    }

    /// Where the rows of an output that is not finished wait for a process that goes on; nil when there is no such file.
    public var resumablePart: String? {
        guard let target, target.isKept, !isFinished, size > 0 else { return nil }
        return target.part
    }

    deinit {
        // A part without a byte is nothing to go on with.
        guard let target, !isFinished else { return }
        if target.isKept, size > 0 { return }
        unlink(target.part)
    }

    /// Writes all bytes; throws `FileError`, for example when the disk is full or the reader went away.
    public func write(_ bytes: [UInt8]) throws {
        try descriptor.write(bytes)
        size += bytes.count
    }

    /// Waits until everything is on disk and puts it in its place, with the permissions of what was there.
    ///
    /// Throws `FileError`; a file that has appeared meanwhile where none was is not replaced. `OutputError` when what was
    /// written is no longer where it was.
    public func finish() throws {
        try descriptor.synchronize()
        guard let target, !isFinished else { return }
        guard descriptor.isOpen(on: target.part) else {
            throw OutputError(path: target.part, message: "was replaced while rows were written; run the command again")
        }
        if target.isThere { descriptor.takePermissions(of: target.path) }
        try target.publish()
        isFinished = true
    }
}

extension LineWriter.Target {
    fileprivate func publish() throws(FileError) {
        // A link is refused where a file is by now; some file systems know no links.
        if !isThere, link(part, path) == 0 {
            unlink(part)
        } else if !isThere, errno == EEXIST {
            throw FileError(path: path, action: "create", code: EEXIST)
        } else if rename(part, path) != 0 {
            throw FileError(path: path, action: "replace", code: errno)
        }
        // The name is on disk, too, as far as the file system can promise it.
        if let folder = try? FileDescriptor(opening: OutputFile.folder(of: path), O_RDONLY | O_DIRECTORY) {
            try folder.synchronize()
        }
    }
}

extension FileDescriptor {
    /// Opens a part for this process alone, through no link; throws `FileError` and `OutputError`.
    fileprivate static func part(_ part: String, _ flags: Int32) throws -> FileDescriptor {
        let descriptor = try FileDescriptor(
            opening: part, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | flags, action: "open for writing")
        var status = stat()
        guard fstat(descriptor.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink < 2 else {
            throw OutputFile.notPlain(part)
        }
        guard descriptor.lock(), descriptor.isOpen(on: part) else {
            throw OutputError(path: part, message: "is being written by another assay; wait for it or stop it")
        }
        return descriptor
    }

    /// Takes an old part away, unless another process writes to it. Throws `FileError` and `OutputError`.
    fileprivate static func removePart(_ part: String) throws {
        var status = stat()
        guard lstat(part, &status) == 0 else { return }
        _ = try FileDescriptor.part(part, 0)
        if unlink(part) != 0 { throw FileError(path: part, action: "replace", code: errno) }
    }

    /// Keeps other processes from locking the file until this is closed; false when one of them was first.
    borrowing func lock() -> Bool {
        // A file system without locks has nobody to be kept out by one.
        flock(number, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
    }

    /// Whether the file is still the one at `path`, which another process may have put elsewhere before it was locked.
    fileprivate borrowing func isOpen(on path: String) -> Bool {
        var (own, there) = (stat(), stat())
        return fstat(number, &own) == 0 && lstat(path, &there) == 0
            && own.st_ino == there.st_ino && own.st_dev == there.st_dev
    }

    /// Cuts the file and goes on at its end; throws `FileError`.
    fileprivate borrowing func truncate(to size: Int) throws(FileError) {
        guard ftruncate(number, off_t(size)) == 0, lseek(number, 0, SEEK_END) >= 0 else {
            throw FileError(path: path, action: "resume", code: errno)
        }
    }

    /// Owner and mode of another file, as far as this process may give them.
    fileprivate borrowing func takePermissions(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        _ = fchown(number, status.st_uid, status.st_gid)
        _ = fchmod(number, status.st_mode & 0o777)
    }
}
