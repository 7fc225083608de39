public import JSON

extension MathOptions {
    /// Names with one line each, as users write them.
    public static let summaries: [(name: String, summary: String)] = [
        (
            "type",
            "what answers are: auto (default), number, expression, equation, interval, set, list, tuple, choice, truth, text"
        ),
        ("answers", "a gold that is a list of texts: one of them suffices (any, default) or all are wanted (all)"),
        (
            "tolerance",
            "how far a number may be from the gold: 0.01 or {relative: 0.01}, {absolute: 0.5}, {digits: 3} (none)"
        ),
        ("rounding", "a decimal may round the exact value (digits, default) or not (exact)"),
        ("percent", "50% equals 50 and 0.5 (either, default) or 0.5 only (fraction)"),
        (
            "units",
            "converted, and ignored when one side has none (convert, default); wanted on both sides (required); ignored"
        ),
        (
            "last",
            "of several boxes the last, or the exact one before it (exact-before-approximate, default), all of the last line "
                + "for a gold of several parts (line), the last alone (box)"
        ),
        ("assignments", "x = 5 may be answered by 5 (strip, default) or not (keep)"),
        ("list_order", "1, 2 equals 2, 1 (any, default) or not (kept)"),
        ("intervals", "[1, 2] equals 1 <= x <= 2 (inequalities, default) or not (keep)"),
        ("unsimplified", "2/4 answers 1/2 (accept, default) or not (reject)"),
        ("bare_log", "base of a log without one: either (default), natural, decimal"),
        ("text_case", "letter case of words: ignored (default) or kept"),
        ("require_boxed", "true: only a \\boxed answer counts (default false)"),
        ("max_steps", "steps one grading may take, from 1000 (200000)"),
        ("row_fields", "a row's tolerance, answer_type and error come first (read, default) or are ignored"),
    ]

    /// What options were once called.
    static let renamed = ["adjacentBoxes": "last", "adjacent_boxes": "last"]

    /// Reads an options object; throws `VerifierOptionsError` at a value that is not one of the option's.
    public init(_ json: JSONValue) throws {
        let reader = OptionsReader(json)
        type = try reader.choice("type", default: type)
        answers = try reader.choice("answers", default: answers)
        tolerance = try json["tolerance"].map { try MathTolerance($0) }
        rounding = try reader.choice("rounding", default: rounding)
        percent = try reader.choice("percent", default: percent)
        units = try reader.choice("units", default: units, renamed: ["optional": "convert"])
        last = try reader.choice("last", default: last)
        assignments = try reader.choice("assignments", default: assignments)
        listOrder = try reader.choice("list_order", default: listOrder)
        intervals = try reader.choice("intervals", default: intervals)
        unsimplified = try reader.choice("unsimplified", default: unsimplified)
        bareLog = try reader.choice("bare_log", default: bareLog)
        textCase = try reader.choice("text_case", default: textCase)
        requireBoxed = try reader.bool("require_boxed", default: requireBoxed)
        maxSteps = try reader.int("max_steps", default: maxSteps, in: 1000...Int.max)
        rowFields = try reader.choice("row_fields", default: rowFields)
    }

    /// These options with what a row says of its own answer; throws `MathFieldError` where it cannot be read.
    func stated(by row: JSONRow) throws(MathFieldError) -> MathOptions {
        if rowFields == .ignored { return self }
        let values = row.strings(Self.fields)
        if values.allSatisfy({ $0 == nil }) { return self }
        var options = self
        if let type = values[0] { options.type = try AnswerType(field: type) }
        // Elsewhere `error` is a message about the row.
        if let error = values[2], values[3] != nil { options.tolerance = try MathTolerance(errorField: error) }
        if let tolerance = values[1] { options.tolerance = try MathTolerance(field: tolerance) }
        return options
    }

    private static let fields = ["answer_type", "tolerance", "error", "final_answer"]
}

/// A row's field that says something of its answer, and cannot be read.
struct MathFieldError: Error, CustomStringConvertible {
    var field: String
    var message: String

    var description: String { "the row's '\(field)': \(message); correct it, or set row_fields to ignored" }
}
