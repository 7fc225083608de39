public import Datasets
public import Experience
public import JSON

/// One row with its verdict.
public struct VerifiedRow: Sendable {
    /// The row's id (or line number), gold answer, fields as they were, and completion.
    public var item: VerificationItem
    /// What rows of one problem share; the id when rows are not grouped.
    public var group: String
    /// What the verifier said.
    public var verdict: Verdict

    /// A judged row.
    public init(item: VerificationItem, group: String, verdict: Verdict) {
        self.item = item
        self.group = group
        self.verdict = verdict
    }
}

/// Verifies a stream of rows: rows in, rows plus `verdict` out, in input order, in bounded memory, on all cores.
public struct RowVerification: Sendable {
    /// The judge.
    public var verifier: any Verifier
    /// Where a row's parts are.
    public var mapping: RowMapping
    /// Chunks of rows under verification at the same time, at least 1.
    public var jobs: Int
    /// The fingerprint of the verifier's options that verdicts carry (`VerifierIdentity.options`).
    public var options: String?
    /// How many chunks may be verified at the same time.
    public static let jobCounts = 1...4096

    /// A verification of rows by `verifier`.
    public init(verifier: any Verifier, mapping: RowMapping, jobs: Int) {
        self.verifier = verifier
        self.mapping = mapping
        self.jobs = min(max(jobs, Self.jobCounts.lowerBound), Self.jobCounts.upperBound)
    }

    /// Bytes that most verdicts stay below.
    private static let verdictBytes = 256

    private struct Chunk<Note: Sendable>: Sendable {
        var notes: [Note] = []
        var output: [UInt8] = []
        /// What ended it before its last row: a row that cannot be used, or a cancellation.
        var failure: (any Error)?
        var seconds = 0.0
    }

    private enum Step<Note: Sendable>: Sendable {
        case read(Result<[LineReader.Line], any Error>)
        case verified(Int, Chunk<Note>)
    }

    /// Reads until the end; `onRows` sees each chunk's rows, in order, after they were written.
    ///
    /// A row that cannot be used ends the run with `DatasetError`, a cancellation with `CancellationError`, after the rows before
    /// were written.
    /// - Returns: the number of rows verified.
    @discardableResult
    public func run(
        from reader: RowReader, to writer: LineWriter?, onRows: (_ rows: [VerifiedRow]) throws -> Void
    ) async throws -> Int {
        try await run(from: reader, to: writer, noting: { $0 }, onNotes: onRows)
    }

