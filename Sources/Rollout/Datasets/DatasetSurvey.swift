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

    private let options: DatasetOptions
    /// The configured fields by their keys.
    private let wanted: [(key: String, field: String)]
    private var missing: [String: (rows: Int, line: Int)] = [:]
    private var random = SplitMix64(state: 0)

    /// Surveys the file of `options`, without its mixture. Throws `FileError`, `TemplateError`, or `DatasetError` for a row
    /// that cannot be parsed.
    public init(_ options: DatasetOptions) async throws {
        self.options = options
        path = options.path
        // The id only where another field than the usual one is named: rows without it have their line.
        wanted =
            (options.template.isEmpty ? [("prompt_field", options.promptField)] : [])
            + [("answer_field", options.answerField)]
            + (["", DatasetOptions().idField].contains(options.idField) ? [] : [("id_field", options.idField)])
        let mapping = try ProblemMapping(options)
        let source = try ProblemFile.rows(options.path)
        var (bytes, isWhole) = (0, false)
        while bytes < Self.byteLimit {
            let batch = try await source.next(256)
            isWhole = batch.isEmpty
            if isWhole { break }
            for (row, line) in batch {
                bytes += row.bytes.count + 1
                add(row, line: line, mapping)
            }
        }
        estimatedRows = isWhole ? rows : Self.extrapolated(rows, bytes: bytes, path)
        absences = wanted.compactMap { key, field in
            missing[field].map { Absence(key: key, field: field, rows: $0.rows, line: $0.line) }
        }
    }

    private mutating func add(_ row: JSONRow, line: Int, _ mapping: ProblemMapping) {
        rows += 1
        let keys = row.keys
        for key in keys where fields.count < 100 && !fields.contains(key) { fields.append(key) }
        for field in Set(wanted.map(\.field)) where !keys.contains(field) {
            missing[field, default: (0, line)].rows += 1
        }
        guard let slot = slot else { return }
        let problem: Problem
        do {
            problem = try mapping.problem(row, line: line)
        } catch {
            if fault == nil, keys.contains(options.promptField) || !options.template.isEmpty {
                fault = error as? DatasetError
            }
            // What is judged is there without a prompt, too.
            problem = mapping.problem(row, line: line, prompt: .text(""))
        }
        if slot == problems.count { problems.append((line, problem)) } else { problems[slot] = (line, problem) }
    }

    /// Where the newest row is kept; nil when it is not. Algorithm R: every row has the same chance.
    private var slot: Int? {
        mutating get {
            if problems.count < Self.kept { return problems.count }
            let slot = Int.random(in: 0..<rows, using: &random)
            return slot < Self.kept ? slot : nil
        }
    }

    private static func extrapolated(_ rows: Int, bytes: Int, _ path: String) -> Int? {
        guard !path.hasSuffix(".gz"), bytes > 0,
            let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        else { return nil }
        return Int(clamping: Double(rows) * max(1, Double(size) / Double(bytes)))
    }
}
