import Experience

/// How verifiers did, and where they disagree.
enum VerifierView {
    static func section(_ verifiers: VerifierSection, _ links: SampleLinks) -> Markup {
        var section = Markup()
        section.add(health(verifiers, links))
        if verifiers.verifiers.count > 2 { section.add(matrix(verifiers)) }
        if !verifiers.agreements.isEmpty { section.add(pairs(verifiers)) }
        section.add(disagreements(verifiers, links))
        return section
    }

    private static func health(_ verifiers: VerifierSection, _ links: SampleLinks) -> Markup {
        Page.table(
            "Verifiers", head: ["", "verdicts", "outcomes", "most frequent reasons", "mean ms", "slowest ms"],
            rows: verifiers.verifiers.map { health -> [Markup] in
                // Filters are of the newest verifier's verdicts.
                let isNewest = health == verifiers.verifiers.last
                func figure(_ name: String, _ count: Int, _ clause: SampleClause) -> Markup {
                    let text: Markup = "\(Format.count(count))"
                    return "\(name) \(isNewest ? links.link(text, [clause]) : text)"
                }
                let outcomes = health.outcomes.sorted { $0.key < $1.key }.map {
                    figure($0.key, $0.value, .init(.outcome, .equals, $0.key))
                }
                let reasons = health.reasons.map {
                    figure($0.name, $0.count, .init(.reason, $0.name.count < 80 ? .equals : .contains, $0.name))
                }
                let slowest = health.slowest.first.map { slow in
                    links.link("\(Format.number(slow.milliseconds))") { $0.completion = Int64(slow.completion) }
                }
                return [
                    "\(health.name)", "\(Format.count(health.verdicts))", outcomes.joined,
                    reasons.joined, "\(Format.number(health.meanMilliseconds))",
                    slowest ?? "\(Format.none)",
                ]
            }, words: [2, 3])
    }

    /// Each pair's share of agreement, once from each side.
    private static func matrix(_ verifiers: VerifierSection) -> Markup {
        var shares: [String: [String: Markup]] = [:]
        for pair in verifiers.agreements {
            let share = Rate(count: pair.agree, of: pair.both).share
            let cell: Markup = "\(Format.percent(share)) <small class=\"soft\">κ \(Format.number(pair.kappa))</small>"
            shares[pair.first, default: [:]][pair.second] = cell
            shares[pair.second, default: [:]][pair.first] = cell
        }
        let names = verifiers.verifiers.map(\.name).filter { shares[$0] != nil }
        return Page.table(
            "Agreement matrix: share of completions judged alike, with Cohen’s κ", head: [""] + names,
            rows: names.map { row in
                ["\(row)"] + names.map { row == $0 ? "·" : shares[row]?[$0] ?? "\(Format.none)" }
            })
    }

    private static func pairs(_ verifiers: VerifierSection) -> Markup {
        Page.table(
            "Agreement between verifiers", head: ["", "both scored", "agree", "share", "Cohen’s κ"],
            rows: verifiers.agreements.map { pair -> [Markup] in
                [
                    "\(pair.first) and \(pair.second)", "\(Format.count(pair.both))", "\(Format.count(pair.agree))",
                    "\(Format.percent(Rate(count: pair.agree, of: pair.both).share))", "\(Format.number(pair.kappa))",
                ]
            })
    }

    private static func disagreements(_ verifiers: VerifierSection, _ links: SampleLinks) -> Markup {
        let all = verifiers.agreements.flatMap { pair in pair.disagreements.map { (pair, $0) } }
        if all.isEmpty { return Markup() }
        return Page.table(
            "Disagreements to inspect", head: ["completion", "one says", "the other says"],
            rows: all.prefix(50).map { pair, one -> [Markup] in
                [
                    links.link("\(one.completion)") { $0.completion = Int64(one.completion) },
                    "\(pair.first): \(one.first)", "\(pair.second): \(one.second)",
                ]
            }, words: [1, 2])
    }
}

extension [Markup] {
    /// One after another, with commas.
    fileprivate var joined: Markup {
        enumerated().reduce(into: Markup()) { all, part in
            if part.offset > 0 { all.add(", ") }
            all.add(part.element)
        }
    }
}
