import Optim

/// Token entropy: over training, by position, in bins, at forking tokens.
enum EntropyView {
    static func section(_ entropy: EntropySection) -> Markup {
        var section: Markup = """
            <section><h2>Entropy</h2>
            <p>\(Format.count(entropy.tokens)) tokens of \(Format.count(entropy.completions)) of \
            \(Format.count(entropy.of)) completions; token mean \(Format.number(entropy.mean)) nats. \
            \(entropy.source.words)</p>

            """
        for warning in entropy.warnings {
            section.add("<p class=\"flag\">\(warning.message) (rule \(warning.rule))</p>\n")
        }
        section.add("<div class=\"charts\">\n")
        for (title, stages) in [("training step", entropy.steps), ("policy version", entropy.versions)]
        where stages.count > 1 {
            section.add(stageChart("Entropy by \(title)", title, stages))
        }
        section.add(positionChart(entropy.positions))
        section.add(
            Chart.bars(title: "Token entropy", label: "nats", histogram: entropy.histogram))
        section.add("</div>\n")
        section.add(figures(entropy))
        section.add(tokens(entropy))
        section.add("</section>\n")
        return section
    }

    private static func stageChart(_ title: String, _ label: String, _ stages: [EntropySection.Stage]) -> Markup {
        let highest = stages.map(\.entropy).max() ?? 1
        let numbers = Double(stages[0].number)...Double(stages[stages.count - 1].number)
        return Chart.lines(
            title: title, x: Chart.Axis(label, numbers), y: Chart.Axis("nats", 0...max(highest * 1.05, 0.01)),
            series: [.init(name: "entropy", points: stages.map { (Double($0.number), $0.entropy, nil) })])
    }

    private static func positionChart(_ positions: EntropySection.Positions) -> Markup {
        let series = [("all", positions.all), ("right", positions.right), ("wrong", positions.wrong)].map {
            name, means in
            Chart.Series(
                name: name,
                points: means.enumerated().compactMap { bin, mean in
                    mean.map { (Double(bin * positions.width), $0, nil) }
                })
        }.filter { !$0.points.isEmpty }
        let highest = series.flatMap { $0.points.map(\.y) }.max() ?? 1
        return Chart.lines(
            title: "Entropy by position, \(positions.width) tokens a bin",
            x: Chart.Axis("position in the completion", 0...Double(max(1, positions.all.count * positions.width))),
            y: Chart.Axis("nats", 0...max(highest * 1.05, 0.01)), series: series)
    }

    private static func figures(_ entropy: EntropySection) -> Markup {
        var rows: [[Markup]] = []
        if let covariance = entropy.covariance {
            rows.append([
                "covariance of log-probability and advantage", "\(Format.number(covariance))",
                covariance > 0 ? "updates of this sign lower entropy" : "updates of this sign do not lower entropy",
            ])
        }
        if let fit = entropy.fit {
            rows.append([
                "R = −a·e^H + b", "a = \(Format.number(fit.a)), b = \(Format.number(fit.b))",
                "R² \(Format.number(fit.r2)); predicted ceiling \(Format.number(fit.ceiling))",
            ])
        }
        return rows.isEmpty ? Markup() : Page.table("Entropy and reward", head: ["", "value", "meaning"], rows: rows)
    }

    private static func tokens(_ entropy: EntropySection) -> Markup {
        if entropy.forkingTokens.isEmpty { return Markup() }
        let rows = entropy.forkingTokens.map { token -> [Markup] in
            [
                "\(token.text ?? "token id \(token.id)")", "\(Format.count(token.count))",
                "\(Format.number(token.entropy))",
            ]
        }
        return Page.table(
            "Forking tokens: most frequent among the fifth with at least \(Format.number(entropy.forkingThreshold)) nats",
            head: ["token", "times", "mean nats"], rows: rows)
    }
}
