import Datasets
import Experience
public import JSON

/// Which members of a row hold the response, the gold answer, the id and the group; "a.b" is the member b of a.
///
/// A nil name means: of the gold what the row's published layout says (`RowShape`), else the first of the usual names that
/// the first row has.
public struct RowMapping: Sendable {
    /// The completion to judge.
    public var response: String?
    /// The gold answer.
    public var answer: String?
    /// The row's id; the line number when there is none.
    public var id: String?
    /// What rows of one problem share; each row is a group of its own when there is none.
    public var group: String?
    /// Where the layout of the first row has its gold, in order; empty where `answer` names it.
    private var golds: [GoldRule] = []

    /// The usual names of each field, tried in this order.
    public static let responseNames = ["response", "completion", "prediction", "pred", "output", "solution"]
    /// See `responseNames`.
    public static let answerNames = RowShape.answerNames
    /// See `responseNames`.
    public static let idNames = ["id", "uid", "sample_id"]
    /// See `responseNames`.
    public static let groupNames = ["group", "group_id", "problem_id", "question_id", "task_id"]

    /// A mapping; leave out what the usual names cover.
    public init(response: String? = nil, answer: String? = nil, id: String? = nil, group: String? = nil) {
        self.response = response
        self.answer = answer
        self.id = id
        self.group = group
    }

    /// The mapping with every name settled by the first row; throws `DatasetError` when a needed field is absent.
    public func resolved(
        by first: JSONRow, needsResponse: Bool = true, needsAnswer: Bool, path: String, line: Int
    ) throws -> RowMapping {
        let keys = first.keys
        func settle(_ given: String?, _ usual: [String], _ flag: String, required: Bool) throws -> String? {
            if let given {
                if first.has(at: given) || !required { return given }
                throw DatasetError.missing(given, keys: keys, path: path, line: line)
            }
            if let found = usual.first(where: keys.contains) { return found }
            if !required { return nil }
            throw DatasetError(
                path: path, line: line,
                message: "no field for \(flag) among \(keys.joined(separator: ", ")); name it with \(flag)")
        }
        let response = try settle(response, Self.responseNames, "--response-field", required: needsResponse)
        // What is judged is not what it is judged by.
        let golds =
            answer == nil
            ? RowShape.published(in: first)?.golds.filter { needsResponse ? !$0.reads(response) : true } ?? [] : []
        var mapping = RowMapping(
            response: response,
            answer: golds.isEmpty
                ? try settle(answer, Self.answerNames, "--answer-field", required: needsAnswer || answer != nil) : nil,
            id: try settle(id, Self.idNames, "--id-field", required: id != nil),
            group: try settle(group, Self.groupNames, "--group-field", required: group != nil))
        mapping.golds = golds
        return mapping
    }

    /// The gold of a row by a settled mapping; nil where it has none.
    func gold(of row: JSONRow) -> String? {
        answer.flatMap { row.string(at: $0) } ?? golds.lazy.compactMap { $0.gold(of: row) }.first
    }
}

extension DatasetError {
    static func missing(_ field: String, keys: [String], path: String, line: Int) -> DatasetError {
        let hint = field.nearest(in: keys).map { "; did you mean '\($0)'?" }
        return DatasetError(
            path: path, line: line,
            message: "no field '\(field)'" + (hint ?? "; the row has \(keys.joined(separator: ", "))"))
    }
}

extension JSONRow {
    /// The row of a line; throws `DatasetError` where it is none.
    init(_ line: LineReader.Line) throws {
        do {
            self = try JSONRow(checking: line.bytes)
        } catch let error as JSONError {
            throw DatasetError(path: line.path, line: line.number, message: line.complaint(error, in: line.path))
        }
    }
}
