import Experience
import Foundation
import Numbers

/// Charts as inline SVG: no script, colours from the page's stylesheet, figures in a text for those who cannot see them.
struct Chart {
    /// One line of a chart.
    struct Series {
        /// Its name in the legend.
        var name: String
        /// x, y and the ends of y's interval where it has one, by ascending x.
        var points: [(x: Double, y: Double, interval: (Double, Double)?)]
        /// How it is drawn.
        var style = Style.line

        enum Style {
            /// A line, with marks where there are few enough to tell apart.
            case line
            /// Marks alone.
            case points
            /// A smooth line alone.
            case curve
        }
    }

    private static let size = (width: 480.0, height: 266.0)
    private static let frame = (left: 52.0, right: 20.0, top: 24.0, bottom: 42.0)

    private let title: String
    private let x: Axis
    private let y: Axis
    private var drawing = Markup()
    private var isLinked = false

    /// A value range mapped to pixels, with ticks.
    struct Axis {
        var label: String
        var range: ClosedRange<Double>
        var ticks: [(value: Double, text: String)]

        private static let limit = 1e300

        /// About five round ticks over `range`, with as many decimals as their step has unless `format` says otherwise.
        init(_ label: String, _ range: ClosedRange<Double>, format: ((Double) -> String)? = nil) {
            // A chart of absurd values is flat, not endless.
            let low = min(max(range.lowerBound, -Self.limit), Self.limit)
            let span = max(min(range.upperBound, Self.limit) - low, 1e-9)
            self.label = label
            self.range = low...low + span
            let raw = span / 5
            var unit = 1.0
            while unit > raw { unit /= 10 }
            while unit * 10 <= raw { unit *= 10 }
            let step = [1.0, 2, 5, 10].map { $0 * unit }.first { $0 >= raw } ?? raw
            var value = (low / step).rounded(.up) * step
            ticks = []
            while value <= low + span * 1.0001, ticks.count < 12 {
                ticks.append((value, format?(value) ?? Self.text(value, step: step)))
                value += step
            }
        }

        private static func text(_ value: Double, step: Double) -> String {
            let decimals = Int(clamping: -log10(step), to: 0...6, .up)
            if decimals == 0, abs(value) < 1e15 { return Format.count(Int(clamping: value.rounded())) }
            if decimals == 0 { return Format.number(value) }
            return String(format: "%.\(decimals)f", abs(value) < step / 2 ? 0 : value)
        }

        /// Ticks at given values.
        init(_ label: String, _ range: ClosedRange<Double>, ticks: [(value: Double, text: String)]) {
            self.label = label
            self.range = range
            self.ticks = ticks
        }

        /// Where a value lies in the range, from 0 to 1.
        func share(_ value: Double) -> Double {
            let span = range.upperBound - range.lowerBound
            return span > 0 ? min(max((value - range.lowerBound) / span, 0), 1) : 0.5
        }
    }

    private init(title: String, x: Axis, y: Axis) {
        self.title = title
        self.x = x
        self.y = y
    }

    private func px(_ value: Double) -> Double {
        Self.frame.left + x.share(value) * (Self.size.width - Self.frame.left - Self.frame.right)
    }

    private func py(_ value: Double) -> Double {
        Self.size.height - Self.frame.bottom
            - y.share(value) * (Self.size.height - Self.frame.top - Self.frame.bottom)
    }

    /// Lines with interval bands and markers, and a legend below where there are several.
    static func lines(title: String, x: Axis, y: Axis, series: [Series]) -> Markup {
        var chart = Chart(title: title, x: x, y: y)
        let isCrowded = cover(series)
        for (index, line) in series.enumerated() {
            chart.drawing.add("<g class=\"s\(index % 6)\">")
            if isCrowded {
                chart.whiskers(line, shift: (Double(index) - Double(series.count - 1) / 2) * 5)
            } else {
                chart.band(line)
            }
            var path = Markup()
            for (step, point) in line.points.enumerated() {
                path.add(
                    step == 0
                        ? "M\(chart.px(point.x)) \(chart.py(point.y))" : "L\(chart.px(point.x)) \(chart.py(point.y))")
            }
            if line.style != .points { chart.drawing.add("<path class=\"line\" d=\"\(path)\"/>") }
            if line.style == .points || line.style == .line && line.points.count <= 24 {
                for point in line.points { chart.drawing.add(chart.mark(index, chart.px(point.x), chart.py(point.y))) }
            }
            chart.drawing.add("</g>")
        }
        let said = series.map { line in
            line.name + ": "
                + line.points.prefix(24).map { "\(Format.number($0.x)) → \(Format.number($0.y))" }
                .joined(separator: ", ")
        }.joined(separator: "; ")
        return chart.figure(saying: said, legend: series.count > 1 ? series.map(\.name) : [])
    }

