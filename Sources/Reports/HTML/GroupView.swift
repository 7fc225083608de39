import Experience
import Optim

/// Groups, rewards, advantages and difficulty.
enum GroupView {
    static func section(_ groups: GroupSection, _ report: Report, _ links: SampleLinks) -> Markup {
        var section = mixTables(report, links)
        section.add(losses(groups))
        section.add("<div class=\"charts\">\n")
        if let difficulty = groups.difficulty {
            section.add(
                Chart.bars(
                    title: "Difficulty: groups by share right (last bar: all right)",
                    label: "share of completions right", histogram: difficulty, links: links, field: .rate))
        }
        if let scores = groups.scores {
            section.add(
                Chart.bars(
                    title: "Scores of completions", label: "score", histogram: scores, links: links, field: .score))
        }
        if let advantages = groups.advantages {
            section.add(
                Chart.bars(
                    title: "Advantages" + (groups.estimator.map { " (\($0))" } ?? ""), label: "advantage",
                    histogram: advantages, links: links, field: .advantage))
        }
        section.add("</div>\n")
        return section
    }

    /// The groups' scores alone, for a report without a section on groups; nothing where no problem has two completions.
    static func mixes(_ report: Report, _ links: SampleLinks) -> Markup {
        report.overall.groups == nil ? Markup() : mixTables(report, links)
    }

    private static func mixTables(_ report: Report, _ links: SampleLinks) -> Markup {
        let head = ["", "all right | mixed | all wrong", "all right", "mixed", "all wrong", "no signal", "unscored"]
        return SliceTable.make("Groups by their scores", head: head, report: report) { breakdown, slice in
            let terms = SampleLinks.terms(of: breakdown, slice)
            guard let groups = slice.groups else { return nil }
            func share(_ count: Int, _ mix: String? = nil) -> Markup {
                let text: Markup = "\(Format.rate(Rate(count: count, of: groups.scored)))"
                if count == 0 { return text }
                return links.link(
                    text, mix.flatMap { mix in terms.map { $0 + [SampleClause(.mix, .equals, mix)] } })
            }
            return [
                "\(slice.label)", bar(groups), share(groups.allGood, "all_right"),
                share(groups.mixed, "mixed"), share(groups.allBad, "all_wrong"),
                share(groups.zeroVariance), "\(groups.unscored)",
            ]
        }
    }

    // The figures stand beside it: the bar itself says nothing that they do not.
    private static func bar(_ groups: GroupCounts) -> Markup {
        if groups.scored == 0 { return "" }
        var bar: Markup = """
            <svg class="stack" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            """
        var start = 0.0
        for (tone, count) in [("s2", groups.allGood), ("s0", groups.mixed), ("s1", groups.allBad)] where count > 0 {
            let width = 100 * Double(count) / Double(groups.scored)
            bar.add(
                "<rect class=\"\(tone) bar\" x=\"\(start)\" y=\"0\" width=\"\(max(0, width - 0.6))\" height=\"10\"/>")
            start += width
        }
        bar.add("</svg>")
        return bar
    }

    /// What never reached a trainer, and why.
    private static func losses(_ groups: GroupSection) -> Markup {
        var rows: [[Markup]] = []
        func add(_ label: String, _ counts: [String: Int]) {
            for (reason, count) in counts.sorted(by: { $0.key < $1.key }) {
                rows.append(["\(label): \(reason)", "\(Format.count(count))"])
            }
        }
        add("groups thrown away by dynamic sampling", groups.filtered)
        add("samples that failed", groups.sampleFailures)
        add("completions without an advantage", groups.undefinedAdvantages)
        return rows.isEmpty ? Markup() : Page.table("What was left out", head: ["", "count"], rows: rows)
    }
}
