import Foundation
package import GRDB

/// The SQLite file that holds everything: problems, groups, completions, tokens, verdicts, advantages.
///
/// One process fills it (a lock beside the file sees to it); any number read, and trainers lease and acknowledge in short
/// transactions of their own: the file is in WAL mode, where writers wait for each other. Each unit of work is
/// one transaction, so that what was reported done survives `kill -9`. Identity is content: (run, ordinal, index) for a
/// sample, (completion, scoring) for a verdict, (set, completion) for an advantage; a problem is its prompt, answer and
/// fields, and JSON in an identity is canonical. Times are milliseconds since 1970
/// UTC, durations milliseconds, log-probabilities natural, entropies nats, arrays little-endian BLOBs.
public final class Store: Sendable {
    /// How a store is opened.
    public enum Access: Sendable {
        /// Read and write; made if absent.
        case create
        /// Read and write; an error if absent.
        case write
        /// Read only; an error if absent.
        case read
        /// Read and, in short transactions beside the process that fills the store, write: what trainers do. An error if
        /// absent or of an older schema.
        case trainer
    }

    /// The version of the SQLite library in use.
    public static var sqliteVersion: String {
        (try? DatabaseQueue().read { try String.fetchOne($0, sql: "SELECT sqlite_version()") }) ?? "unknown"
    }

    /// The file's path as given.
    public let path: String
    private let database: any DatabaseWriter
    private let lock: WriterLock?
    /// Opens the file and brings its schema up to date; throws `StoreError`.
    public init(path: String, access: Access) throws {
        self.path = path
        if access != .create, !FileManager.default.fileExists(atPath: path) {
            throw StoreError(path: path, "there is no such store")
        }
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(10)
            configuration.readonly = access == .read
            if access == .read || access == .trainer {
                lock = nil
                func opened(_ path: String) throws -> DatabaseQueue {
                    let queue = try DatabaseQueue(path: path, configuration: configuration)
                    try queue.read { db in
                        try Self.checkSchema(db)
                        if access == .trainer, try !Self.migrator.hasCompletedMigrations(db) {
                            throw Refusal(
                                kind: .foreign,
                                message: "the store was made by an older assay; open it once with this one")
                        }
                    }
                    return queue
                }
                do {
                    database = try HotJournal.rolledBack(path) { try opened(path) }
                } catch let error as DatabaseError where access == .read && Self.isArchived(path, error) {
                    database = try opened(Self.unchanging(path))
                }
            } else {
                try Folder.make(FilePath.folder(of: path))
                // Held first: to open and close a file drops the locks that this process has on it.
                lock = try WriterLock(path: path)
                try Self.checkIsStore(path)
                configuration.prepareDatabase { db in
                    // Large BLOB rows: 16 KiB pages write and read fastest; has no effect once the file exists.
                    try db.execute(sql: "PRAGMA page_size = 16384")
                    if !db.configuration.readonly { try db.execute(sql: "PRAGMA synchronous = NORMAL") }
                }
                let pool = try DatabasePool(path: path, configuration: configuration)
                database = pool
                try pool.write { try Self.checkSchema($0, mayBeEmpty: true) }
                try Self.migrator.migrate(pool)
            }
        } catch let error as DatabaseError {
            throw StoreError(path: path, error)
        } catch let refusal as Refusal {
            throw StoreError(path: path, refusal.message, kind: refusal.kind)
        } catch let error as FileError where error.action == Folder.action {
            throw StoreError(path: path, "\(error)")
        }
    }

    /// Reads from one consistent snapshot; not on Swift's pool. Throws `StoreError`.
    package func read<Value: Sendable>(_ body: @Sendable @escaping (Database) throws -> Value) async throws -> Value {
        do {
            return try await database.read(body)
        } catch let error as DatabaseError {
            throw StoreError(path: path, error)
        } catch let error as RowDecodingError {
            throw StoreError(path: path, error)
        }
    }

    /// Runs `body` in one transaction; not on Swift's pool. Throws `StoreError`, for example when the disk is full.
    ///
    /// A cancelled task writes too: it has something to keep.
    package func write<Value: Sendable>(_ body: @Sendable @escaping (Database) throws -> Value) async throws -> Value {
        do {
            return try await Task { [database, lock, path] in
                try await database.write { db in
                    if let lock, !lock.isOfFile(at: path) {
                        throw DatabaseError(
                            message:
                                "the file was removed or replaced while it was written; what it held is gone with it")
                    }
                    return try body(db)
                }
            }.value
        } catch let error as DatabaseError {
            throw StoreError(path: path, error)
        } catch let error as RowDecodingError {
            throw StoreError(path: path, error)
        } catch let refusal as Refusal {
            throw StoreError(path: path, refusal.message, kind: refusal.kind)
        }
    }

    /// Gives free pages back to the file system. Throws `StoreError`, for example while another process reads.
    func vacuum() async throws {
        do {
            try await database.writeWithoutTransaction { db in
                try db.execute(sql: "VACUUM")
                try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
        } catch let error as DatabaseError {
            throw StoreError(path: path, error)
        }
    }

    /// Takes a store and what stands beside it away; nothing where there is none. Throws `StoreError` while a process writes
    /// to it, or when it is no store.
    public static func remove(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let lock: WriterLock
        do {
            lock = try WriterLock(path: path)
            try checkIsStore(path)
        } catch let error as DatabaseError {
            throw StoreError(path: path, error)
        } catch let refusal as Refusal {
            throw StoreError(path: path, refusal.message, kind: refusal.kind)
        }
        try withExtendedLifetime(lock) {
            for file in ["", "-wal", "-shm", ".lock"].map({ path + $0 }) where unlink(file) != 0 && errno != ENOENT {
                throw StoreError(path: path, "cannot be removed: \(String(cString: strerror(errno)))")
            }
        }
    }

    /// Throws for a file of another kind, before anything is written into it or beside it.
    private static func checkIsStore(_ path: String) throws {
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int, size > 0 else {
            return
        }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        try HotJournal.rolledBack(path) {
            try DatabaseQueue(path: path, configuration: configuration).read { try checkSchema($0, mayBeEmpty: true) }
        }
    }

    /// Whether a store cannot be opened only as its folder takes no file beside it, and nobody is writing to it.
    private static func isArchived(_ path: String, _ error: DatabaseError) -> Bool {
        [.SQLITE_READONLY, .SQLITE_CANTOPEN].contains(error.resultCode)
            && FileManager.default.isReadableFile(atPath: path)
            && !FileManager.default.isWritableFile(atPath: FilePath.folder(of: path))
            && !FileManager.default.fileExists(atPath: path + "-wal")
    }

    /// The address of a file that stays as it is, so that SQLite keeps nothing beside it.
    private static func unchanging(_ path: String) -> String {
        let escaped = path.utf8.map { byte in
            [0x23, 0x25, 0x3F].contains(byte) || byte < 0x21
                ? "%" + String(Int(byte) + 0x100, radix: 16).dropFirst() : "\(Unicode.Scalar(byte))"
        }
        return "file:" + escaped.joined() + "?immutable=1"
    }

    private static func checkSchema(_ db: Database, mayBeEmpty: Bool = false) throws {
        // The list of migrations is there before the first of them: a process may have been killed in between.
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master WHERE tbl_name <> 'grdb_migrations'")
        if tables == 0 {
            if mayBeEmpty { return }
            throw Refusal(kind: .unavailable, message: "nothing is in this store yet; 'assay run' fills it")
        }
        guard try db.tableExists("meta") else {
            throw Refusal(kind: .foreign, message: "this file is not an assay store")
        }
        if try migrator.hasBeenSuperseded(db) {
            throw Refusal(kind: .foreign, message: "the store was made by a newer assay; update this one")
        }
    }
}

