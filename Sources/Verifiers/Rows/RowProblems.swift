import Datasets
public import Experience
import JSON

/// The problems of rows, recognized as `RowVerification` recognizes them, without a response.
public struct RowProblems: Sendable {
    private let needsAnswer: Bool
    private var mapping: RowMapping
    private var isSettled = false

    /// Rows of one data set.
    public init(mapping: RowMapping, needsAnswer: Bool) {
        self.mapping = mapping
        self.needsAnswer = needsAnswer
    }

    /// The problems in further lines, one each; a row without an answer is a problem without one. Throws `DatasetError` for a
    /// line that is no row, and when the first row lacks a field that is named or needed.
    public mutating func read(_ lines: [LineReader.Line]) throws -> [Problem] {
        try lines.map { line in
            let row = try JSONRow(line)
            if !isSettled {
                mapping = try mapping.resolved(
                    by: row, needsResponse: false, needsAnswer: needsAnswer, path: line.path, line: line.number)
                isSettled = true
            }
            return Problem(
                id: mapping.id.flatMap { row.string(at: $0) } ?? String(line.number), answer: mapping.gold(of: row),
                fields: row)
        }
    }
}
