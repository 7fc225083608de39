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
        do {
            return try JSONValue(parsing: text.utf8)
        } catch {
            return try PythonLiteral.value(in: text) ?? json(column)
        }
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
