import Experience
import Foundation
import GRDB
import JSON

/// A corpus with a full-text index in a file without a name, which goes with this process. Read-only once it is made.
final class SearchIndex: Sendable {
    /// A document that was found.
    struct Hit: Sendable {
        var id: String
        var title: String
        var snippet: String
    }

    /// The members of a row that are read.
    struct Members: Sendable {
        var id: String
        var title: String
        var text: String
    }

    private let readers: [DatabaseQueue]
    private let seconds: Double
    let documents: Int

    /// Indexes a JSONL file; throws a sentence with its line where it is no corpus.
    init(_ path: String, _ members: Members, mostDocuments: Int, seconds: Double) async throws {
        let folder = try Self.folder()
        // Every connection is open by then: the file lives as long as they do, whatever ends us.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = folder + "/index.sqlite"
        documents = try await Self.fill(DatabaseQueue(path: file), from: path, members, mostDocuments)
        var configuration = Configuration()
        configuration.readonly = true
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA query_only = 1; PRAGMA mmap_size = 268435456") }
        var readers: [DatabaseQueue] = []
        for _ in 0..<max(1, min(8, ProcessInfo.processInfo.activeProcessorCount)) {
            let queue = try DatabaseQueue(path: file, configuration: configuration)
            // SQLite opens the file when it is first read.
            _ = try await queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM documents WHERE number = 1") }
            readers.append(queue)
        }
        self.readers = readers
        self.seconds = seconds
    }

    private static func folder() throws -> String {
        var template = Array("\(NSTemporaryDirectory())/assay-search-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw EnvironmentError(.start, "cannot make a folder for the index in \(NSTemporaryDirectory())")
        }
        return String(decoding: template.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func fill(
        _ queue: DatabaseQueue, from path: String, _ members: Members, _ most: Int
    ) async throws -> Int {
        try await queue.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
                    CREATE TABLE documents(number INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT, text TEXT);
                    CREATE VIRTUAL TABLE words USING fts5(title, text, content=documents, content_rowid=number)
                    """)
        }
        let lines = try LineReader(path: path)
        var count = 0
        while true {
            let batch = try await lines.next(maxLines: 4096)
            if batch.isEmpty { break }
            let before = count
            count += batch.count
            if count > most {
                throw EnvironmentError(.start, "\(path) has more than \(most) documents: raise 'documents'")
            }
            try await queue.write { database in
                let insert = try database.makeStatement(sql: "INSERT INTO documents VALUES (?, ?, ?, ?)")
                for (offset, line) in batch.enumerated() {
                    try Self.add(line, number: before + offset + 1, members, insert)
                }
            }
        }
        if count == 0 { throw EnvironmentError(.start, "\(path) has no documents") }
        try await queue.write { try $0.execute(sql: "INSERT INTO words(words) VALUES ('rebuild')") }
        return count
    }

    private static func add(
        _ line: LineReader.Line, number: Int, _ members: Members, _ insert: Statement
    ) throws {
        do {
            let row = try JSONRow(checking: line.bytes)
            guard let text = row.string(members.text) else {
                throw EnvironmentError(.start, "there is no text '\(members.text)'")
            }
            let id = row.string(members.id) ?? row[members.id]?.intValue.map { String($0) } ?? String(number)
            try insert.execute(arguments: [number, id, row.string(members.title) ?? "", text])
        } catch {
            throw EnvironmentError(.start, "\(line.path):\(line.number): \(error)")
        }
    }

    /// The best documents for the words of a query, by bm25; ties in the corpus' order. Nil when it took too long.
    func search(_ query: String, most: Int) async throws(EnvironmentError) -> [Hit]? {
        let words = Self.words(of: query)
        if words.isEmpty { return [] }
        let match = words.map { "\"\($0)\"" }.joined(separator: " OR ")
        return try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT documents.id, documents.title, snippet(words, 1, '', '', ' … ', 32) AS snippet
                    FROM words JOIN documents ON documents.number = words.rowid
                    WHERE words MATCH ? ORDER BY bm25(words, 4, 1), words.rowid LIMIT ?
                    """, arguments: [match, most]
                // total: the index is ours, made of texts
            ).map { Hit(id: $0["id"], title: $0["title"], snippet: $0["snippet"]) }
        }
    }

    /// A document's title and text, doubly optional: nil when there is none, or when it took too long.
    func document(_ id: String) async throws(EnvironmentError) -> (title: String, text: String)?? {
        try await read { database in
            try Row.fetchOne(database, sql: "SELECT title, text FROM documents WHERE id = ?", arguments: [id])
                // total: the index is ours, made of texts
                .map { ($0["title"], $0["text"]) }
        }
    }

    /// Words as the index has them: what else stands in a query means nothing to it.
    private static func words(of query: String) -> [String] {
        var seen: Set<String> = []
        return query.unicodeScalars.split { !$0.properties.isAlphabetic && $0.properties.numericType == nil }
            .prefix(64).map { String($0).lowercased() }.filter { seen.insert($0).inserted }
    }

    // A query that runs over its time is interrupted: a cancelled read is.
    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(EnvironmentError) -> Value? {
        let reader = readers[Int.random(in: readers.indices)]
        let (limit, clock) = (Duration.seconds(seconds), ContinuousClock())
        let start = clock.now
        do {
            return try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask { try await reader.read(body) }
                group.addTask {
                    try await Task.sleep(for: limit)
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
        } catch {
            if clock.now - start >= limit { return nil }
            throw EnvironmentError(.lost, "the index of 'search' cannot be read: \(error)")
        }
    }
}
