import Datasets
import Experience
import JSON
import Reports
import Verifiers

/// A file of rows with verdicts, as `assay verify` writes them.
struct VerdictFile {
    var path: String
    var by: [String]
    var groupField: String?
    var cluster: String?

    /// Its report; throws `DatasetError` for a row without a verdict.
    ///
    /// Throws `BadInput` when no row has one of the fields `wanted`.
    func report(wanted: [String]) async throws -> Report {
        var builder = ReportBuilder(by: by)
        let names = FieldNames()
        let (verifier, copies) = try await forEach { row in
            builder.add(row.sample)
            names.add(row.fields)
            if builder.wantsExample(row.verdict.outcome) {
                let example = Example(id: row.id, verdict: row.verdict, gold: row.gold, text: row.text ?? "")
                builder.add(example: example)
            }
        }
        if !wanted.isEmpty { try names.check(builder, path: path) }
        var report = try builder.report(of: Source(path: path, verifier: verifier))
        if let note = copies.note { report.notes.append(note) }
        return report
    }

    /// The rows whose field has a value, as one side of a comparison; all of them without a condition.
    func side(where condition: (field: String, value: String)?) async throws -> ComparisonSide {
        var side = ComparisonSide(source: Source(path: path, run: condition.map { "\($0.field)=\($0.value)" }))
        var seen: Set<String> = []
        let names = FieldNames()
        let file = VerdictFile(
            path: path, by: condition.map { [$0.field] } ?? [], groupField: groupField, cluster: cluster)
        let (verifier, copies) = try await file.forEach { row in
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
        side.source.verifier = verifier
        if let note = copies.note { side.notes.append("\(path): \(note)") }
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

    /// Rows that stand in a file twice, told by their hash: all members but the verdict are equal, of a response that is long
    /// enough not to be sampled twice.
    private struct Copies {
        private static let shortest = 32
        private var seen: Set<Int> = []
        private var count = 0
        private var first = 0

        mutating func isCopy(_ row: JSONRow, response: String?, line: Int) -> Bool {
            guard (response?.utf8.count ?? 0) >= Self.shortest else { return false }
            var hasher = Hasher()
            for key in row.keys.sorted() where key != "verdict" {
                hasher.combine(key)
                hasher.combine(row[key]?.canonical.text)
            }
            if seen.insert(hasher.finalize()).inserted { return false }
            if count == 0 { first = line }
            count += 1
            return true
        }

        var note: String? {
            count == 0
                ? nil
                : count.counted("row is a copy of an earlier one and is", "rows are copies of earlier ones and are")
                    + " not counted again (the first is line \(first))"
        }
    }

    /// Reads all rows; gives the names of the verifiers in them, and what was left out.
    private func forEach(_ body: (VerdictRow) throws -> Void) async throws -> (verifiers: String, copies: Copies) {
        let reader = try LineReader(path: path)
        let samples = RowSamples(by: by, cluster: cluster)
        var copies = Copies()
        var isClustered = cluster == nil
        var mapping: RowMapping?
        var verifiers: Set<String> = []
        var count = 0
        var isGrouped = groupField == nil
        let seen = FieldNames()
        while case let lines = try await reader.next(maxLines: 1024), !lines.isEmpty {
            for line in lines {
                let row = try Self.parse(line, path: path)
                if mapping == nil { mapping = names(in: row) }
                guard let json = row["verdict"] else {
                    throw DatasetError(
                        path: path, line: line.number,
                        message: "no verdict in this row; make one with 'assay verify \(path) -o scored.jsonl'")
                }
                guard let verdict = Verdict(json) else {
                    throw DatasetError(path: path, line: line.number, message: Self.fault(of: json))
                }
                if let name = json["verifier"]?.stringValue {
                    verifiers.insert("\(name) \(json["version"]?.stringValue ?? "")")
                }
                let values = [mapping?.group, mapping?.id, mapping?.answer, mapping?.response].map { name in
                    name.flatMap { row.string(at: $0) }
                }
                if copies.isCopy(row, response: values[3], line: line.number) { continue }
                let id = values[1] ?? "line \(line.number)"
                if !isClustered, let cluster { isClustered = row.string(at: cluster) != nil }
                if !isGrouped || !isClustered { seen.add(row) }
                if !isGrouped {
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
        if let cluster, !isClustered {
            throw BadInput("\(path): no row has the field '\(cluster)'" + seen.hint(cluster))
        }
        return (verifiers.sorted().joined(separator: ", "), copies)
    }

    private static func fault(of verdict: JSONValue) -> String {
        let parts = ["outcome", "score", "reason"].map { "\($0) \(verdict[$0]?.text.prefix(60) ?? "missing")" }
        return "this row's verdict is none that assay writes: \(parts.joined(separator: ", ")); outcomes are "
            + Outcome.allCases.map(\.rawValue).joined(separator: ", ")
            + ", a correct or incorrect one has a number as score and a reason, the others have none"
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
            throw DatasetError(path: path, line: line.number, message: line.complaint(error, in: path))
        }
    }
}
