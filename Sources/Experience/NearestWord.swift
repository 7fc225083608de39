extension String {
    /// The candidate with the smallest edit distance, if it is near enough to be a likely typo.
    public func nearest(in candidates: [String]) -> String? {
        let scored = candidates.map { ($0, Self.editDistance(self, $0)) }
        guard let best = scored.min(by: { $0.1 < $1.1 }), best.1 <= Swift.max(2, count / 3) else { return nil }
        return best.0
    }

    /// What to say of a word that is none of `known`: "; did you mean 'x'?", else all of them.
    public func hint(among known: [String]) -> String {
        if let nearest = nearest(in: known) { return "; did you mean '\(nearest)'?" }
        return known.isEmpty ? "; there is none" : "; known: \(known.joined(separator: ", "))"
    }

    // Levenshtein distance, case folded, two rows.
    private static func editDistance(_ left: String, _ right: String) -> Int {
        let left = Array(left.lowercased().utf8.prefix(64))
        let right = Array(right.lowercased().utf8.prefix(64))
        var row = Array(0...right.count)
        for (i, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let substituted = diagonal + (byte == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = Swift.min(substituted, diagonal + 1, row[j] + 1)
            }
        }
        return row[right.count]
    }
}
