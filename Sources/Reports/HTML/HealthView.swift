import Experience

/// What went otherwise than right or wrong, lengths, and what it cost.
enum HealthView {
    static func section(_ report: Report, _ links: SampleLinks) -> Markup {
        var section = Markup()
        section.add(table(report, links))
        section.add(lengths(report.overall))
        return section
    }

    private static func table(_ report: Report, _ links: SampleLinks) -> Markup {
        let unit = report.overall.length?.unit.rawValue ?? "tokens"
        let head = [
            "", "no_answer", "undecided", "truncated", "timeout", "verifier_error", "unverified", "unusable",
            "mean \(unit)",
            "entropy (nats)", "ms to verify",
        ]
        return SliceTable.make("Health", head: head, report: report) { breakdown, slice in
            let rates = slice.rates
            // The page of samples can be filtered by dataset alone.
            let isLinked = breakdown == nil || breakdown?.by == "dataset"
            func cell(_ rate: Rate, _ change: (inout SampleFilter) -> Void) -> Markup {
                let text: Markup = "\(Format.rate(rate))"
                if rate.count == 0 || !isLinked { return text }
                return links.link(text) { filter in
                    if breakdown != nil { filter.dataset = slice.label }
                    change(&filter)
                }
            }
            return [
                "\(slice.label)", cell(rates.noAnswer) { $0.outcome = .noAnswer },
                "\(Format.rate(rates.undecided))", cell(rates.truncated) { $0.finish = .length },
                cell(rates.timeout) { $0.outcome = .timeout },
                cell(rates.verifierError) { $0.outcome = .verifierError }, "\(Format.rate(rates.unverified))",
                "\(Format.rate(rates.unusable))", "\(Format.number(slice.length?.all.mean))",
                "\(Format.number(slice.entropy?.mean))", "\(Format.number(slice.verification?.meanMilliseconds))",
            ]
        }
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
