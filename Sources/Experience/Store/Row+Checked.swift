package import GRDB
package import JSON

/// Texts and numbers that somebody may have written into a store by hand: errors name the column and the row's key.
extension Row {
    /// The JSON of a column; throws `DatabaseError` for a text that is none.
    package func json(_ column: String) throws -> JSONValue {
        try parsed(self[stored: column], column) { try JSONValue(parsing: $0.utf8) }
    }

    /// As `json`; nil for NULL.
    package func jsonIfPresent(_ column: String) throws -> JSONValue? {
        (try self[stored: column] as String?) == nil ? JSONValue?.none : try json(column)
    }

    /// As `jsonIfPresent`, of a text that Python's json may have written: its NaN and infinities, which are no JSON, are null.
    package func jsonOfPythonIfPresent(_ column: String) throws -> JSONValue? {
        guard let text: String = try self[stored: column] else { return nil }
        if let json = try? JSONValue(parsing: text.utf8) { return json }
        return try parsed(text, column) { try JSONValue(parsing: Self.withoutNaN($0)) }
    }

    private static func withoutNaN(_ text: String) -> [UInt8] {
        var kept: [UInt8] = []
        var rest = Array(text.utf8)[...]
        var isQuoted = false
        while let byte = rest.first {
            if !isQuoted, let word = ["NaN", "Infinity", "-Infinity"].first(where: { rest.starts(with: $0.utf8) }) {
                kept += "null".utf8
                rest = rest.dropFirst(word.utf8.count)
                continue
            }
            // An escaped quote ends no string.
            let count = isQuoted && byte == UInt8(ascii: "\\") ? 2 : 1
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            kept += rest.prefix(count)
            rest = rest.dropFirst(count)
        }
        return kept
    }

    /// The JSON object of a column; throws `DatabaseError` for a text that is none.
    package func record(_ column: String) throws -> JSONRow {
        try parsed(self[stored: column], column) { try JSONRow(checking: Array($0.utf8)) }
    }

    /// The finite number of a column, nil for NULL; throws `DatabaseError` for an infinite one.
    package func number(_ column: String) throws -> Double? {
        guard let number: Double = try self[stored: column] else { return nil }
        guard number.isFinite else { throw fault(column, "is not a finite number (\(number))") }
        return number
    }

    private func parsed<Value>(_ text: String, _ column: String, _ parse: (String) throws -> Value) throws -> Value {
        do {
            return try parse(text)
        } catch let error as JSONError {
            throw fault(column, "is not the JSON that it should be (\(error))")
        }
    }

    func fault(_ column: String, _ what: String) -> DatabaseError {
        let key = columnNames.first { $0 == "completion_id" } ?? columnNames.first { $0.hasSuffix("_id") }
        let value = key.flatMap { try? decode(DatabaseValue.self, forColumn: $0) }
        let place = key.map { " in the row with \($0) \(value ?? .null)" } ?? ""
        return DatabaseError(message: "column \(column)\(place) \(what); restore the file, or correct that value")
    }
}
