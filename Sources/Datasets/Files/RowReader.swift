public import Experience

/// Reads the rows of a file, a folder or a pattern of files, whatever they are packed in, as lines of JSON: JSON Lines,
/// a JSON list, JSON objects, CSV, TSV, Parquet and Arrow; plain or packed with gzip, zstd, xz or bzip2. `-` is standard
/// input.
///
/// Rows come in batches, in bounded memory, on a thread of the reader's own. A row's number is its line in its file, of
/// Parquet and Arrow its place; its offset is where it would stand if all rows were lines of one file.
public actor RowReader {
    /// The path as given.
    public nonisolated let path: String
    private nonisolated let executor = BlockingExecutor(label: "assay.rows")
    private let maxRowBytes: Int
    private let startsPrograms: Bool
    private var waiting: ArraySlice<String>
    /// The file that is read next, where it is open already.
    private var opened: (path: String, bytes: FileBytes)?
    private var decoder: (any RowDecoder)?
    private var peeked: LineReader.Line?
    /// Where the rows of the file that is read begin among all.
    private var base = 0
    private var end = 0
    /// The files, and those of a folder that were passed over.
    public nonisolated let files: RowFiles
    /// What the files opened so far are, each kind once: "gzip, JSON Lines".
    public private(set) var formats: [String] = []
    private var passed: PassedRows
    /// Rows passed so far, those of other shards included.
    public var rows: Int { passed.count }
    /// FNV-1a of the rows passed so far, of a shard's reader; 0 of others.
    public var hash: UInt64 { passed.hash }

    /// A thread of its own: file I/O blocks.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Finds the files, to read all rows or one shard's; throws `FileError` and `DatasetError`. Without `startsPrograms` what
    /// another program would have to read or unpack is refused.
    public init(
        path: String, shard: Shard? = nil, maxRowBytes: Int = 64 << 20, startsPrograms: Bool = true
    ) throws {
        self.path = path
        self.startsPrograms = startsPrograms
        passed = PassedRows(of: shard)
        self.maxRowBytes = maxRowBytes
        files = try RowFiles(path)
        waiting = files.files[...]
        // A file that cannot be opened is said before anything else is done. A pipe can be opened only once.
        if let first = waiting.popFirst() { opened = (first, try FileBytes(path: first)) }
    }

    /// The row that `next` will give first; nil at the end.
    public func peek() throws -> LineReader.Line? {
        if peeked == nil { peeked = try next(maxLines: 1).first }
        return peeked
    }

    /// Up to `maxLines` rows, fewer when `maxBytes` is reached first or no more are there just now: rows of a pipe do not wait
    /// for those that are yet to be written. Empty at the end. Throws `FileError`, `LineTooLong`,
    /// `DatasetError`, and `ForeignFormat` for a file that holds no rows.
    public func next(maxLines: Int, maxBytes: Int = 4 << 20) throws -> [LineReader.Line] {
        var lines = peeked.map { [$0] } ?? []
        peeked = nil
        var bytes = lines.first?.bytes.count ?? 0
        while lines.count < maxLines, bytes < maxBytes, lines.isEmpty || decoder?.isReady ?? true,
            let line = try nextRow()
        {
            if !passed.takes(line.bytes) { continue }
            bytes += line.bytes.count
            lines.append(line)
        }
        return lines
    }

    private func nextRow() throws -> LineReader.Line? {
        while true {
            if let decoder {
                if var line = try decoder.next() {
                    line.offset += base
                    end = line.offset + line.bytes.count + 1
                    return line
                }
                self.decoder = nil
                base = end
            }
            guard let (file, bytes) = try opened ?? waiting.popFirst().map({ ($0, try FileBytes(path: $0)) }) else {
                return nil
            }
            opened = nil
            let (rows, format) = try RowFormat.open(
                file, bytes, maxRowBytes: maxRowBytes, startsPrograms: startsPrograms)
            if !formats.contains(format) { formats.append(format) }
            decoder = rows
        }
    }
}
