/// Tuples given up to order: "(2, 3, 3) and its permutations".
enum Permutations {
    private static let endings: [StaticString] = [
        "and its permutations", "and their permutations", "and all permutations", "and all its permutations",
        "and permutations", "up to permutation",
    ]

    /// All orders of the tuples that a text gives up to order; nil for other texts and for tuples of more than four.
    static func stated(_ folded: [UInt8]) -> Expression? {
        guard folded.first("permutation") != nil, let cut = endings.lazy.compactMap({ folded.first($0) }).first else {
            return nil
        }
        let start = PlainText.startOfMarkup(before: cut, in: folded, passing: ",$")
        var head = Array(folded[..<start])
        head = Remarks.afterVerb(head) ?? head
        head = Array(head.drop { Ascii.isSpace($0) || $0 == Ascii.dollar })
        for close in ["\\)", "\\]"] where head.suffix(2).elementsEqual(close.utf8) { head.removeLast(2) }
        guard let reading = try? Parser.parse(head, commas: .separator) else { return nil }
        let tuples: [Expression] = if case .list(let parts, _) = reading { parts } else { [reading] }
        var found: [Expression] = []
        for tuple in tuples {
            guard case .group(let open, let parts, let close) = tuple, (2...4).contains(parts.count) else { return nil }
            for order in orders(parts) where !found.contains(.group(open, order, close)) {
                found.append(.group(open, order, close))
            }
        }
        return found.count == 1 ? found[0] : .list(found, false)
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
