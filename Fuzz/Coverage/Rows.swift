import JSON

/// libFuzzer entry: a JSON document. The tree, the skipping cursor and the row agree on what is one, and what was written
/// reads back equal.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    let value = try? JSONValue(parsing: bytes)
    let skipped = (try? JSONCursor.read(bytes) { try $0.skip() }) != nil
    if skipped != (value != nil) { fatalError("skipping and reading disagree") }
    if let value, (try? JSONValue(parsing: value.bytes)) != value { fatalError("written and read back: \(value.text)") }
    guard let row = try? JSONRow(checking: bytes) else { return 0 }
    guard let members = value?.objectValue else { fatalError("a row that is no object") }
    if row.keys != members.map(\.key) { fatalError("keys of row and tree differ") }
    _ = row.strings(row.keys)
    var output = JSONWriter()
    output.row(row, setting: "verdict") { $0.int(1) }
    if (try? JSONRow(checking: output.bytes))?["verdict"]?.intValue != 1 { fatalError("a member cannot be set") }
    return 0
}
