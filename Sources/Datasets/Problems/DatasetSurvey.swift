public import Experience
internal import Foundation
internal import JSON
internal import Numbers

/// A look at the rows of one file before anything is sampled: which fields there are, which of the configured ones are
/// missing, and a sample of the problems.
///
/// The file is read up to `byteLimit`; of more than `kept` rows a sample of that many is kept, drawn evenly from what was
/// read and always the same.
public struct DatasetSurvey: Sendable {
    /// Problems kept at most.
    public static let kept = 4096
    /// Bytes of rows that are read at most.
    public static let byteLimit = 64 << 20

    /// A configured field that rows lack.
    public struct Absence: Sendable, Hashable {
        /// The key of the section `dataset` that names it.
        public var key: String
        /// The field.
        public var field: String
        /// Rows without it.
        public var rows: Int
        /// Line of the first of them.
        public var line: Int
    }

    /// The file.
    public let path: String
    /// Rows that were read.
    public private(set) var rows = 0
    /// Rows of the whole file, estimated from its size where it was not read to its end; nil where that cannot be told.
    public private(set) var estimatedRows: Int?
    /// The names of all fields seen, in order of appearance, at most 100.
    public private(set) var fields: [String] = []
    /// Configured fields that some rows lack, prompt first.
    public private(set) var absences: [Absence] = []
    /// The kept problems with their lines.
    public private(set) var problems: [(line: Int, problem: Problem)] = []
    /// The first row that is no problem for another reason than an absent field.
    public private(set) var fault: DatasetError?

    /// The layout, and what was done to rows.
    public private(set) var recognition: RowRecognition
    /// What the files are: "gzip, JSON Lines".
    public private(set) var formats: [String] = []
    /// Files of a folder that hold no rows.
    public private(set) var passedOver: [String] = []
    /// The first problem with its file and line.
    public private(set) var first: (path: String, line: Int, problem: Problem)?
    /// Rows that are no problems.
    public private(set) var faults = 0
    /// Rows without a gold, or with an empty one.
    public private(set) var rowsWithoutGold = 0

    private let options: DatasetOptions
    private let most: Int
    /// The configured fields by their keys.
    private let wanted: [(key: String, field: String)]
    private var missing: [String: (rows: Int, line: Int)] = [:]
    private var random = SplitMix64(state: 0)

    /// Surveys the file of `options`, without its mixture, up to `limit` bytes of rows, and keeps `most` problems; `onRows`
    /// sees how many were read.
    /// Throws `FileError`, `TemplateError`, or `DatasetError` for a row that cannot be parsed.
    public init(
        _ options: DatasetOptions, limit: Int = byteLimit, keeping most: Int = kept,
        onRows: (_ rows: Int) throws -> Void = { _ in }
    ) async throws {
        self.options = options
        self.most = most
        path = options.path
        // The id only where another field than the usual one is named: rows without it have their line.
        wanted =
            (options.template.isEmpty && !options.promptField.isEmpty ? [("prompt_field", options.promptField)] : [])
            + (options.answerField.isEmpty ? [] : [("answer_field", options.answerField)])
            + (["", DatasetOptions().idField].contains(options.idField) ? [] : [("id_field", options.idField)])
        var mapping = try ProblemMapping(options)
        recognition = mapping.recognition
        let source = try RowReader(path: options.path)
        var (bytes, isWhole) = (0, false)
        while bytes < limit {
            let batch = try await source.next(maxLines: 256)
            isWhole = batch.isEmpty
            if isWhole { break }
            for line in batch {
                bytes += line.bytes.count + 1
                try add(line, &mapping)
            }
            try onRows(rows)
        }
        recognition = mapping.recognition
        (formats, passedOver) = (await source.formats, source.files.passedOver)
        estimatedRows = isWhole ? rows : Self.extrapolated(rows, bytes: bytes, source.files.files, formats)
        absences = wanted.compactMap { key, field in
            missing[field].map { Absence(key: key, field: field, rows: $0.rows, line: $0.line) }
        }
    }

    private mutating func add(_ line: LineReader.Line, _ mapping: inout ProblemMapping) throws {
        rows += 1
        let (problem, fault) = try mapping.read(line)
        let row = problem.fields
        for key in row.keys where fields.count < 100 && !fields.contains(key) { fields.append(key) }
        for field in Set(wanted.map(\.field)) where !row.has(at: field) {
            missing[field, default: (0, line.number)].rows += 1
        }
        if problem.answer?.isEmpty ?? true { rowsWithoutGold += 1 }
        let lacksPrompt = !options.promptField.isEmpty && options.template.isEmpty && !row.has(at: options.promptField)
        if self.fault == nil, let fault, !lacksPrompt { self.fault = fault }
        if fault != nil { faults += 1 }
        if first == nil { first = (line.path, line.number, problem) }
        guard let slot = slot else { return }
        // What is judged is there without a prompt, too.
        if slot == problems.count {
            problems.append((line.number, problem))
        } else {
            problems[slot] = (line.number, problem)
        }
    }

    /// Where the newest row is kept; nil when it is not. Algorithm R: every row has the same chance.
    private var slot: Int? {
        mutating get {
            if problems.count < most { return problems.count }
            let slot = Int.random(in: 0..<rows, using: &random)
            return slot < most ? slot : nil
        }
    }

    private static func extrapolated(_ rows: Int, bytes: Int, _ files: [String], _ formats: [String]) -> Int? {
        guard formats == ["JSON Lines"], bytes > 0, files != ["-"] else { return nil }
        let sizes = files.map { (try? FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int) ?? 0 }
        let size = sizes.reduce(0.0) { $0 + Double($1) }
        return Int(clamping: Double(rows) * max(1, size / Double(bytes)))
    }
}
