/// What changes over the steps of a run, one small chart a number.
enum StepView {
    static func section(_ steps: StepSection) -> Markup {
        var section: Markup = "<div class=\"charts\">\n"
        for curve in steps.curves where curve.values.count > 1 {
            guard let low = curve.values.min(), let high = curve.values.max(), let first = curve.steps.first,
                let last = curve.steps.last
            else { continue }
            let margin = max((high - low) * 0.08, abs(high) * 1e-6, 1e-9)
            section.add(
                Chart.lines(
                    title: "\(curve.name) by step", x: Chart.Axis("step", Double(first)...Double(max(last, first + 1))),
                    y: Chart.Axis(curve.name, low - margin...high + margin),
                    series: [
                        .init(
                            name: curve.name,
                            points: zip(curve.steps, curve.values).map { (Double($0), $1, nil) })
                    ]))
        }
        section.add("</div>\n")
        return section
    }
}
