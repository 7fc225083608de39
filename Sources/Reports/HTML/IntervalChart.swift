/// Estimates under each other, each a mark on the line of its interval: what a paper prints to compare models.
enum IntervalChart {
    /// One estimate.
    struct Row {
        var name: String
        var value: Double
        var interval: (Double, Double)?
    }

    private static let width = 480.0
    private static let (right, step, bottom) = (62.0, 26.0, 36.0)
    /// The longest name that is shown whole, in characters.
    private static let longest = 28

    /// Shares from 0 to 1, in the order given.
    static func shares(title: String, label: String, rows: [Row]) -> Markup {
        let highest = rows.map { $0.interval?.1 ?? $0.value }.max() ?? 1
        let axis = Chart.Axis(label, 0...max(0.05, min(1, highest * 1.05)), format: { Format.percent($0, decimals: 0) })
        let left = 8.3 * Double(min(longest, rows.map(\.name.count).max() ?? 0)) + 8
        let height = step * Double(rows.count) + bottom + 6
        let said = rows.map { row in
            let interval = row.interval.map { ", \(Format.percent($0.0)) to \(Format.percent($0.1))" } ?? ""
            return "\(row.name): \(Format.percent(row.value))\(interval)"
        }
        func x(_ value: Double) -> Double { left + axis.share(value) * (width - left - right) }
        var svg: Markup = """
            <figure><figcaption>\(title)</figcaption><svg viewBox="0 0 \(width) \(height)" role="img" \
            aria-label="\(title). \(said.joined(separator: "; "))">
            """
        for tick in axis.ticks {
            svg.add(
                """
                <path class="grid" d="M\(x(tick.value)) 4V\(height - bottom)"/>\
                <text x="\(x(tick.value))" y="\(height - bottom + 16)" text-anchor="middle">\(tick.text)</text>
                """)
        }
        for (index, row) in rows.enumerated() {
            let y = step * (Double(index) + 0.5) + 4
            let name = TerminalText.cut(row.name, to: longest)
            svg.add("<text class=\"key\" x=\"0\" y=\"\(y + 4)\">\(name)</text><g class=\"s0\">")
            if let (lower, upper) = row.interval {
                svg.add(
                    "<path class=\"line\" d=\"M\(x(lower)) \(y)H\(x(upper))M\(x(lower)) \(y - 4)v8M\(x(upper)) \(y - 4)v8\"/>"
                )
            }
            svg.add("<circle class=\"mark\" cx=\"\(x(row.value))\" cy=\"\(y)\" r=\"4.5\"/></g>")
            svg.add("<text x=\"\(width)\" y=\"\(y + 4)\" text-anchor=\"end\">\(Format.percent(row.value))</text>")
        }
        svg.add("<text x=\"\((left + width - right) / 2)\" y=\"\(height - 4)\" text-anchor=\"middle\">\(label)</text>")
        svg.add("</svg></figure>\n")
        return svg
    }
}
