import Foundation
import Optim

/// Token entropy: over training, by position, in bins, at forking tokens.
enum EntropyView {
    static func section(_ entropy: EntropySection, _ summary: EntropySummary?) -> Markup {
        var section: Markup = """
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
            section.add(stageChart("Entropy by \(title), nats", title, "nats", stages.map { ($0.number, $0.entropy) }))
            let scores = stages.compactMap { stage in stage.score.map { (stage.number, $0) } }
            let isRepeated = title != "training step" && entropy.steps.count > 1
            if scores.count > 1, !isRepeated {
                section.add(stageChart("Mean score by \(title)", title, "score", scores))
            }
        }
        if let fit = entropy.fit {
            section.add(fitChart(fit, entropy.steps.count >= 3 ? entropy.steps : entropy.versions))
        }
        section.add(positionChart(entropy.positions))
        section.add(
            Chart.bars(title: "Token entropy", label: "nats", histogram: entropy.histogram))
        section.add("</div>\n")
        section.add(figures(entropy, summary))
        section.add(tokens(entropy))
        return section
    }

    private static func stageChart(
        _ title: String, _ label: String, _ unit: String, _ points: [(number: Int, value: Double)]
    ) -> Markup {
        let highest = points.map(\.value).max() ?? 1
        let lowest = min(0, points.map(\.value).min() ?? 0)
        let numbers = Double(points[0].number)...Double(points[points.count - 1].number)
        return Chart.lines(
            title: title, x: Chart.Axis(label, numbers), y: Chart.Axis(unit, lowest...max(highest * 1.05, 0.01)),
            series: [.init(name: unit, points: points.map { (Double($0.number), $0.value, nil) })])
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

    /// Reward against entropy, one point per step, and the curve through them down to the predicted ceiling.
    private static func fitChart(_ fit: EntropyRewardFit, _ stages: [EntropySection.Stage]) -> Markup {
        let points = stages.compactMap { stage in stage.score.map { (stage.entropy, $0) } }.sorted { $0.0 < $1.0 }
        let widest = max(points.last?.0 ?? 1, 0.01) * 1.05
        let curve = (0...48).map { step -> (Double, Double) in
            let entropy = widest * Double(step) / 48
            return (entropy, -fit.a * exp(entropy) + fit.b)
        }
        let levels = points.map(\.1) + [fit.ceiling]
        let (low, high) = (levels.min() ?? 0, levels.max() ?? 1)
        let margin = max((high - low) * 0.1, 0.01)
        let range = low - margin...high + margin
        return Chart.lines(
            title: "Reward against entropy, and R = −a·e^H + b", x: Chart.Axis("entropy (nats)", 0...widest),
            y: Chart.Axis("mean score", range),
            series: [
                .init(name: "steps", points: points.map { ($0.0, $0.1, nil) }, style: .points),
                .init(
                    name: "fit; ceiling \(Format.number(fit.ceiling)) at H = 0",
                    points: curve.filter { range.contains($0.1) }.map { ($0.0, $0.1, nil) }, style: .curve),
            ])
    }

    private static func figures(_ entropy: EntropySection, _ summary: EntropySummary?) -> Markup {
        var rows: [[Markup]] = []
        if let summary {
            rows.append(["mean over completions", "\(Format.number(summary.mean))", "nats; \(summary.words)"])
            rows.append(["of right completions", "\(Format.number(summary.right))", "nats"])
            rows.append(["of wrong completions", "\(Format.number(summary.wrong))", "nats"])
        }
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
        return rows.isEmpty
            ? Markup() : Page.table("Entropy and reward", head: ["", "value", "meaning"], rows: rows, words: [2])
    }

    private static func tokens(_ entropy: EntropySection) -> Markup {
        if entropy.forkingTokens.isEmpty { return Markup() }
        let rows = entropy.forkingTokens.map { token -> [Markup] in
            [
                token.text.map { "<code>\(Self.visible($0))</code>" } ?? "token id \(token.id)",
                "\(Format.count(token.count))",
                "\(Format.number(token.entropy))",
            ]
        }
        return Page.table(
            "Forking tokens: most frequent among the fifth with at least \(Format.number(entropy.forkingThreshold)) nats",
            head: ["token", "times", "mean nats"], rows: rows)
    }

    // Spaces and line ends are what many forking tokens are made of.
    private static func visible(_ text: String) -> String {
        text.replacing(" ", with: "␣").replacing("\n", with: "⏎").replacing("\t", with: "⇥")
    }
}
