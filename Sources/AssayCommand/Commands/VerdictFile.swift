import Experience
import JSON
import Reports
import Verifiers

/// A file of rows with verdicts, as `assay verify` writes them.
struct VerdictFile {
    var path: String
    var by: [String]
    var groupField: String?

    /// Its report; throws `RowError` for a row without a verdict.
    ///
    /// Throws `BadInput` when no row has one of the fields `wanted`.
    func report(wanted: [String]) async throws -> Report {
        var builder = ReportBuilder(by: by)
        let names = FieldNames()
        let verifier = try await forEach { row in
            builder.add(row.sample)
            names.add(row.fields)
            if builder.wantsExample(row.verdict.outcome) {
                let example = Example(id: row.id, verdict: row.verdict, gold: row.gold, text: row.text ?? "")
                builder.add(example: example)
            }
        }
        if !wanted.isEmpty { try names.check(builder, path: path) }
        return try builder.report(of: Source(path: path, verifier: verifier))
    }

    /// The rows whose field has a value, as one side of a comparison; all of them without a condition.
    func side(where condition: (field: String, value: String)?) async throws -> ComparisonSide {
        var side = ComparisonSide(source: Source(path: path, run: condition.map { "\($0.field)=\($0.value)" }))
        var seen: Set<String> = []
        let names = FieldNames()
        let file = VerdictFile(path: path, by: condition.map { [$0.field] } ?? [], groupField: groupField)
        side.source.verifier = try await file.forEach { row in
            if let condition {
                let value = row.sample.values[0]
                names.add(row.fields)
                if value != condition.value {
                    if let value, seen.count < 20 { seen.insert(value) }
                    return
                }
            }
            side.add(row.sample)
        }
        if side.count == 0, let condition {
            if seen.isEmpty {
                throw BadInput("\(path): no row has the field '\(condition.field)'" + names.hint(condition.field))
            }
            throw BadInput(
                "\(path): no row with \(condition.field)=\(condition.value)"
                    + condition.value.hint(among: seen.sorted()))
        }
        return side
    }

    private struct VerdictRow {
        var id: String
        var verdict: Verdict
        var sample: Sample
        var fields: JSONRow
        var gold: String?
        var text: String?
    }

    /// Reads all rows; gives the names of the verifiers in them.
    private func forEach(_ body: (VerdictRow) throws -> Void) async throws -> String {
        let reader = try LineReader(path: path)
        let samples = RowSamples(by: by)
        var mapping: RowMapping?
        var verifiers: Set<String> = []
        var count = 0
        var isGrouped = groupField == nil
        let seen = FieldNames()
        while case let lines = try await reader.next(maxLines: 1024), !lines.isEmpty {
            for line in lines {
                let row = try Self.parse(line, path: path)
                if mapping == nil { mapping = names(in: row) }
                guard let json = row["verdict"], let verdict = Verdict(json) else {
                    throw RowError(
                        path: path, line: line.number,
                        message: "no verdict in this row; make one with 'assay verify \(path) -o scored.jsonl'")
                }
                if let name = json["verifier"]?.stringValue {
                    verifiers.insert("\(name) \(json["version"]?.stringValue ?? "")")
                }
                let values = [mapping?.group, mapping?.id, mapping?.answer, mapping?.response].map { name in
                    name.flatMap { row.string(at: $0) }
                }
                let id = values[1] ?? "line \(line.number)"
                if !isGrouped {
                    seen.add(row)
                    isGrouped = values[0] != nil
                }
                try body(
                    VerdictRow(
                        id: id, verdict: verdict,
                        sample: samples.sample(of: row, group: values[0] ?? id, verdict: verdict),
                        fields: row, gold: values[2], text: values[3]))
                count += 1
            }
        }
        if count == 0 { throw BadInput("\(path): no rows") }
        if let groupField, !isGrouped {
            throw BadInput("\(path): no row has the field '\(groupField)'" + seen.hint(groupField))
        }
        return verifiers.sorted().joined(separator: ", ")
    }

    private func names(in row: JSONRow) -> RowMapping {
        let keys = row.keys
        func first(_ usual: [String]) -> String? { usual.first(where: keys.contains) }
        return RowMapping(
            response: first(RowMapping.responseNames), answer: first(RowMapping.answerNames),
            id: first(RowMapping.idNames), group: groupField ?? first(RowMapping.groupNames))
    }

    private static func parse(_ line: LineReader.Line, path: String) throws -> JSONRow {
        do {
            return try JSONRow(checking: line.bytes)
        } catch let error as JSONError {
            throw RowError(path: path, line: line.number, message: line.complaint(error, in: path))
        }
    }
}
