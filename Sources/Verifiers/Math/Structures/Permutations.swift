/// Tuples given up to order: "(2, 3, 3) and its permutations".
enum Permutations {
    /// All orders of the tuples that a text gives up to order, or all turns of "cyclic" ones; nil for other texts and for tuples
    /// of more than four.
    static func stated(_ folded: [UInt8]) -> Expression? {
        guard folded.count <= 512, folded.first("permutation") != nil || folded.first("any order") != nil else {
            return nil
        }
        let words = PlainText.tokens(folded).filter { $0.utf8.count > 1 && Ascii.isLetter($0.utf8.first ?? 0) }
        guard words.allSatisfy(known.contains) else { return nil }
        var text = PlainText.flattened(folded)
        for aside in ["(in any order)", "\\(", "\\)", "\\[", "\\]"] {
            while let found = String(decoding: text, as: UTF8.self).firstRange(of: aside) {
                let whole = String(decoding: text, as: UTF8.self)
                text = Array((whole[..<found.lowerBound] + " " + whole[found.upperBound...]).utf8)
            }
        }
        guard let open = text.firstIndex(of: UInt8(ascii: "(")), let close = text.lastIndex(of: UInt8(ascii: ")")),
            open < close, let reading = try? Parser.parse(Array(text[open...close]), commas: .separator)
        else { return nil }
        let tuples: [Expression] = if case .list(let parts, _) = reading { parts } else { [reading] }
        guard tuples.count <= 8 else { return nil }
        var found: [Expression] = []
        for tuple in tuples {
            guard case .group(let open, let parts, let close) = tuple, (2...4).contains(parts.count) else { return nil }
            let turned = words.contains("cyclic") ? turns(parts) : orders(parts)
            for order in turned where !found.contains(.group(open, order, close)) {
                found.append(.group(open, order, close))
            }
        }
        return found.count == 1 ? found[0] : .list(found, false)
    }

    private static let known: Set<String> = [
        "and", "its", "their", "all", "any", "the", "permutation", "permutations", "of", "up", "to", "it", "them",
        "thereof",
        "cyclic", "in", "order", "with", "solutions", "solution", "are", "is", "only", "answer", "triples", "pairs",
        "these",
        "those", "or", "other", "every", "together", "also", "as", "well",
    ]

    private static func turns(_ parts: [Expression]) -> [[Expression]] {
        parts.indices.map { Array(parts[$0...] + parts[..<$0]) }
    }

    private static func orders(_ parts: [Expression]) -> [[Expression]] {
        guard parts.count > 1 else { return [parts] }
        return parts.indices.flatMap { index -> [[Expression]] in
            var rest = parts
            let first = rest.remove(at: index)
            return orders(rest).map { [first] + $0 }
        }
    }
}
