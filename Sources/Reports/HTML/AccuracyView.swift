import Experience
import Foundation
import Optim

/// pass@k and its relatives, for the whole and by each key.
enum AccuracyView {
    static func section(_ report: Report, _ links: SampleLinks) -> Markup {
        var section = Markup()
        section.add(charts(report))
        section.add(table(report, links))
        if let seeds = report.seeds { section.add("<p>\(seeds.sentence).</p>\n") }
        if let curve = curveTable(report.overall, links) { section.add(curve) }
        return section
    }

    private static func charts(_ report: Report) -> Markup {
        var charts = Markup()
        if report.overall.curve.count > 1 {
            charts.add(curveChart([report.overall], names: ["pass@k", "majority@k"]))
        }
        if let slices = report.breakdowns.first(where: { (2...6).contains($0.slices.count) && hasCurves($0.slices) }) {
            charts.add(curveChart(slices.slices, title: "pass@k by \(slices.by), 95 % intervals"))
        }
        // A trend over versions is the entropy section's; here are the things that one compares.
        for breakdown in report.breakdowns where (2...16).contains(breakdown.slices.count) {
            if breakdown.by == "policy_version" { continue }
            charts.add(intervalChart(breakdown.slices, title: "pass@1 by \(breakdown.by), 95 % intervals"))
        }
        if charts.text.isEmpty { return charts }
        return "<div class=\"charts\">\n\(charts)</div>\n"
    }

    private static func hasCurves(_ slices: [Slice]) -> Bool { slices.contains { $0.curve.count > 1 } }

    /// pass@1 of each slice.
    static func intervalChart(_ slices: [Slice], title: String) -> Markup {
        let rows = slices.compactMap { slice -> IntervalChart.Row? in
            let estimate = slice.passAt1
            return estimate.value.map {
                .init(name: slice.label, value: $0, interval: estimate.interval.map { ($0.lower, $0.upper) })
            }
        }
        return rows.isEmpty ? Markup() : IntervalChart.shares(title: title, label: "pass@1", rows: rows)
    }

    /// One slice: pass@k and majority@k; several: pass@k of each.
    static func curveChart(
        _ slices: [Slice], title: String = "pass@k and majority@k, 95 % intervals", names: [String] = []
    )
        -> Markup
    {
        func series(_ name: String, _ slice: Slice, _ figure: (CurvePoint) -> Estimate) -> Chart.Series {
            Chart.Series(
                name: name,
                points: slice.curve.compactMap { point in
                    let estimate = figure(point)
                    return estimate.value.map { (log2(point.k), $0, estimate.interval.map { ($0.lower, $0.upper) }) }
                })
        }
        var all: [Chart.Series] = []
        if names.count == 2, let slice = slices.first {
            all = [series(names[0], slice, \.pass), series(names[1], slice, \.majority)]
        } else {
            all = slices.map { series($0.label, $0, \.pass) }
        }
        let ks = Array(Set(slices.flatMap { $0.curve.map(\.k) })).sorted()
        let x = Chart.Axis(
            "k completions drawn (log scale)", 0...max(log2(ks.last ?? 1), 1), ticks: ks.map { (log2($0), "\($0)") })
        let y = Chart.Axis("share", 0...1, format: { Format.percent($0, decimals: 0) })
        return Chart.lines(title: title, x: x, y: y, series: all.filter { !$0.points.isEmpty })
    }

    private static func log2(_ k: Int) -> Double { Foundation.log2(Double(k)) }

    private static func table(_ report: Report, _ links: SampleLinks) -> Markup {
        let slices = [report.overall] + report.breakdowns.flatMap(\.slices)
        let ks = report.overall.curve.map(\.k).filter { $0 > 1 }
        // A mean score that only repeats pass@1 is noise.
        let hasScores = slices.contains { abs(($0.meanScore.value ?? 0) - ($0.passAt1.value ?? 0)) > 1e-9 }
        let head =
            ["", "pass@1", "95 % interval"] + ks.map { "pass@\($0)" }
            + (ks.last.map { ["majority@\($0)", "G-Pass@\($0) τ=½"] } ?? []) + (hasScores ? ["mean score"] : [])
            + ["correct", "completions", "problems"]
        return SliceTable.make("Accuracy", head: head, report: report) { breakdown, slice in
            let terms = SampleLinks.terms(of: breakdown, slice)
            let points = Dictionary(uniqueKeysWithValues: slice.curve.map { ($0.k, $0) })
            let last = ks.last.map { k in
                [Format.percent(points[k]?.majority.value), Format.percent(points[k]?.gPassHalf.value)]
            }
            var cells = [slice.label, Format.percent(slice.passAt1.value), Format.percent(slice.passAt1.interval)]
            cells += ks.map { Format.percent(points[$0]?.pass.value) } + (last ?? [])
            if hasScores { cells.append(Format.number(slice.meanScore.value)) }
            cells += [slice.correct, slice.completions, slice.problems].map(Format.count)
            let right = head.firstIndex(of: "correct")
            return cells.enumerated().map { column, text in
                if column == 0 { return "\(text)" }
                if column == right {
                    return links.link("\(text)", terms.map { $0 + [.init(.outcome, .equals, "correct")] })
                }
                return links.link("\(text)", terms)
            }
        }
    }

    private static func curveTable(_ slice: Slice, _ links: SampleLinks) -> Markup? {
        guard slice.curve.count > 1 else { return nil }
        let rows = slice.curve.map { point -> [Markup] in
            ["\(point.k)"]
                + [point.pass, point.majority, point.gPassHalf, point.gPassAll, point.mgPass].map { estimate in
                    "\(links.link("\(Format.percent(estimate.value))", [])) <small class=\"soft\">\(Format.percent(estimate.interval))</small>"
                } + [links.link("\(point.pass.problems)", [])]
        }
        return Page.table(
            "By k, with 95 % intervals",
            head: ["k", "pass@k", "majority@k", "G-Pass@k τ=½", "G-Pass@k τ=1", "mG-Pass@k", "problems"], rows: rows)
    }
}
