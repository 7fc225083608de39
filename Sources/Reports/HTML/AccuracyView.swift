import Foundation
import Optim

/// pass@k, health and lengths, for the whole and by each key.
enum AccuracyView {
    static func section(_ report: Report) -> Markup {
        var section: Markup = "<section><h2>Accuracy</h2>\n"
        section.add(charts(report))
        section.add(table("all completions", [report.overall]))
        for breakdown in report.breakdowns { section.add(table("by \(breakdown.by)", breakdown.slices)) }
        if let curve = curveTable(report.overall) { section.add(curve) }
        section.add("</section>\n<section><h2>Health</h2>\n")
        section.add(health("all completions", [report.overall]))
        for breakdown in report.breakdowns { section.add(health("by \(breakdown.by)", breakdown.slices)) }
        section.add(lengths(report.overall))
        section.add("</section>\n")
        return section
    }

    static func charts(_ report: Report) -> Markup {
        let slices = report.breakdowns.first {
            (2...6).contains($0.slices.count) && $0.slices.contains { $0.curve.count > 1 }
        }
        guard report.overall.curve.count > 1 else { return Markup() }
        var charts: Markup = "<div class=\"charts\">\n"
        charts.add(curveChart([report.overall], names: ["pass@k", "majority@k"]))
        if let slices { charts.add(curveChart(slices.slices, title: "pass@k by \(slices.by), 95 % intervals")) }
        charts.add("</div>\n")
        return charts
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

    private static func table(_ label: String, _ slices: [Slice]) -> Markup {
        let ks = Array(Set(slices.flatMap { $0.curve.map(\.k) })).sorted().filter { $0 > 1 }
        let head =
            ["", "problems", "completions", "correct", "pass@1", "95 % interval"] + ks.map { "pass@\($0)" }
            + (ks.last.map { ["majority@\($0)", "G-Pass@\($0) τ=0.5", "mean score"] } ?? ["mean score"])
        let rows = slices.map { slice -> [Markup] in
            let points = Dictionary(uniqueKeysWithValues: slice.curve.map { ($0.k, $0) })
            let last = ks.last.map { k in
                [Format.percent(points[k]?.majority.value), Format.percent(points[k]?.gPassHalf.value)]
            }
            let cells =
                [
                    slice.label, Format.count(slice.problems), Format.count(slice.completions),
                    Format.count(slice.correct),
                    Format.percent(slice.passAt1.value), Format.percent(slice.passAt1.interval),
                ] + ks.map { Format.percent(points[$0]?.pass.value) } + (last ?? [])
                + [Format.number(slice.meanScore.value)]
            return cells.map { "\($0)" }
        }
        return Page.table("Accuracy, \(label)", head: head, rows: rows)
    }

    private static func curveTable(_ slice: Slice) -> Markup? {
        guard slice.curve.count > 1 else { return nil }
        let rows = slice.curve.map { point -> [Markup] in
            ["\(point.k)"]
                + [point.pass, point.majority, point.gPassHalf, point.gPassAll, point.mgPass].map { estimate in
                    "\(Format.percent(estimate.value)) <small class=\"soft\">\(Format.percent(estimate.interval))</small>"
                } + ["\(point.pass.problems)"]
        }
        return Page.table(
            "By k, with 95 % intervals",
            head: ["k", "pass@k", "majority@k", "G-Pass@k τ=0.5", "G-Pass@k τ=1", "mG-Pass@k", "problems"], rows: rows)
    }

    private static func health(_ label: String, _ slices: [Slice]) -> Markup {
        let rows = slices.map { slice -> [Markup] in
            let rates = slice.rates
            let cells =
                [slice.label]
                + [
                    rates.noAnswer, rates.truncated, rates.timeout, rates.verifierError, rates.unverified,
                    rates.unusable,
                ].map(Format.rate)
                + [
                    Format.number(slice.length?.all.mean), Format.number(slice.entropy?.mean),
                    Format.number(slice.verification?.meanMilliseconds),
                ]
            return cells.map { "\($0)" }
        }
        let unit = slices.compactMap(\.length?.unit.rawValue).first ?? "tokens"
        return Page.table(
            "Health, \(label)",
            head: [
                "", "no_answer", "truncated", "timeout", "verifier_error", "unverified", "unusable for training",
                "mean \(unit)", "entropy (nats)", "ms to verify",
            ], rows: rows)
    }

    private static func lengths(_ slice: Slice) -> Markup {
        guard let length = slice.length else { return Markup() }
        let kinds: [(String, LengthSummary.Quantiles?)] = [
            ("all", length.all), ("right", length.right), ("wrong or no answer", length.wrong),
        ]
        let rows = kinds.compactMap { name, quantiles -> [Markup]? in
            guard let quantiles else { return nil }
            return ["\(name)", "\(Format.count(quantiles.count))"]
                + [quantiles.mean, quantiles.p10, quantiles.p50, quantiles.p90, quantiles.max].map {
                    "\(Format.number($0))"
                }
        }
        return Page.table(
            "Length in \(length.unit.rawValue); \(Format.count(length.total)) in total",
            head: ["", "completions", "mean", "p10", "median", "p90", "longest"], rows: rows)
    }
}
