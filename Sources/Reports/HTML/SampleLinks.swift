/// Links from a report's figures to the samples behind them, where a server shows those.
struct SampleLinks {
    /// Address of the page of samples; nil in a file, which has none.
    var base: String?

    /// `text`, as a link to the samples of a filter.
    func link(_ text: Markup, _ change: (inout SampleFilter) -> Void) -> Markup {
        guard let base else { return text }
        var filter = SampleFilter()
        change(&filter)
        return "<a href=\"\(base + filter.query)\">\(text)</a>"
    }
}
