import Experience
import Foundation
import GRDB
import JSON
import Numbers

/// Jobs and their results in a SQLite file of their own. A chunk's results and the job's progress are one transaction, so
/// that after `kill -9` each row is judged and kept once.
final class JobStore: Sendable {
    /// Folder of uploaded and inline rows, beside the file.
    let spool: String
    private let database: DatabasePool

    init(path: String) throws {
        spool = path + ".d"
        do {
            try Self.checkHoldsJobs(path)
            try Folder.make(spool)
            var configuration = Configuration()
            configuration.busyMode = .timeout(10)
            database = try DatabasePool(path: path, configuration: configuration)
            try Self.migrator.migrate(database)
            // What was running when the process ended goes on.
            try database.write { try $0.execute(sql: "UPDATE jobs SET state = 'queued' WHERE state = 'running'") }
            try sweep()
        } catch let error as DatabaseError {
            throw ConfigProblem("jobs", "'\(path)': \(error.message ?? "\(error)")")
        } catch let error as FileError {
            throw ConfigProblem("jobs", "\(error)")
        }
    }

    /// Throws for a file of another kind, a run store among them, before anything is written into it.
    private static func checkHoldsJobs(_ path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ConfigProblem("jobs", "'\(path)' is no file; name a file for jobs, which is made if absent")
        }
        if status.st_size > 0, !FileKind.isDatabase(path) {
            throw ConfigProblem("jobs", "'\(path)' is not a SQLite file, and so not a file of jobs; name another")
        }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        try HotJournal.rolledBack(path) {
            try DatabaseQueue(path: path, configuration: configuration).read { db in
                let tables = try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM sqlite_master WHERE tbl_name <> 'grdb_migrations'")
                if tables != 0, try !db.tableExists("job_results") {
                    throw ConfigProblem("jobs", "'\(path)' is not a file of jobs; name another")
                }
            }
        }
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 jobs") { db in
            try db.execute(
                sql: """
                    CREATE TABLE jobs(
                        job_id TEXT PRIMARY KEY, idempotency_key TEXT UNIQUE, request TEXT NOT NULL,
                        state TEXT NOT NULL CHECK(state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
                        verifier TEXT NOT NULL, version TEXT NOT NULL, path TEXT NOT NULL, spooled INTEGER NOT NULL,
                        mapping TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0,
                        input_offset INTEGER NOT NULL DEFAULT 0, input_bytes INTEGER NOT NULL,
                        outcomes TEXT NOT NULL DEFAULT '{}', result_bytes INTEGER NOT NULL DEFAULT 0, message TEXT,
                        created_at INTEGER NOT NULL, finished_at INTEGER);
                    -- the result lines of consecutive rows; first_byte counts from the job's first result byte
                    CREATE TABLE job_results(
                        job_id TEXT NOT NULL REFERENCES jobs ON DELETE CASCADE, first_item INTEGER NOT NULL,
                        first_byte INTEGER NOT NULL, lines BLOB NOT NULL, PRIMARY KEY(job_id, first_item));
                    CREATE INDEX jobs_by_state ON jobs(state, created_at);
                    """)
        }
        // Idempotency keys of an owner stand as "OWNER KEY" in their column; neither has a space.
        migrator.registerMigration("2 owners") { db in
            try db.execute(
                sql: """
                    ALTER TABLE jobs ADD COLUMN owner TEXT NOT NULL DEFAULT '';
                    CREATE INDEX jobs_by_owner ON jobs(owner, state);
                    """)
        }
        return migrator
    }

    /// Takes away the rows of uploads that no job has and nobody is writing.
    private func sweep() throws {
        let paths = try database.read { try String.fetchAll($0, sql: "SELECT path FROM jobs WHERE spooled") }
        // By name alone: the folder may have been written in another way when the job was made.
        let known = Set(paths.map { $0.split(separator: "/").last.map(String.init) ?? "" })
        for name in try FileManager.default.contentsOfDirectory(atPath: spool)
        where name.hasPrefix("job_") && name.hasSuffix(".jsonl") && !known.contains(name) {
            JobSpool.removeIfLeft(spool + "/" + name)
        }
    }

    /// Keeps a new job, or gives the one that was made with the same idempotency key.
    ///
    /// Throws 409 when that one was another request.
    func add(_ job: Job, key: String?, request: String) async throws -> (job: Job, isNew: Bool) {
        try await write { db in
            let key = key.map { job.owner.isEmpty ? $0 : job.owner + " " + $0 }
            if let key,
                let row = try Row.fetchOne(db, sql: "SELECT * FROM jobs WHERE idempotency_key = ?", arguments: [key])
            {
                guard try row[stored: "request"] == request else {
                    throw APIError.conflict("this Idempotency-Key was used for another request")
                }
                return (try Job(row: row), false)
            }
            try db.execute(
                sql: """
                    INSERT INTO jobs(job_id, idempotency_key, request, state, verifier, version, path, spooled, mapping,
                        input_bytes, created_at, owner) VALUES(?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    job.id, key, request, job.verifier, job.version, job.path, job.isSpooled, job.mappingJSON.text,
                    job.inputBytes, job.createdAt, job.owner,
                ])
            return (job, true)
        }
    }

    /// Throws `JobStoreError` when the file does not give what is read.
    func read<Value: Sendable>(_ body: @Sendable @escaping (Database) throws -> Value) async throws -> Value {
        do {
            return try await database.read(body)
        } catch let error as DatabaseError {
            throw JobStoreError(description: "\(error)", isFull: error.resultCode == .SQLITE_FULL)
        }
    }

    private func write<Value: Sendable>(_ body: @Sendable @escaping (Database) throws -> Value) async throws -> Value {
        do {
            return try await database.write(body)
        } catch let error as DatabaseError {
            throw JobStoreError(description: "\(error)", isFull: error.resultCode == .SQLITE_FULL)
        }
    }

    func job(_ id: String) async throws -> Job? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM jobs WHERE job_id = ?", arguments: [id]).map { try Job(row: $0) }
        }
    }

    /// The latest jobs, newest first; of one owner, or of all.
    func latest(_ count: Int, of owner: String? = nil) async throws -> [Job] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM jobs WHERE ?1 IS NULL OR owner = ?1 ORDER BY created_at DESC, job_id LIMIT ?2
                    """, arguments: [owner, count]
            ).map { try Job(row: $0) }
        }
    }

    /// Jobs that are not finished; of one owner, or of all.
    func pendingCount(of owner: String? = nil) async throws -> Int {
        try await read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM jobs WHERE state IN ('queued', 'running') AND (?1 IS NULL OR owner = ?1)
                    """, arguments: [owner]) ?? 0
        }
    }

    /// Takes the oldest queued job into work.
    func takeNext() async throws -> Job? {
        try await write { db in
            try Row.fetchOne(
                db,
                sql: """
                    UPDATE jobs SET state = 'running' WHERE job_id = (
                        SELECT job_id FROM jobs WHERE state = 'queued' ORDER BY created_at, job_id LIMIT 1) RETURNING *
                    """
            ).map { try Job(row: $0) }
        }
    }

    /// Keeps the results of the rows after `job.done` and gives the job moved on; nil when it was cancelled meanwhile.
    func record(_ lines: [UInt8], count: Int, outcomes: [Outcome: Int], inputOffset: Int, of job: Job) async throws
        -> Job?
    {
        try await write { db in
            var next = job
            next.done = next.done.addingSaturated(count)
            next.inputOffset = inputOffset
            next.resultBytes = next.resultBytes.addingSaturated(lines.count)
            next.outcomes.merge(outcomes) { $0.addingSaturated($1) }
            try db.execute(
                sql: """
                    UPDATE jobs SET done = ?, input_offset = ?, result_bytes = ?, outcomes = ?
                    WHERE job_id = ? AND state = 'running' AND done = ?
                    """,
                arguments: [
                    next.done, next.inputOffset, next.resultBytes, Job.json(next.outcomes).text, job.id, job.done,
                ])
            guard db.changesCount == 1 else { return nil }
            try db.execute(
                sql: "INSERT INTO job_results(job_id, first_item, first_byte, lines) VALUES(?, ?, ?, ?)",
                arguments: [job.id, job.done, job.resultBytes, Data(lines)])
            return next
        }
    }

    /// Ends a job that is not final.
    func finish(_ id: String, _ state: Job.State, message: String? = nil) async throws {
        let now = Timestamp.now
        try await write { db in
            try db.execute(
                sql: """
                    UPDATE jobs SET state = ?, message = ?, finished_at = ?
                    WHERE job_id = ? AND state IN ('queued', 'running')
                    """, arguments: [state.rawValue, message, now, id])
        }
    }

    /// Forgets a finished job with its results; false when it is not finished.
    func delete(_ job: Job) async throws -> Bool {
        let isDeleted = try await write { db in
            try db.execute(
                sql: "DELETE FROM jobs WHERE job_id = ? AND state NOT IN ('queued', 'running')", arguments: [job.id])
            return db.changesCount == 1
        }
        if isDeleted, job.isSpooled { JobSpool.remove(job.path) }
        return isDeleted
    }
}
