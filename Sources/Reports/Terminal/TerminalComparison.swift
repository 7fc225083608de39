import Optim

/// A comparison for a terminal or a log.
public enum TerminalComparison {
    /// The comparison, ending without a line end; `width` bounds the cells of a line.
    public static func render(_ comparison: Comparison, width: Int? = nil) -> String {
        lines(comparison, width: width).flatMap { TerminalText.wrapped($0, to: width) }.joined(separator: "\n")
    }

    private static func lines(_ comparison: Comparison, width: Int?) -> [String] {
        let (first, second) = (comparison.first, comparison.second)
        var lines = [
            "first   " + name(first), "second  " + name(second),
            "\(Format.count(comparison.common)) common problems, \(comparison.onlyFirst) of the first alone, "
                + "\(comparison.onlySecond) of the second alone", "", comparison.conclusion,
        ]
        if let detectable = comparison.detectable { lines.append(detectable) }
        lines.append("")
        if first.source.isSimulated || second.source.isSimulated {
            lines.insert("SIMULATED: a policy was assay's own simulation, not a language model", at: 2)
        }
        lines += curve(comparison, width: width)
        if let crossing = comparison.crossing { lines.append("  the curves cross at k = \(crossing)") }
        let difference = comparison.difference
        lines += [
            "",
            "problems: second better on \(difference.wins), worse on \(difference.losses), equal on \(difference.ties)",
            "solved by both \(comparison.support.preserved), gained \(comparison.support.gained), "
                + "lost \(comparison.support.lost), by neither \(comparison.support.outOfReach)"
                + comparison.supportMetrics.sorted { $0.key < $1.key }.map { ", \($0.key) \(Format.number($0.value))" }
                .joined(),
        ]
        for (word, changes) in [("gained", comparison.gained), ("lost", comparison.lost)] where !changes.isEmpty {
            let some = changes.prefix(8).map { "\($0.problem) \($0.first) → \($0.second)" }
            lines.append("\(word): " + TerminalText.cut(TerminalText.safe(some.joined(separator: ", ")), to: 110))
        }
        if let one = first.figures.entropy, let other = second.figures.entropy {
            lines.append(
                "entropy \(Format.number(one.mean)) → \(Format.number(other.mean)) nats (\(one.kind.rawValue), "
                    + "\(other.kind.rawValue))")
        }
        for note in comparison.notes { lines += ["", "note: " + TerminalText.safe(note)] }
        return lines
    }

    private static func name(_ side: Comparison.Side) -> String {
        let parts = [side.source.path, side.source.run, side.source.verifier].compactMap { $0 }
        return TerminalText.safe(parts.joined(separator: " · "))
    }

    private static func curve(_ comparison: Comparison, width: Int?) -> [String] {
        var table = TextTable(["k", "first", "second", "difference", "95 % interval", "problems"])
        for row in comparison.curveCells { table.add(row) }
        return table.lines(width: width)
    }
}