    /// Like `run(from:to:onRows:)`, but keeps of each row only what `note` makes of it on the core that verified it:
    /// what `onNotes` does runs on one core and bounds how far the others help.
    @discardableResult
    public func run<Note: Sendable>(
        from reader: RowReader, to writer: LineWriter?, noting note: @escaping @Sendable (VerifiedRow) -> Note,
        onNotes: (_ notes: [Note]) throws -> Void
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Step<Note>.self) { group in
            var mapping: RowMapping?
            var started = 0
            var written = 0
            var count = 0
            var isAtEnd = false
            var isReading = false
            var readFailure: (any Error)?
            var finished: [Int: Chunk<Note>] = [:]
            // Small first chunks give the first numbers early; growth follows the verifier's measured cost.
            var chunkSize = 16
            while true {
                // One chunk more than jobs waits its turn, so that no core is idle while rows are read and written.
                // A pipe may be silent for ever: what was judged is written meanwhile.
                if !isAtEnd, !isReading, started - written <= jobs * 2, started - written - finished.count <= jobs {
                    isReading = true
                    let size = chunkSize
                    group.addTask { .read(await next(size, from: reader)) }
                }
                guard let step = try await group.next() else {
                    if let readFailure { throw readFailure }
                    try Task.checkCancellation()
                    return count
                }
                switch step {
                case .read(.failure(let error)):
                    // The rows before are still to be written.
                    (isReading, isAtEnd, readFailure) = (false, true, error)
                case .read(.success(let lines)):
                    isReading = false
                    guard let first = lines.first else {
                        isAtEnd = true
                        continue
                    }
                    if mapping == nil {
                        let row = try JSONRow(first)
                        mapping = try self.mapping.resolved(
                            by: row, needsAnswer: verifier.needsAnswer, path: first.path, line: first.number)
                    }
                    let settled = mapping ?? self.mapping
                    let index = started
                    started += 1
                    group.addTask { .verified(index, await verify(lines, mapping: settled, noting: note)) }
                case .verified(let index, let chunk):
                    finished[index] = chunk
                    if chunk.seconds < 0.02 { chunkSize = min(512, chunkSize * 2) }
                    if chunk.seconds > 0.2 { chunkSize = max(1, chunkSize / 2) }
                }
                while let next = finished.removeValue(forKey: written) {
                    written += 1
                    try await writer?.write(next.output)
                    count += next.notes.count
                    try onNotes(next.notes)
                    if let failure = next.failure { throw failure }
                }
            }
        }
    }

    /// A cancelled reader is at its end: the rows before are still to be written.
    private func next(_ count: Int, from reader: RowReader) async -> Result<[LineReader.Line], any Error> {
        if Task.isCancelled { return .success([]) }
        do {
            return .success(try await reader.next(maxLines: count))
        } catch is CancellationError {
            return .success([])
        } catch {
            return .failure(error)
        }
    }

    /// Verifies lines that are there already, on `jobs` cores. Throws `DatasetError` at the first row that cannot be used, and
    /// `CancellationError`.
    /// - Returns: the output rows, each with its line end.
    public func verify(_ lines: [LineReader.Line]) async throws -> [UInt8] {
        guard let first = lines.first else { return [] }
        let mapping = try self.mapping.resolved(
            by: JSONRow(first), needsAnswer: verifier.needsAnswer, path: first.path, line: first.number)
        let share = (lines.count + jobs - 1) / jobs
        return try await withThrowingTaskGroup(of: (Int, Chunk<Void>).self) { group in
            for start in stride(from: 0, to: lines.count, by: share) {
                let part = Array(lines[start..<min(start + share, lines.count)])
                group.addTask { (start, await verify(part, mapping: mapping, noting: { _ in })) }
            }
            var chunks: [(start: Int, chunk: Chunk<Void>)] = []
            for try await (start, chunk) in group { chunks.append((start, chunk)) }
            try Task.checkCancellation()
            chunks.sort { $0.start < $1.start }
            if let failure = chunks.lazy.compactMap(\.chunk.failure).first { throw failure }
            return chunks.flatMap(\.chunk.output)
        }
    }

    private func verify<Note: Sendable>(
        _ lines: [LineReader.Line], mapping: RowMapping, noting note: @Sendable (VerifiedRow) -> Note
    ) async -> Chunk<Note> {
        var chunk = Chunk<Note>()
        let start = ContinuousClock.now
        var items: [VerificationItem] = []
        items.reserveCapacity(lines.count)
        var groups: [String] = []
        groups.reserveCapacity(lines.count)
        do {
            for line in lines {
                let (item, group) = try item(
                    from: JSONRow(line), mapping: mapping, path: line.path, line: line.number)
                items.append(item)
                groups.append(group)
            }
        } catch {
            chunk.failure = error
        }
        let verdicts = await verifier.verdicts(of: items)
        let isCut = Task.isCancelled
        let (name, version) = (verifier.name, verifier.version)
        var output = JSONWriter(capacity: lines.reduce(0) { $0 + $1.bytes.count + Self.verdictBytes })
        chunk.notes.reserveCapacity(items.count)
        for (index, verdict) in verdicts.enumerated() {
            // What has no score in a cancelled task was not judged, or not to its end; the rows after it would leave a gap.
            if isCut, !verdict.outcome.isScored {
                chunk.failure = CancellationError()
                break
            }
            output.row(items[index].problem.fields, setting: "verdict") {
                verdict.write(to: &$0, verifier: name, version: version, options: options)
            }
            output.newline()
            chunk.notes.append(note(VerifiedRow(item: items[index], group: groups[index], verdict: verdict)))
        }
        chunk.output = output.bytes
        chunk.seconds = (ContinuousClock.now - start) / .seconds(1)
        return chunk
    }

    /// The item of one row and the group it belongs to; throws `DatasetError` when a field is missing, or the response is
    /// neither a text nor chat messages.
    public func item(
        from row: JSONRow, mapping: RowMapping, path: String, line: Int
    ) throws -> (item: VerificationItem, group: String) {
        func value(_ name: String?, required: Bool) throws -> String? {
            guard let name else { return nil }
            if let value = row.string(at: name) { return value }
            if required, !row.has(at: name) {
                throw DatasetError.missing(name, keys: row.keys, path: path, line: line)
            }
            return nil
        }
        let response = try RowResponse.text(
            value(mapping.response, required: true), named: mapping.response, in: row, path: path, line: line)
        let answer = try value(mapping.answer, required: verifier.needsAnswer) ?? mapping.gold(of: row)
        let id = try value(mapping.id, required: false) ?? String(line)
        let group = try value(mapping.group, required: false) ?? id
        let problem = Problem(id: id, answer: answer, fields: row)
        return (VerificationItem(problem: problem, completion: Completion(text: response)), group)
    }
}
