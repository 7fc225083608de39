internal import Experience
internal import JSON

/// The problems of one file, in its order, without those outside of the pass-rate bounds.
struct ProblemFile: Sendable {
    private let options: DatasetOptions
    private let mapping: ProblemMapping
    private let rows: any RowSource
    private let passRates: PassRates?

    init(_ options: DatasetOptions) throws {
        self.options = options
        mapping = try ProblemMapping(options)
        rows = try Self.rows(options.path)
        passRates = options.passRates.isEmpty ? nil : PassRates(path: options.passRates)
    }

    static func rows(_ path: String) throws -> any RowSource {
        let isGzip = path.hasSuffix(".gz")
        let name = isGzip ? String(path.dropLast(3)) : path
        if name.hasSuffix(".parquet") || name.hasSuffix(".arrow") {
            let jsonl = name.split(separator: ".").dropLast().joined(separator: ".") + ".jsonl"
            throw DatasetError(
                path: path, line: 0,
                message: """
                    Parquet is not read; convert it: python3 -c "import pandas; \
                    pandas.read_parquet('\(path)').to_json('\(jsonl)', orient='records', lines=True)"
                    """)
        }
        let gzip = isGzip ? try GzipPipe(path: path) : nil
        if name.hasSuffix(".csv") { return try CSVReader(path: path, gzip: gzip) }
        return JSONLRows(path: path, lines: try LineReader(path: gzip?.readPath ?? path), gzip: gzip)
    }

    /// Up to `count` further problems; empty at the end.
    func next(_ count: Int) async throws -> [Problem] {
        while true {
            let batch = try await rows.next(count)
            if batch.isEmpty { return [] }
            let problems = try batch.map { try mapping.problem($0.row, line: $0.line) }
            guard let passRates else { return problems }
            let bounds = options.minPassRate...options.maxPassRate
            let rates = try await passRates.rates(of: problems)
            let kept = zip(problems, rates).filter { $0.1.map(bounds.contains) ?? true }.map(\.0)
            if !kept.isEmpty { return kept }
        }
    }
}

/// Rows of a file with their line numbers.
protocol RowSource: Sendable {
    /// Up to `count` further rows; empty at the end.
    func next(_ count: Int) async throws -> [(row: JSONRow, line: Int)]
}

/// One JSON object per line.
struct JSONLRows: RowSource {
    let path: String
    let lines: LineReader
    let gzip: GzipPipe?

    func next(_ count: Int) async throws -> [(row: JSONRow, line: Int)] {
        let batch = try await lines.next(maxLines: count)
        if batch.isEmpty { try gzip?.check() }
        return try batch.map { line in
            do {
                return (try JSONRow(checking: line.bytes), line.number)
            } catch let error as JSONError {
                throw DatasetError(
                    path: path, line: line.number,
                    message: "not a JSON object in UTF-8: \(line.complaint(error, in: path))")
            }
        }
    }
}

/// Pass rates by problem id, read once when first asked for.
actor PassRates {
    private let path: String
    private var rates: [String: Double]?

    init(path: String) { self.path = path }

    func rates(of problems: [Problem]) async throws -> [Double?] {
        if rates == nil { rates = try await load() }
        return problems.map { rates?[$0.id] }
    }

    private func load() async throws -> [String: Double] {
        var found: [String: Double] = [:]
        let source = JSONLRows(path: path, lines: try LineReader(path: path), gzip: nil)
        while case let batch = try await source.next(1024), !batch.isEmpty {
            for (row, line) in batch {
                guard let id = row.strings(["id"]).first ?? nil, let rate = row["pass_rate"]?.doubleValue,
                    (0...1).contains(rate)
                else {
                    throw DatasetError(path: path, line: line, message: "needs \"id\" and \"pass_rate\" in [0, 1]")
                }
                found[id] = rate
            }
        }
        return found
    }
}
