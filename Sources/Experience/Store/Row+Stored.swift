import Foundation
package import GRDB

/// SQLite keeps whatever it is given: a text in a column of integers, and numpy's integers as BLOBs. GRDB's own subscripts
/// end the process there, or make 0 of a text; these throw, and `Store` says where it was.
extension Row {
    /// The value of a column; throws for one of another kind than `Value`.
    package subscript<Value: DatabaseValueConvertible & StatementColumnConvertible>(stored column: String) -> Value {
        get throws {
            guard let value = Value.fromDatabaseValue(try decode(forColumn: column)) else {
                throw fault(column, "holds a value of another kind than its column")
            }
            return value
        }
    }

    /// The value at a 0-based position; throws for one of another kind than `Value`.
    package subscript<Value: DatabaseValueConvertible & StatementColumnConvertible>(stored position: Int) -> Value {
        get throws {
            guard let value = Value.fromDatabaseValue(try decode(atIndex: position)) else {
                let column = Array(columnNames.dropFirst(position)).first ?? "\(position)"
                throw fault(column, "holds a value of another kind than its column")
            }
            return value
        }
    }

    /// The text of a column, whole; throws for a value of another kind.
    package subscript(stored column: String) -> String {
        get throws { try self[stored: column] as String? ?? decode(forColumn: column) }
    }

    /// The text at a 0-based position, whole; throws for a value of another kind.
    package subscript(stored position: Int) -> String {
        get throws { try self[stored: position] as String? ?? decode(atIndex: position) }
    }

    /// See above; nil for NULL.
    package subscript(stored column: String) -> String? {
        get throws { try decode(DatabaseValue.self, forColumn: column).text ?? decode(forColumn: column) }
    }

    /// See above; nil for NULL.
    package subscript(stored position: Int) -> String? {
        get throws { try decode(DatabaseValue.self, atIndex: position).text ?? decode(atIndex: position) }
    }
}

extension String {
    /// As SQLite keeps it whole: a text with U+0000, where a C string ends, as the BLOB of its UTF-8.
    var whole: DatabaseValue { utf8.contains(0) ? Data(utf8).databaseValue : databaseValue }
}

extension DatabaseValue {
    // What `String.whole` made; nil for NULL and for what is no text.
    fileprivate var text: String? {
        switch storage {
        case .string(let text): text
        case .blob(let data): String(data: data, encoding: .utf8)
        default: nil
        }
    }
}
