package import GRDB

extension Row {
    /// A column's word as one of an enumeration's; throws `DatabaseError` for one that this version does not know.
    package func word<Word: RawRepresentable<String>>(_ column: String) throws -> Word {
        let text: String = try self[stored: column]
        guard let word = Word(rawValue: text) else {
            throw DatabaseError(
                message:
                    "column \(column) holds '\(text)', which this assay does not know; update it, or restore the file")
        }
        return word
    }

    /// As `word`; nil for NULL.
    package func wordIfPresent<Word: RawRepresentable<String>>(_ column: String) throws -> Word? {
        (try self[stored: column] as String?) == nil ? nil : try word(column)
    }
}
