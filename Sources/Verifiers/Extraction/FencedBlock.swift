/// The last ``` block of a text, for answers that are documents: queries, proofs, JSON.
enum FencedBlock {
    /// The contents of the last closed block, without its language's name; nil when there is none.
    static func last(in text: String) -> String? {
        guard let closing = text[...].lastOccurrence(of: "```"),
            let opening = text[..<closing.lowerBound].lastOccurrence(of: "```")
        else { return nil }
        let block = text[opening.upperBound..<closing.lowerBound]
        // The language's name stands alone on the line of the fence.
        let name = block.prefix { !$0.isNewline }
        if name.count == block.count
            || name.contains(where: { !($0.isLetter || $0.isNumber || $0 == "+" || $0 == "-") })
        {
            return String(block).trimmed
        }
        return String(block[name.endIndex...]).trimmed
    }
}
