import Experience

/// What went otherwise than right or wrong, lengths, and what it cost.
enum HealthView {
    static func section(_ report: Report, _ links: SampleLinks) -> Markup {
        var section = Markup()
        section.add(table(report, links))
        section.add(lengths(report.overall, links))
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
            let terms = SampleLinks.terms(of: breakdown, slice)
            func cell(_ rate: Rate, _ more: SampleClause...) -> Markup {
                rate.count == 0 ? "\(Format.rate(rate))" : links.link("\(Format.rate(rate))", terms.map { $0 + more })
            }
            func mean(_ value: Double?, _ field: SampleClause.Field) -> Markup {
                links.link("\(Format.number(value))", terms, sort: SampleSort(field, isDescending: true))
            }
            return [
                "\(slice.label)", cell(rates.noAnswer, .init(.outcome, .equals, "noAnswer")),
                cell(rates.undecided, .init(.outcome, .equals, "incorrect"), .init(.reason, .equals, "undecided")),
                cell(rates.truncated, .init(.finish, .equals, "length")),
                cell(rates.timeout, .init(.outcome, .equals, "timeout")),
                cell(rates.verifierError, .init(.outcome, .equals, "verifierError")),
                cell(rates.unverified, .init(.outcome, .equals, nil)),
                cell(rates.unusable, .init(.unusable, .equals, nil, isNegated: true)),
                mean(slice.length?.all.mean, .tokens), mean(slice.entropy?.mean, .entropy),
                mean(slice.verification?.meanMilliseconds, .ms),
            ]
        }
    }

    private static func lengths(_ slice: Slice, _ links: SampleLinks) -> Markup {
        guard let length = slice.length else { return Markup() }
        let kinds: [(String, LengthSummary.Quantiles?, [SampleClause])] = [
            ("all", length.all, []), ("right", length.right, [.init(.outcome, .equals, "correct")]),
            ("wrong or no answer", length.wrong, [.init(.outcome, .equals, "correct", isNegated: true)]),
        ]
        let longest = SampleSort(.tokens, isDescending: true)
        let rows = kinds.compactMap { name, quantiles, terms -> [Markup]? in
            guard let quantiles else { return nil }
            return ["\(name)", links.link("\(Format.count(quantiles.count))", terms)]
                + [quantiles.mean, quantiles.p10, quantiles.p50, quantiles.p90, quantiles.max].map {
                    links.link("\(Format.number($0))", terms, sort: longest)
                }
        }
        return Page.table(
            "Length in \(length.unit.rawValue); \(Format.count(length.total)) in total",
            head: ["", "completions", "mean", "p10", "median", "p90", "longest"], rows: rows)
    }
}
