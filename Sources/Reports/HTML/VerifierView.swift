/// How verifiers did, and where they disagree.
enum VerifierView {
    static func section(_ verifiers: VerifierSection) -> Markup {
        var section: Markup = "<section><h2>Verifiers</h2>\n"
        section.add(
            Page.table(
                "Verifiers",
                head: ["", "verdicts", "outcomes", "most frequent reasons", "mean ms", "slowest ms"],
                rows: verifiers.verifiers.map { health -> [Markup] in
                    let outcomes = health.outcomes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
                    let reasons = health.reasons.map { "\($0.name) \($0.count)" }
                    return [
                        "\(health.name)", "\(Format.count(health.verdicts))", "\(outcomes.joined(separator: ", "))",
                        "\(reasons.joined(separator: ", "))", "\(Format.number(health.meanMilliseconds))",
                        "\(Format.number(health.slowest.first?.milliseconds))",
                    ]
                }))
        if !verifiers.agreements.isEmpty {
            section.add(
                Page.table(
                    "Agreement between verifiers", head: ["", "both scored", "agree", "share", "Cohen’s κ"],
                    rows: verifiers.agreements.map { pair -> [Markup] in
                        [
                            "\(pair.first) and \(pair.second)", "\(Format.count(pair.both))",
                            "\(Format.count(pair.agree))",
                            "\(Format.percent(Rate(count: pair.agree, of: pair.both).share))",
                            "\(Format.number(pair.kappa))",
                        ]
                    }))
        }
        let disagreements = verifiers.agreements.flatMap { pair in pair.disagreements.map { (pair, $0) } }
        if !disagreements.isEmpty {
            section.add(
                Page.table(
                    "Disagreements to inspect", head: ["completion", "first", "second"],
                    rows: disagreements.prefix(50).map { pair, one -> [Markup] in
                        ["\(one.completion)", "\(pair.first): \(one.first)", "\(pair.second): \(one.second)"]
                    }))
        }
        section.add("</section>\n")
        return section
    }
}
