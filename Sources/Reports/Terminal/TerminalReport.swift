import Experience

/// The report for a terminal or a log: labelled tables in plain text.
public enum TerminalReport {
    /// The report, ending without a line end; `examples` bounds the completions shown, and `width` the cells of a line.
    public static func render(_ report: Report, examples: Int = 3, width: Int? = nil) -> String {
        lines(report, examples: examples, width: width).flatMap { TerminalText.wrapped($0, to: width) }
            .joined(separator: "\n")
    }

    private static func lines(_ report: Report, examples: Int, width: Int?) -> [String] {
        var lines = heading(report)
        if report.overall.completions == 0 {
            lines += ["", "no completion is there yet"]
            return lines + report.notes.flatMap { ["", "note: " + TerminalText.safe($0)] }
        }
        let slices = slices(report)
        let keys = report.breakdowns.map(\.by).joined(separator: ", ")
        lines += ["", "accuracy" + (keys.isEmpty ? "" : " by \(TerminalText.safe(keys))")]
        lines += accuracy(slices, ks: report.overall.curve.map(\.k).filter { $0 > 1 }, width: width)
        if let seeds = report.seeds { lines += ["", seeds.sentence] }
        lines += ["", "health"]
        lines += health(slices, width: width)
        lines += TerminalSections.groups(report, slices, width: width)
        if let episodes = report.episodes { lines += TerminalSections.episodes(episodes) }
        if let entropy = report.entropy { lines += TerminalSections.entropy(entropy) }
        if let mismatch = report.mismatch { lines += TerminalSections.mismatch(mismatch) }
        if let verifiers = report.verifiers { lines += TerminalSections.verifiers(verifiers) }
        for (index, example) in report.examples.prefix(examples).enumerated() {
            if index == 0 { lines += ["", "some that did not pass"] }
            lines += show(example)
        }
        let hidden = report.breakdowns.reduce(0) { $0 + max(0, $1.slices.count - listedSlices) }
        if hidden > 0 { lines += ["", "note: \(hidden) more slices are in --html, --json and --csv"] }
        for note in report.notes { lines += ["", "note: " + TerminalText.safe(note)] }
        return lines
    }

    private static func heading(_ report: Report) -> [String] {
        let source = report.source
        var parts = [source.path]
        if let run = source.run { parts.append("run \(run)") }
        if let verifier = source.verifier { parts.append("verifier \(verifier)") }
        parts.append(Format.counted(report.overall.completions, "completion"))
        parts.append(Format.counted(report.overall.problems, "problem"))
        var lines = [parts.map { TerminalText.safe($0) }.joined(separator: " · ")]
        if source.isSimulated { lines.append("SIMULATED: the policy was assay's own simulation, not a language model") }
        return lines
    }

    // The others are in the page and the JSON.
    private static let listedSlices = 12

    // The key stands before its value where there are several keys: "level 3".
    private static func slices(_ report: Report) -> [Slice] {
        var slices: [Slice] = []
        for breakdown in report.breakdowns {
            for var slice in breakdown.slices.prefix(listedSlices) {
                if report.breakdowns.count > 1 { slice.label = "\(breakdown.by) \(slice.label)" }
                slices.append(slice)
            }
        }
        if slices.count != 1 || slices.first?.completions != report.overall.completions {
            slices.append(report.overall)
        }
        return slices
    }

    private static func accuracy(_ slices: [Slice], ks: [Int], width: Int?) -> [String] {
        let largest = ks.last
        var table = TextTable(
            ["", "problems", "n", "correct", "pass@1", "95 % interval"] + ks.map { "pass@\($0)" }
                + [largest.map { "maj@\($0)" } ?? "maj", "mean score"], fixed: 5)
        for slice in slices {
            let points = Dictionary(uniqueKeysWithValues: slice.curve.map { ($0.k, $0) })
            // A mean score that only repeats pass@1 is noise.
            let isRepeated = abs((slice.meanScore.value ?? 0) - (slice.passAt1.value ?? 0)) < 1e-9
            let score = isRepeated ? nil : slice.meanScore.value
            table.add(
                [
                    TerminalText.cut(TerminalText.safe(slice.label), to: 32), Format.count(slice.problems),
                    Format.count(slice.completions), Format.count(slice.correct), Format.percent(slice.passAt1.value),
                    Format.percent(slice.passAt1.interval),
                ] + ks.map { Format.percent(points[$0]?.pass.value) }
                    + [Format.percent(largest.flatMap { points[$0]?.majority.value }), Format.number(score)])
        }
        return table.lines(width: width)
    }

    private static func health(_ slices: [Slice], width: Int?) -> [String] {
        let unit = slices.compactMap(\.length?.unit.rawValue).first ?? "tokens"
        let kind = slices.compactMap(\.entropy?.kind.rawValue).first
        var table = TextTable([
            "", "no_answer", "undecided", "truncated", "timeout", "verifier_error", "unverified", "unusable",
            "mean \(unit)",
            "entropy" + (kind.map { " (\($0), nats)" } ?? ""),
        ])
        for slice in slices {
            let rates = slice.rates
            table.add([
                TerminalText.cut(TerminalText.safe(slice.label), to: 32), Format.rate(rates.noAnswer),
                rates.undecided.count == 0 ? "" : Format.rate(rates.undecided), Format.rate(rates.truncated),
                Format.rate(rates.timeout), Format.rate(rates.verifierError),
                rates.unverified.count == 0 ? "" : Format.rate(rates.unverified),
                rates.unusable.count == 0 ? "" : Format.rate(rates.unusable), Format.number(slice.length?.all.mean),
                Format.number(slice.entropy?.mean),
            ])
        }
        return table.lines(width: width)
    }

    private static func show(_ example: Example) -> [String] {
        var head = "  \(example.id)  \(example.outcome.rawValue) (\(example.reason))"
        if let extracted = example.extracted { head += "  got \(extracted)" }
        if let gold = example.gold { head += "  gold \(gold)" }
        var lines = [TerminalText.cut(TerminalText.safe(head), to: 118)]
        if let explanation = example.explanation, example.outcome != .incorrect {
            lines.append("    " + TerminalText.cut(TerminalText.safe(explanation), to: 114))
        }
        let end = TerminalText.safe(example.text.suffix(110))
        lines.append("    …" + TerminalText.cut(end, to: 114))
        return lines
    }
}
