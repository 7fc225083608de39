import Foundation

/// Tuples given up to order: "(2, 3, 3) and its permutations".
enum Permutations {
    private static let endings = [
        "and its permutations", "and their permutations", "and all permutations", "and all its permutations",
        "and permutations", "up to permutation", "and all permutations thereof",
    ]

    /// All orders of the tuples that a text gives up to order; nil for other texts and for tuples of more than four.
    static func stated(_ folded: [UInt8]) -> Expression? {
        let text = String(decoding: folded.map(Ascii.lower), as: UTF8.self)
        guard text.contains("permutation"), let ending = endings.first(where: { text.contains($0) }),
            let cut = text.range(of: ending)
        else { return nil }
        var head = Array(folded.prefix(text.utf8.distance(from: text.startIndex, to: cut.lowerBound)))
        head = Remarks.afterVerb(head) ?? head
        while let last = head.last, Ascii.isSpace(last) || ",$".utf8.contains(last) || last == Ascii.openBrace {
            head.removeLast()
        }
        head = Array(head.drop { Ascii.isSpace($0) || $0 == Ascii.dollar })
        if head.suffix(5).elementsEqual("\\text".utf8) { head.removeLast(5) }
        if head.suffix(2).elementsEqual("\\)".utf8) { head.removeLast(2) }
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