/// Undoes a transaction whose caller asked for what cannot be.
struct Refusal: Error {
    var kind: StoreError.Kind
    var message: String
}

/// The store could not be opened, read or written, or does not do what was asked.
public struct StoreError: Error, Sendable, CustomStringConvertible {
    /// Whose turn it is.
    public enum Kind: Sendable {
        /// The store cannot be used now.
        case unavailable
        /// It holds what no store holds: to try again gives the same.
        case damaged
        /// What was named is not there.
        case missing
        /// Somebody else was first.
        case conflict
        /// What was given is not what is kept.
        case invalid
        /// The file is no store, or of a kind that this version cannot read.
        case foreign
    }

    /// The store's path.
    public var path: String
    /// What happened and what to do.
    public var message: String
    /// What a caller may do about it.
    public var kind: Kind

    /// An error about a store.
    public init(path: String, _ message: String, kind: Kind = .unavailable) {
        self.path = path
        self.message = message
        self.kind = kind
    }

    init(path: String, _ error: DatabaseError) {
        let words: String
        switch error.resultCode {
        case .SQLITE_FULL: words = "the disk is full; nothing of the last write was kept, free space and run again"
        case .SQLITE_NOTADB: words = "not a SQLite file"
        case .SQLITE_CORRUPT: words = "the file is damaged; run 'sqlite3 FILE .recover'"
        case .SQLITE_CANTOPEN: words = "cannot be opened; check the folder and its permissions"
        case .SQLITE_READONLY: words = "is read-only, or its folder is; copy it to a folder where you can write"
        case .SQLITE_BUSY: words = "another process is writing to it"
        case .SQLITE_IOERR: words = "the disk reported an error (\(error.message ?? "I/O error"))"
        default: words = error.message ?? "\(error)"
        }
        let kind: Kind =
            switch error.resultCode {
            case .SQLITE_NOTADB: .foreign
            case .SQLITE_CORRUPT, .SQLITE_ERROR: .damaged
            default: .unavailable
            }
        self.init(path: path, words, kind: kind)
    }

    init(path: String, _ error: RowDecodingError) {
        // Behind that stands the whole row.
        let text = "\(error)"
        let end = text.range(of: ", row: ")?.lowerBound ?? text.endIndex
        self.init(
            path: path,
            "holds a value of another kind than its column: \(text[..<end].prefix(200)); correct that value",
            kind: .damaged)
    }

    /// `path: message`.
    public var description: String { "\(path): \(message)" }
}
