/// What stands before and after a piece of code that a response fills in: ODEX, HumanEval-Infilling, SAFIM.
struct Infill: Equatable {
    var prefix: String
    var suffix: String
    /// The function that a response which has the whole program defines.
    var entryPoint: String?

    /// The program of a response's block.
    func program(_ block: String) -> String {
        if let entryPoint, SourceText(block, comment: "#").has("def", entryPoint) { return block }
        // Models often repeat how the last line begins.
        let begun = String(prefix.split(separator: "\n", omittingEmptySubsequences: false).last ?? "")
        var piece = block
        if !begun.allSatisfy(\.isWhitespace), piece.trimmed.hasPrefix(begun.trimmed) {
            piece = String(piece.drop(while: \.isWhitespace).dropFirst(begun.trimmed.count).drop { $0 == " " })
        }
        // Whole lines, or a piece of one.
        let isLines = prefix.last?.isNewline ?? true
        let needsEnd = isLines && suffix.first?.isNewline == false && piece.last?.isNewline == false
        return prefix + piece + (needsEnd ? "\n" : "") + suffix
    }
}
