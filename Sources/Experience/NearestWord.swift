extension String {
    /// The candidate with the smallest edit distance, if it is near enough to be a likely typo.
    public func nearest(in candidates: [String]) -> String? {
        let word = Self.folded(self)
        var best: (word: String, distance: Int)?
        var most = Swift.max(2, count / 3)
        for candidate in candidates {
            let other = Self.folded(candidate)
            // No nearer than their lengths are.
            guard abs(word.count - other.count) <= most else { continue }
            let distance = Self.editDistance(word, other)
            if distance <= most {
                best = (candidate, distance)
                most = distance - 1
            }
        }
        return best?.word
    }

    /// What to say of a word that is none of `known`: "; did you mean 'x'?", else all of them.
    public func hint(among known: [String]) -> String {
        if let nearest = nearest(in: known) { return "; did you mean '\(nearest)'?" }
        return known.isEmpty ? "; there is none" : "; known: \(known.joined(separator: ", "))"
    }

    private static func folded(_ word: String) -> [UInt8] { Array(word.lowercased().utf8.prefix(64)) }

    // Levenshtein distance, two rows.
    private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
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
