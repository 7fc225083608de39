/// What came of each target.
struct FuzzTable {
    struct Row {
        var inputs: Int64 = 0
        var seconds = 0.0
        var slowest: Int64 = 0
        var slowestIndex: UInt64 = 0
        var growth: Int64 = 0
        var findings = 0
    }

    private(set) var rows: [(name: String, row: Row)]

    init(_ names: [String]) { rows = names.map { ($0, Row()) } }

    subscript(name: String) -> Row {
        get { rows.first { $0.name == name }?.row ?? Row() }
        set { if let slot = rows.firstIndex(where: { $0.name == name }) { rows[slot].row = newValue } }
    }

    /// Lines for a person.
    var text: String {
        let head = ["target", "inputs", "inputs/s", "slowest", "(input)", "growth", "findings"]
        var lines = [head]
        for (name, row) in rows {
            let rate = row.seconds > 0 ? Double(row.inputs) / row.seconds : 0
            let slowest = row.slowest > 0 ? "\((Double(row.slowest) / 1e5).rounded() / 10) ms" : "-"
            lines.append([
                name, "\(row.inputs)", "\(Int(rate.rounded()))", slowest, "\(row.slowestIndex)",
                "\(row.growth >> 20) MB",
                "\(row.findings)",
            ])
        }
        let all = rows.map(\.row)
        lines.append([
            "all", "\(all.reduce(0) { $0 + $1.inputs })", "", "", "", "", "\(all.reduce(0) { $0 + $1.findings })",
        ])
        let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            zip(line, widths).enumerated().map { column, cell in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + space : space + cell.0
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
