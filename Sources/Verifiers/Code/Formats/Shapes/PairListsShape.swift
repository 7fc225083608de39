import JSON

/// Two lists, or one input and its output, as members of the row itself.
enum PairListsShape: CodeRowShape {
    static let name = "pairs"
    static let recognisedBy = "inputs and outputs, or stdin and stdout"

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        let stated =
            row["entry_point"]?.stringValue ?? row["fn_name"]?.stringValue ?? row["function_name"]?.stringValue
        let named = row["func_name"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        let function = stated ?? named ?? row["starter_code"]?.stringValue.flatMap(Self.method)
        var pairs = TestPairs(language: context.language, function: function)
        pairs.readsLines = stated == nil
        var task: CodeTask
        if let lists = try pairs.task(lists: row) {
            task = lists
        } else if let input = row["stdin"]?.stringValue,
            let output = row["stdout"]?.stringValue ?? row["expected_stdout"]?.stringValue
        {
            task = try TestPairs(language: context.language).task(
                inputs: [.string(input)], outputs: [.string(output)])
        } else {
            return nil
        }
        task.entryPoint = function
        try task.readChecker(row["checker"])
        return task
    }

    // rStar-Coder: the method that LeetCode's starting text declares.
    private static func method(_ text: String) -> String? {
        guard text.contains("class Solution"), let place = text.firstRange(of: "def ") else { return nil }
        let name = text[place.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        return name.isEmpty ? nil : String(name)
    }
}
