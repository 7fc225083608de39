import Optim

/// Groups, rewards, advantages and difficulty.
enum GroupView {
    static func section(_ groups: GroupSection) -> Markup {
        let mix = groups.mix
        let scored = mix.allGood + mix.mixed + mix.allBad
        func share(_ count: Int) -> Markup {
            "\(Format.rate(Rate(count: count, of: scored)))"
        }
        var section: Markup = "<section><h2>Groups</h2>\n"
        var rows: [[Markup]] = [
            ["all right", share(mix.allGood)], ["mixed", share(mix.mixed)], ["all wrong", share(mix.allBad)],
            ["without any score", "\(mix.unscored)"],
            ["equal scores: no learning signal", share(groups.zeroVariance)],
        ]
        for (reason, count) in groups.filtered.sorted(by: { $0.key < $1.key }) {
            rows.append(["thrown away by dynamic sampling: \(reason)", "\(count)"])
        }
        for (reason, count) in groups.sampleFailures.sorted(by: { $0.key < $1.key }) {
            rows.append(["samples that failed: \(reason)", "\(count)"])
        }
        for (reason, count) in groups.undefinedAdvantages.sorted(by: { $0.key < $1.key }) {
            rows.append(["completions without an advantage: \(reason)", "\(count)"])
        }
        section.add(Page.table("Groups by their scores", head: ["", "groups"], rows: rows))
        section.add("<div class=\"charts\">\n")
        if let difficulty = groups.difficulty {
            section.add(
                Chart.bars(
                    title: "Difficulty: groups by share right (last bar: all right)",
                    label: "share of completions right",
                    histogram: difficulty))
        }
        if let scores = groups.scores {
            section.add(Chart.bars(title: "Scores of completions", label: "score", histogram: scores))
        }
        if let advantages = groups.advantages {
            section.add(
                Chart.bars(
                    title: "Advantages" + (groups.estimator.map { " (\($0))" } ?? ""), label: "advantage",
                    histogram: advantages))
        }
        section.add("</div></section>\n")
        return section
    }
}
