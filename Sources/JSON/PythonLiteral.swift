/// An object or list as Python writes it, `[{'role': 'user', 'content': "it's"}]`; numpy's arrays too. What was cut off with dots
/// is none.
package enum PythonLiteral {
    /// The object or list; nil for any other text.
    package static func value(in text: String) -> JSONValue? {
        let bytes = Array(text.utf8)
        var reader = PythonReader(bytes: bytes, position: 0, end: bytes.count, .tables)
        guard let value = try? reader.value() else { return nil }
        reader.skipSpace()
        guard reader.isAtEnd, value.objectValue != nil || value.arrayValue != nil else { return nil }
        return value
    }
}