    /// The bars of a histogram.
    ///
    /// Where there are `links`, a bar leads to the samples whose `field` lies in it.
    static func bars(
        title: String, label: String, histogram: Histogram, links: SampleLinks = SampleLinks(base: nil),
        field: SampleClause.Field? = nil
    ) -> Markup {
        let most = Double(histogram.counts.max() ?? 0)
        let width = histogram.width > 0 ? histogram.width : 1
        let end = histogram.start + width * Double(histogram.counts.count)
        var chart = Chart(
            title: title, x: Axis(label, histogram.start...end),
            y: Axis("count", 0...max(most * 1.05, 1), format: { Int(exactly: $0).map(Format.count) ?? "" }))
        chart.drawing.add("<g class=\"s0\">")
        for (bin, count) in histogram.counts.enumerated() where count > 0 {
            let left = chart.px(histogram.start + width * Double(bin))
            let right = chart.px(histogram.start + width * Double(bin + 1))
            let top = chart.py(Double(count))
            let bar: Markup =
                "<rect class=\"bar\" x=\"\(left + 0.5)\" y=\"\(top)\" width=\"\(max(0.5, right - left - 1))\" height=\"\(chart.py(0) - top)\"><title>\(Format.count(count))</title></rect>"
            let terms = field.map { SampleClause.within($0, histogram, bin: bin) }
            chart.drawing.add(
                links.link(
                    bar, terms, label: "\(count) from \(Format.number(histogram.start + width * Double(bin)))"))
            chart.isLinked = links.base != nil && field != nil
        }
        chart.drawing.add("</g>")
        let said = histogram.counts.enumerated().filter { $0.element > 0 }.map {
            "from \(Format.number(histogram.start + width * Double($0.offset))): \($0.element)"
        }.joined(separator: ", ")
        return chart.figure(saying: said, legend: [])
    }

    // Whether bands would lie on each other.
    private static func cover(_ series: [Series]) -> Bool {
        if series.count > 2 { return true }
        guard series.count == 2 else { return false }
        let others = Dictionary(series[1].points.map { ($0.x, $0.interval) }) { one, _ in one }
        return series[0].points.contains { point in
            guard let mine = point.interval, let its = others[point.x] ?? nil else { return false }
            return mine.0 < its.1 && its.0 < mine.1
        }
    }

    // The ends of intervals, each series a little aside.
    private mutating func whiskers(_ line: Series, shift: Double) {
        for point in line.points {
            guard let (low, high) = point.interval else { continue }
            let x = min(max(px(point.x) + shift, Self.frame.left), Self.size.width - 4)
            drawing.add(
                "<path class=\"whisker\" d=\"M\(x) \(py(low))V\(py(high))M\(x - 2) \(py(low))h4M\(x - 2) \(py(high))h4\"/>"
            )
        }
    }

    private mutating func band(_ line: Series) {
        let points = line.points.compactMap { point in point.interval.map { (point.x, $0.0, $0.1) } }
        guard points.count > 1 else { return }
        var path = Markup()
        for (step, point) in points.enumerated() {
            path.add(step == 0 ? "M\(px(point.0)) \(py(point.2))" : "L\(px(point.0)) \(py(point.2))")
        }
        for point in points.reversed() { path.add("L\(px(point.0)) \(py(point.1))") }
        drawing.add("<path class=\"band\" d=\"\(path)Z\"/>")
    }

    // Shapes differ so that series are told apart without colour.
    private func mark(_ index: Int, _ x: Double, _ y: Double) -> Markup {
        switch index % 3 {
        case 0: "<circle class=\"mark\" cx=\"\(x)\" cy=\"\(y)\" r=\"3.5\"/>"
        case 1: "<rect class=\"mark\" x=\"\(x - 3)\" y=\"\(y - 3)\" width=\"6\" height=\"6\"/>"
        default: "<path class=\"mark\" d=\"M\(x) \(y - 4.5)L\(x + 4) \(y + 3)L\(x - 4) \(y + 3)Z\"/>"
        }
    }

    private func figure(saying words: String, legend: [String]) -> Markup {
        let (width, height) = Self.size
        let bottom = height - Self.frame.bottom
        let extra = Double((legend.count + 1) / 2) * 18
        var svg: Markup = """
            <figure><figcaption>\(title)</figcaption><svg viewBox="0 0 \(width) \(height + extra)" role="\(isLinked ? "group" : "img")" aria-label="\(title). \(words)">
            """
        svg.add("<text x=\"0\" y=\"12\">\(y.label)</text>")
        for tick in y.ticks {
            let level = py(tick.value)
            svg.add(
                """
                <path class="grid" d="M\(Self.frame.left) \(level)H\(width - Self.frame.right)"/>\
                <text x="\(Self.frame.left - 6)" y="\(level + 4)" text-anchor="end">\(tick.text)</text>
                """)
        }
        for tick in x.ticks {
            svg.add("<text x=\"\(px(tick.value))\" y=\"\(bottom + 17)\" text-anchor=\"middle\">\(tick.text)</text>")
        }
        svg.add(drawing)
        svg.add(
            "<text x=\"\((width + Self.frame.left) / 2)\" y=\"\(bottom + 37)\" text-anchor=\"middle\">\(x.label)</text>"
        )
        for (index, name) in legend.enumerated() {
            let left = Self.frame.left + Double(index % 2) * (width - Self.frame.left) / 2
            let line = height + Double(index / 2) * 18 + 8
            svg.add(
                """
                <g class="s\(index % 6)"><path class="line" d="M\(left) \(line)h24"/>\(mark(index, left + 12, line))\
                <text class="key" x="\(left + 30)" y="\(line + 4)">\(TerminalText.cut(name, to: 30))</text></g>
                """)
        }
        svg.add("</svg></figure>\n")
        return svg
    }
}

extension SampleClause {
    /// The samples whose value lies in a bin of a histogram.
    fileprivate static func within(_ field: Field, _ histogram: Histogram, bin: Int) -> [SampleClause] {
        // A hair wider where bins are of one value: what was rounded is in it.
        let width = histogram.width
        let slack = max(abs(histogram.start), width) * 1e-9
        let low = histogram.start + width * Double(bin)
        let isLast = bin + 1 == histogram.counts.count
        return [
            SampleClause(field, .atLeast, "\(low - slack)"),
            SampleClause(field, isLast ? .atMost : .less, "\(low + width + (isLast ? slack : -slack))"),
        ]
    }
}
