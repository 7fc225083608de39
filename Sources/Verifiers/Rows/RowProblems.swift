public import Experience
import JSON

/// The problems of JSONL rows, recognized as `RowVerification` recognizes them, without a response.
public struct RowProblems: Sendable {
    private let path: String
    private let needsAnswer: Bool
    private var mapping: RowMapping
    private var isSettled = false

    /// Rows of the file `path`.
    public init(path: String, mapping: RowMapping, needsAnswer: Bool) {
        self.path = path
        self.mapping = mapping
        self.needsAnswer = needsAnswer
    }

    /// The problems in further lines, one each; a row without an answer is a problem without one. Throws `RowError` for a
    /// line that is no row, and when the first row lacks a field that is named or needed.
    public mutating func read(_ lines: [LineReader.Line]) throws -> [Problem] {
        try lines.map { line in
            let row = try Self.row(line, path: path)
            if !isSettled {
                mapping = try mapping.resolved(
                    by: row, needsResponse: false, needsAnswer: needsAnswer, path: path, line: line.number)
                isSettled = true
            }
            let values = row.strings([mapping.answer ?? "", mapping.id ?? ""])
            return Problem(
                id: (mapping.id == nil ? nil : values[1]) ?? String(line.number),
                answer: mapping.answer == nil ? nil : values[0], fields: row)
        }
    }

    private static func row(_ line: LineReader.Line, path: String) throws -> JSONRow {
        do {
            return try JSONRow(checking: line.bytes)
        } catch let error as JSONError {
            throw RowError(path: path, line: line.number, message: line.complaint(error, in: path))
        }
    }
}
