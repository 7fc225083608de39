package import GRDB

/// SQLite keeps whatever it is given: a text in a column of integers, and numpy's integers as BLOBs. GRDB's own subscripts
/// end the process there; these throw, and `Store` says where it was.
extension Row {
    /// The value of a column; throws for one of another kind than `Value`.
    package subscript<Value: DatabaseValueConvertible & StatementColumnConvertible>(stored column: String) -> Value {
        get throws { try decode(forColumn: column) }
    }

    /// The value at a 0-based position; throws for one of another kind than `Value`.
    package subscript<Value: DatabaseValueConvertible & StatementColumnConvertible>(stored position: Int) -> Value {
        get throws { try decode(atIndex: position) }
    }
}
