import Experience

/// Links from a report's figures to the samples behind them, where a server shows those.
struct SampleLinks {
    /// Address of the page of samples; nil in a file, which has none.
    var base: String?

    /// `text`, as a link to the samples of a filter; to the page of the one sample where the filter names it.
    func link(_ text: Markup, label: String? = nil, _ change: (inout SampleFilter) -> Void) -> Markup {
        guard let base else { return text }
        var filter = SampleFilter()
        change(&filter)
        if let completion = filter.completion { return "<a href=\"\(base)/\(Int(clamping: completion))\">\(text)</a>" }
        let name: Markup = label.map { " aria-label=\"\($0)\"" } ?? ""
        return "<a href=\"\(base + filter.query)\"\(name)>\(text)</a>"
    }

    /// `text`, as a link to the samples that all terms admit, or where there are none to all samples.
    func link(
        _ text: Markup, _ terms: [SampleClause]?, sort: SampleSort = SampleSort(), label: String? = nil
    ) -> Markup {
        guard let terms, text.text != Format.none else { return text }
        return link(text, label: label) { ($0.terms, $0.sort) = (terms, sort) }
    }

    /// What the samples of a slice have in common; nil for what no filter says.
    static func terms(of breakdown: Breakdown?, _ slice: Slice) -> [SampleClause]? {
        guard let breakdown else { return [] }
        let fields: [String: SampleClause.Field] = [
            "model": .model, "dataset": .dataset, "level": .level, "domain": .domain, "policy_version": .version,
        ]
        guard let field = fields[breakdown.by], slice.label != "(other)" else { return nil }
        if slice.label == "(none)" { return [SampleClause(field, .equals, nil)] }
        // Labels are cut to 120 characters.
        if field.isNumber, Double(slice.label) == nil { return nil }
        let relation: SampleClause.Relation = slice.label.hasSuffix("…") ? .contains : .equals
        return [SampleClause(field, relation, relation == .contains ? String(slice.label.dropLast()) : slice.label)]
    }
}
