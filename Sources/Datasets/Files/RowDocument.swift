internal import JSON

/// The rows of one JSON object that holds a whole data set, in the forms that tools write.
///
/// | form | written by |
/// |---|---|
/// | `{"data": […]}`, the only list of objects | SQuAD and many others |
/// | `{"rows": [{"row": {…}}, …], "features": …}` | the rows of Hugging Face's datasets-server |
/// | `{"problem": […], "answer": […]}` | `Dataset.to_dict`, pandas with `orient="list"` |
/// | `{"0": {…}, "1": {…}}`, by any keys | pandas with `orient="index"`; dictionaries by id |
/// | `{"problem": {"0": …, "1": …}, "answer": …}` | pandas' `to_json` |
/// | `{"columns": […], "index": […], "data": [[…], …]}` | pandas with `orient="split"` |
enum RowDocument {
    /// The rows; nil where the object is one row itself.
    static func rows(in bytes: [UInt8]) -> [JSONValue]? {
        guard let members = (try? JSONValue(parsing: bytes))?.objectValue, !members.isEmpty else { return nil }
        if let rows = served(members) ?? split(members) ?? columns(members) ?? indexed(members) { return rows }
        // An object with a prompt of its own is a row that happens to hold others.
        let isRow = members.contains { RowShape.promptNames.contains($0.key) && !$0.value.isNull }
        return isRow ? nil : byKey(members) ?? onlyList(members)
    }

    private static func value(_ name: String, _ members: [JSONValue.Member]) -> JSONValue? {
        members.last { $0.key == name }?.value
    }

    /// Cells that the server cut are left out: a part of a problem is none.
    private static func served(_ members: [JSONValue.Member]) -> [JSONValue]? {
        guard let list = value("rows", members)?.arrayValue, !list.isEmpty,
            list.allSatisfy({ $0["row"]?.objectValue != nil })
        else { return nil }
        return list.compactMap { element in
            let cut = element["truncated_cells"]?.arrayValue?.compactMap(\.stringValue) ?? []
            return element["row"]?.objectValue.map { row in .object(row.filter { !cut.contains($0.key) }) }
        }
    }

    private static func split(_ members: [JSONValue.Member]) -> [JSONValue]? {
        guard let names = value("columns", members)?.arrayValue?.compactMap(\.stringValue), !names.isEmpty,
            let list = value("data", members)?.arrayValue, !list.isEmpty,
            list.allSatisfy({ $0.arrayValue?.count == names.count })
        else { return nil }
        return list.map { row in .object(zip(names, row.arrayValue ?? []).map { .init($0, $1) }) }
    }

    /// Lists of one length, one for each member of the rows; what is no list beside them is of all rows, not of one.
    private static func columns(_ members: [JSONValue.Member]) -> [JSONValue]? {
        let columns = members.compactMap { member in member.value.arrayValue.map { (member.key, $0) } }
        guard let count = columns.first?.1.count, count > 0, columns.allSatisfy({ $0.1.count == count }),
            hasPrompt(columns.map { .init($0.0, .null) }), members.allSatisfy({ $0.value.objectValue == nil })
        else { return nil }
        // One chat is a row.
        if columns.contains(where: { $0.1.contains { $0["role"] != nil || $0["from"] != nil } }) { return nil }
        return (0..<count).map { place in .object(columns.map { .init($0.0, $0.1[place]) }) }
    }

    /// The same with places as keys.
    private static func indexed(_ members: [JSONValue.Member]) -> [JSONValue]? {
        guard let first = members.first?.value.objectValue, !first.isEmpty, hasPrompt(members) else { return nil }
        let places = first.map(\.key)
        guard places.allSatisfy({ Int($0) != nil }),
            members.allSatisfy({ $0.value.objectValue?.map(\.key) == places })
        else { return nil }
        return places.indices.map { place in
            .object(members.map { .init($0.key, $0.value.objectValue?[place].value ?? .null) })
        }
    }

    private static func hasPrompt(_ members: [JSONValue.Member]) -> Bool {
        members.contains { RowShape.promptNames.contains($0.key) }
            || RowShape.published(in: JSONRow(.object(members.map { .init($0.key, "") }))) != nil
    }

    /// Rows by keys, which are their ids where they have none of their own.
    private static func byKey(_ members: [JSONValue.Member]) -> [JSONValue]? {
        guard let first = members.first?.value, first.objectValue != nil,
            members.allSatisfy({ $0.value.objectValue != nil }), RowShape.recognized(in: JSONRow(first)) != nil
        else { return nil }
        return members.map { member in
            let row = member.value.objectValue ?? []
            return .object(member.value["id"] == nil ? [.init("id", .string(member.key))] + row : row)
        }
    }

    /// The elements of the only list of objects.
    private static func onlyList(_ members: [JSONValue.Member]) -> [JSONValue]? {
        let lists = members.compactMap { member -> [JSONValue]? in
            guard let list = member.value.arrayValue, !list.isEmpty,
                list.allSatisfy({ $0.objectValue != nil && $0["role"] == nil && $0["from"] == nil })
            else { return nil }
            return list
        }
        return lists.count == 1 ? lists.first : nil
    }
}
