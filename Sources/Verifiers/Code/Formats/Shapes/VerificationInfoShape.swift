import JSON

/// SYNTHETIC-1 and open-r1's verifiable coding problems.
enum VerificationInfoShape: CodeRowShape {
    static let name = "SYNTHETIC-1, open-r1"
    static let recognisedBy = "verification_info"

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        guard let value = row["verification_info"], !value.isNull else { return nil }
        var info = try TestPairs.parsed(value, "verification_info")
        if let inner = info["ground_truth"], !inner.isNull { info = try TestPairs.parsed(inner, "ground_truth") }
        let stated = info["language"]?.stringValue.flatMap { LanguageName.canonical($0) }
        let function = info["fn_name"]?.stringValue
        return try TestPairs(language: context.language ?? stated, function: function).task(info, "verification_info")
    }
}
